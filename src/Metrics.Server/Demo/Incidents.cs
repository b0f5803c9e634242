using Metrics.Model.Facts;

namespace Metrics.Server.Demo;

/// <summary>What went wrong, planned per quarter from <see cref="Seasons"/>; loads and checks suffer accordingly.</summary>
internal static class Incidents
{
    /// <summary>Taken in turn: two thirds are the platform's own.</summary>
    private static readonly IncidentCause[] Causes =
    [
        IncidentCause.DataPlatform, IncidentCause.Upstream, IncidentCause.Change, IncidentCause.DataPlatform,
        IncidentCause.Infrastructure, IncidentCause.Change, IncidentCause.DataPlatform, IncidentCause.Upstream,
        IncidentCause.Unknown,
    ];

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

    /// <summary>So many of each severity begin in the quarter, and some noise: false alarms and duplicates.</summary>
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
        // Spread evenly, for a handful of grave ones would bunch by chance and tell another story than the plot.
        var peers = number < 100 ? season.Incidents[severity - 1] : 5;
        var share = ((number % 100) + dice.Next()) / peers;
        var started = time.StartOf(quarter) + TimeSpan.FromSeconds(Math.Floor(share * length.TotalSeconds));
        var foundBy = IsTurn(number + severity, season.FoundByUsers)
            ? DetectedBy.Stakeholder
            : (DetectedBy)dice.Weighted(0.62, 0.33, 0, 0.05);
        var detected = started + TimeToDetect(dice, severity, foundBy);
        var resolved = Resolution(dice, severity, started, season.Repair);
        if (resolved <= detected) resolved = detected + dice.Minutes(25, 70);
        var cause = Causes[(number + (severity * 5) + quarter + 100) % Causes.Length];
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
            StartedAt = started,
            DetectedAt = detected,
            AcknowledgedAt = detected + dice.Minutes(3, severity <= 2 ? 18 : 120),
            ResolvedAt = isOpen ? null : resolved,
            DetectedBy = dice.Chance(0.03) ? null : foundBy,
            Cause = dice.Chance(0.04) ? null : cause,
        };
        return WithPostmortem(company, dice, incident);
    }

    /// <summary>True for so many of every hundred, evenly spaced.</summary>
    private static bool IsTurn(int number, double share) => Math.Floor((number + 1) * share) > Math.Floor(number * share);

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
        var isWritten = incident.Severity <= 2 ? dice.Chance(0.98) : incident.Severity == 3 && dice.Chance(0.3);
        if (!isWritten || incident.ResolvedAt is not { } resolved) return incident;
        var published = Timeline.AfterBusinessDays(resolved, dice.Chance(0.94) ? dice.Between(0.8, 4.6) : dice.Between(5.5, 12));
        return published >= company.Time.Today
            ? incident
            : incident with
            {
                PostmortemUrl = $"https://wiki.nordlicht.example/postmortems/{resolved:yyyy-MM-dd}-{incident.IncidentId}",
                PostmortemPublishedAt = published,
            };
    }
}
