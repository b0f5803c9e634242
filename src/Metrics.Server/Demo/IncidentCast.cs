using Metrics.Model.Facts;

namespace Metrics.Server.Demo;

/// <summary>Who and what appears in the incidents: datasets, titles, and the few that the story needs by name.</summary>
internal static class IncidentCast
{
    private static readonly Dictionary<IncidentCause, string[]> Titles = new()
    {
        [IncidentCause.DataPlatform] =
        [
            "{0}: load stuck behind a lock", "{0}: workers out of memory", "{0}: queue full after the nightly peak",
            "{0}: rows doubled by a retry", "{0}: partition written twice", "{0}: scheduler lost its lease",
        ],
        [IncidentCause.Upstream] =
        [
            "{0}: source delivered half a file", "{0}: API of the provider answers 503", "{0}: export arrived without new rows",
            "{0}: source changed the meaning of a code",
        ],
        [IncidentCause.Infrastructure] =
        [
            "{0}: storage slow in one zone", "{0}: certificate expired", "{0}: network partition to the warehouse",
        ],
        [IncidentCause.Change] =
        [
            "{0}: column renamed without notice", "{0}: release dropped late arrivals",
            "{0}: new join lost orders without customer", "{0}: migration left old rows behind",
        ],
        [IncidentCause.Unknown] = ["{0}: numbers jump for an hour", "{0}: totals differ from the source"],
    };

    /// <summary>Grave incidents hit critical data. A third spread along the lineage; a few name no dataset at all.</summary>
    public static IReadOnlyList<DatasetVersion> Affected(Company company, Dice dice, int severity, DateTimeOffset at)
    {
        if (severity >= 3 && dice.Chance(0.04)) return [];
        var tier = severity switch
        {
            1 => dice.Weighted(0.9, 0.1),
            2 => dice.Weighted(0.45, 0.45, 0.10),
            _ => dice.Weighted(0.2, 0.4, 0.4),
        };
        var first = dice.Pick(company.Catalogue.ActiveAt(at, tier, tier));
        if (!dice.Chance(0.3)) return [first];
        return [first, .. company.Catalogue.Edges
            .Where(e => e.Upstream == first.Id)
            .Select(e => company.Catalogue.At(e.Downstream, at))
            .OfType<DatasetVersion>()
            .Where(v => v.Active)
            .Take(3)];
    }

    public static string Title(Dice dice, IncidentCause cause, IReadOnlyList<DatasetVersion> datasets)
    {
        var subject = datasets.Count == 0 ? "Platform" : datasets[0].Spoken;
        var title = string.Format(System.Globalization.CultureInfo.InvariantCulture, dice.Pick(Titles[cause]), subject);
        return char.ToUpperInvariant(title[0]) + title[1..];
    }

    /// <summary>Three that nobody has solved yet, however the quarter was planned.</summary>
    public static IEnumerable<Incident> StillOpen(Company company)
    {
        var today = company.Time.Today;
        yield return Open("open-2", 2, "Shop payments: refunds missing since the provider's release", "raw.shop.payments",
            "finance", today.AddDays(-4).AddHours(7.5), DetectedBy.Stakeholder, IncidentCause.Upstream);
        yield return Open("open-3", 3, "Web page views: app sessions counted twice", "raw.web.page_views", "marketing",
            today.AddDays(-16).AddHours(9), DetectedBy.Test, IncidentCause.Change);
        yield return Open("open-4", 4, "Erp suppliers: addresses with broken umlauts", "raw.erp.suppliers", "finance",
            today.AddDays(-41).AddHours(13), DetectedBy.Other, IncidentCause.DataPlatform);
    }

    /// <summary>A duplicate says which incident it repeats: the one detected before it.</summary>
    public static void NameDuplicates(List<Incident> incidents)
    {
        for (var i = 1; i < incidents.Count; i++)
        {
            var first = incidents.Take(i).LastOrDefault(e => e.Status is IncidentStatus.Resolved or IncidentStatus.Open);
            if (incidents[i].Status != IncidentStatus.Duplicate || first is null) continue;
            incidents[i] = incidents[i] with
            {
                Title = $"Duplicate of {first.IncidentId}: {first.Title}",
                Datasets = first.Datasets,
                Team = first.Team,
                Severity = first.Severity,
            };
        }
    }

    /// <summary>The last grave incident of the last complete quarter was declared solved a day too early.</summary>
    public static void Reopen(Company company, List<Incident> incidents)
    {
        var index = incidents.FindLastIndex(i => i is { Severity: 2, Status: IncidentStatus.Resolved, ResolvedAt: not null }
            && i.ResolvedAt < company.Time.ThisQuarter && company.Time.QuarterOf(i.StartedAt!.Value) == -1);
        if (index < 0) return;
        var last = incidents[index];
        var early = last.DetectedAt!.Value + TimeSpan.FromMinutes(10);
        incidents.Insert(index, last with { ResolvedAt = early, PostmortemUrl = null, PostmortemPublishedAt = null });
        incidents[index + 1] = last with { Title = $"{last.Title} (reopened)" };
    }

    private static Incident Open(
        string id, int severity, string title, string dataset, string team, DateTimeOffset started, DetectedBy foundBy,
        IncidentCause cause) => new()
        {
            IncidentId = id,
            Title = title,
            Severity = severity,
            Status = IncidentStatus.Open,
            Datasets = [dataset],
            Team = team,
            StartedAt = started,
            DetectedAt = started.AddMinutes(55),
            AcknowledgedAt = started.AddMinutes(70),
            DetectedBy = foundBy,
            Cause = cause,
        };
}
