using System.Globalization;

namespace Metrics.Tests.Kpis.Reference;

public enum By { Total, Tier, Team, Dataset }

/// <summary>What a KPI is in one group, by definition.</summary>
public sealed record ReferenceValue(double? Value, double? Numerator, double? Denominator, int N)
{
    public double? Previous { get; init; }
    public double? YearAgo { get; init; }
}

/// <summary>Values of periods by tier, team and dataset, from the observations.</summary>
/// <param name="coveredUntil">The time of the import: canonical files vouch for everything before.</param>
public sealed class ReferenceEvaluation(
    Company company, string zone, int fiscalStart, IReadOnlySet<DateOnly> holidays, DateTimeOffset coveredUntil)
{
    private readonly ReferenceCalendar calendar = new(zone, holidays) { FiscalStart = fiscalStart };

    /// <summary>By group: a tier, team or dataset; "" where there is none. The total alone is in the group "".</summary>
    public Dictionary<string, ReferenceValue> Evaluate(string kpi, ReferencePeriod period, DateTimeOffset now, By by)
    {
        var bounds = Bounds(period);
        var partial = now < bounds.To;
        var elapsed = (partial ? now : bounds.To) - bounds.From;
        var current = Over(period);
        var previous = Over(period.Previous);
        var yearAgo = Over(period.YearAgo);
        return current.Groups.Keys.ToDictionary(group => group, group => current.Groups[group] with
        {
            Previous = previous.Of(group).Value,
            YearAgo = yearAgo.Of(group).Value,
        });

        (Dictionary<string, ReferenceValue> Groups, Func<string, ReferenceValue> Of) Over(ReferencePeriod other)
        {
            var whole = Bounds(other);
            var to = partial ? ReferenceCalendar.Min(whole.From + elapsed, whole.To) : whole.To;
            var window = new Window(whole.From, to, now);
            var months = other.Months * ((to - whole.From) / (whole.To - whole.From));
            var seen = new ReferenceKpis(company, calendar, zone).Observations(kpi, window)
                .SelectMany(s => GroupsOf(s, by).Select(g => (Group: g, Seen: s)))
                .ToLookup(s => s.Group, s => s.Seen);
            IEnumerable<string> groups = by switch
            {
                By.Total => [""],
                By.Tier => seen.Select(s => s.Key).Union(ActiveTiers(window)),
                By.Team or By.Dataset => seen.Select(s => s.Key),
                _ => throw new ArgumentOutOfRangeException(nameof(by)),
            };
            return (groups.ToDictionary(g => g, Value), Value);

            ReferenceValue Value(string group) => ValueOf(kpi, [.. seen[group]], months, to <= coveredUntil);
        }
    }

    private static ReferenceValue ValueOf(string kpi, List<Seen> seen, double months, bool covered)
    {
        var n = seen.Count;
        switch (kpi)
        {
            case "pr_cycle_time" or "time_to_first_review" or "lead_time_for_changes" or "backfill_time" or "access_turnaround"
                or "time_to_fill":
                return new(n == 0 ? null : Median([.. seen.Select(s => s.Value).Order()]), null, null, n);
            case "incident_rate":
                return new(n == 0 && !covered ? null : n / months, n, months, n);
            case "open_incidents" or "pending_access_requests":
                return new(n == 0 && !covered ? null : n, n, null, n);
            case "mttr_sev1" or "mttr_sev2":
                return new(n == 0 ? null : seen.Average(s => s.Value), seen.Sum(s => s.Value), n, n);
            default:
                var numerator = seen.Sum(s => s.Numerator);
                var denominator = seen.Sum(s => s.Denominator);
                return new(denominator == 0 ? null : numerator / denominator, numerator, denominator, n);
        }
    }

    private static double Median(List<double> sorted) =>
        (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;

    private (DateTimeOffset From, DateTimeOffset To) Bounds(ReferencePeriod period) =>
        (calendar.StartOf(period.Start), calendar.StartOf(period.End));

    private IEnumerable<string> GroupsOf(Seen seen, By by)
    {
        var known = seen.Datasets.Distinct().Select(d => company.InForce(d, seen.At)).OfType<DatasetRow>().ToList();
        var leading = known.OrderBy(d => d.Tier ?? 9).ThenBy(d => d.Dataset, StringComparer.Ordinal).FirstOrDefault();
        return by switch
        {
            By.Total => [""],
            By.Tier => [leading?.Tier?.ToString(CultureInfo.InvariantCulture) ?? ""],
            By.Team => [seen.Team ?? leading?.Team ?? ""],
            By.Dataset => known.Count == 0 ? [""] : known.Select(d => d.Dataset),
            _ => throw new ArgumentOutOfRangeException(nameof(by)),
        };
    }

    /// <summary>Tiers with a dataset that was active at some moment of the window.</summary>
    private IEnumerable<string> ActiveTiers(Window window) =>
        from dataset in company.Datasets.GroupBy(d => d.Dataset)
        let edges = dataset.Select(d => d.ValidFrom).Where(v => v > window.From && v < window.To).Select(v => v!.Value)
        from moment in edges.Append(window.From)
        where window.From < window.To
        let version = company.InForce(dataset.Key, moment)
        where version is { Tier: not null, Lifecycle: null or "active" }
        select string.Create(CultureInfo.InvariantCulture, $"{version.Tier}");
}

internal static class CatalogueOfCompany
{
    /// <summary>A version is in force from <c>valid_from</c>, inclusive, until the next.</summary>
    public static DatasetRow? InForce(this Company company, string dataset, DateTimeOffset at) =>
        company.Datasets.Where(d => d.Dataset == dataset && (d.ValidFrom is null || d.ValidFrom <= at))
            .MaxBy(d => d.ValidFrom ?? DateTimeOffset.MinValue);
}
