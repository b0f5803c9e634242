using Metrics.Model.Facts;

namespace Metrics.Server.Demo;

/// <summary>What went wrong, planned per quarter from <see cref="Seasons"/>; loads and checks suffer accordingly.</summary>
internal static class Incidents
{
    /// <summary>
    /// Incidents by the time they began, only those before today. One that its repair carries beyond today is still open.
    /// The reopened one comes twice: of two rows with one key the last counts, with the later resolution.
    /// </summary>
    public static IReadOnlyList<Incident> Of(Company company)
    {
        var planned = Timeline.Quarters
            .SelectMany(q => Planned(company, q))
            .Concat(IncidentCast.StillOpen(company))
            .Where(i => i.StartedAt < company.Time.Today && i.DetectedAt < company.Time.Today)
            .OrderBy(i => i.StartedAt)
            .ThenBy(i => i.IncidentId, StringComparer.Ordinal)
            .Select((incident, i) => incident with { IncidentId = $"INC-{1001 + i}" })
            .ToList();
        IncidentCast.NameDuplicates(planned);
        IncidentCast.Reopen(company, planned);
        return planned;
    }

    /// <summary>The first sentence of the plan: how many of which severity begin in the quarter.</summary>
    private static IEnumerable<Incident> Planned(Company company, int quarter)
    {
        var counts = Seasons.Of(quarter).Incidents;
        for (var severity = 1; severity <= counts.Count; severity++)
        {
            for (var i = 0; i < counts[severity - 1]; i++)
                yield return Incident(company, quarter, severity, i);
        }

        for (var i = 0; i < 5; i++)
        {
            var noise = Incident(company, quarter, severity: 2 + (i % 3), number: 100 + i);
            yield return noise with
            {
                Status = i < 3 ? IncidentStatus.FalseAlarm : IncidentStatus.Duplicate,
                ResolvedAt = noise.DetectedAt + TimeSpan.FromMinutes(35 + (10 * i)),
                PostmortemUrl = null,
                PostmortemPublishedAt = null,
            };
        }
    }

    private static Incident Incident(Company company, int quarter, int severity, int number)
    {
        var time = company.Time;
        var season = Seasons.Of(quarter);
        var dice = company.Dice("incident", time.NameOf(quarter), severity, number);
        var length = time.StartOf(quarter + 1) - time.StartOf(quarter);
        var started = time.StartOf(quarter) + TimeSpan.FromSeconds(Math.Floor(dice.Next() * length.TotalSeconds));
        var foundBy = dice.Chance(season.FoundByUsers)
            ? DetectedBy.Stakeholder
            : (DetectedBy)dice.Weighted(0.62, 0.33, 0, 0.05);
        var detected = started + TimeToDetect(dice, severity, foundBy);
        var resolved = Resolution(dice, severity, started, season.Repair);
        if (resolved <= detected) resolved = detected + dice.Minutes(25, 70);
        var cause = (IncidentCause)dice.Weighted(0.40, 0.17, 0.11, 0.24, 0.08);
        var datasets = IncidentCast.Affected(company, dice, severity, started);
        var isOpen = resolved >= time.Today;
        var incident = new Incident
        {
            IncidentId = $"{quarter + 100}-{severity}-{number:000}",
            Title = IncidentCast.Title(dice, cause, datasets),
            Severity = severity,
            Status = isOpen ? IncidentStatus.Open : IncidentStatus.Resolved,
            Datasets = [.. datasets.Select(d => d.Id)],
            Team = datasets.Count == 0 ? "platform" : datasets[0].Team,
            // Nobody knows when the impact of some small ones began.
            StartedAt = started,
            DetectedAt = detected,
            AcknowledgedAt = detected + dice.Minutes(3, severity <= 2 ? 18 : 120),
            ResolvedAt = isOpen ? null : resolved,
            DetectedBy = dice.Chance(0.03) ? null : foundBy,
            Cause = dice.Chance(0.04) ? null : cause,
        };
        return WithPostmortem(company, dice, incident);
    }

    private static TimeSpan TimeToDetect(Dice dice, int severity, DetectedBy foundBy) => severity == 1
        ? dice.Minutes(4, 45)
        : foundBy switch
        {
            DetectedBy.Monitoring => dice.Minutes(4, 40),
            DetectedBy.Test => dice.Minutes(15, 150),
            DetectedBy.Stakeholder => dice.Hours(1.5, 9),
            DetectedBy.Other => dice.Hours(1, 5),
        };

    private static DateTimeOffset Resolution(Dice dice, int severity, DateTimeOffset started, double repair) => severity switch
    {
        1 => started + dice.Hours(1.9 * repair, 4.1 * repair),
        2 => Timeline.AfterBusinessDays(started, dice.Between(0.35, 2.0) * repair),
        3 => Timeline.AfterBusinessDays(started, dice.Between(0.5, 4.0) * repair),
        4 => Timeline.AfterBusinessDays(started, dice.Between(1.0, 8.0) * repair),
        _ => Timeline.AfterBusinessDays(started, dice.Between(2.0, 15.0) * repair),
    };

    /// <summary>Nine in ten of the grave ones are written up in five business days; some late, some never.</summary>
    private static Incident WithPostmortem(Company company, Dice dice, Incident incident)
    {
        var isWritten = incident.Severity <= 2 ? dice.Chance(0.96) : incident.Severity == 3 && dice.Chance(0.3);
        if (!isWritten || incident.ResolvedAt is not { } resolved) return incident;
        var published = Timeline.AfterBusinessDays(resolved, dice.Chance(0.92) ? dice.Between(0.8, 4.6) : dice.Between(5.5, 12));
        return published >= company.Time.Today
            ? incident
            : incident with
            {
                PostmortemUrl = $"https://wiki.nordlicht.example/postmortems/{resolved:yyyy-MM-dd}-{incident.IncidentId}",
                PostmortemPublishedAt = published,
            };
    }
}
