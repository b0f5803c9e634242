using System.Globalization;

namespace Metrics.Tests.Kpis.Reference;

public enum By { Total, Tier, Team, Dataset, Unit, Service, Measure, StakeholderGroup }

/// <summary>What a KPI is in one group, by definition.</summary>
public sealed record ReferenceValue(double? Value, double? Numerator, double? Denominator, int N)
{
    public double? Previous { get; init; }
    public double? YearAgo { get; init; }

    /// <summary>In some month or quarter of it there are people, and fewer than five.</summary>
    public bool Small { get; init; }
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
            var window = new Window(whole.From, to, now) { Partial = partial };
            var months = other.Months * ((to - whole.From) / (whole.To - whole.From));
            var all = new ReferenceKpis(company, calendar, zone).Observations(kpi, window).Where(s => IsMeant(kpi, s, by)).ToList();
            var seen = all.SelectMany(s => GroupsOf(s, by, all).Select(g => (Group: g, Seen: s)))
                .ToLookup(s => s.Group, s => s.Seen);
            IEnumerable<string> groups = by switch
            {
                By.Total => [""],
                By.Tier => seen.Select(s => s.Key).Union(ActiveTiers(window)),
                By.Team or By.Dataset or By.Unit or By.Service or By.Measure or By.StakeholderGroup => seen.Select(s => s.Key),
                _ => throw new ArgumentOutOfRangeException(nameof(by)),
            };
            return (groups.ToDictionary(g => g, Value), Value);

            ReferenceValue Value(string group) => ValueOf(kpi, [.. seen[group]], months, to <= coveredUntil);
        }
    }

    private ReferenceValue ValueOf(string kpi, List<Seen> seen, double months, bool covered)
    {
        var n = seen.Count;
        switch (kpi)
        {
            case "pr_cycle_time" or "time_to_first_review" or "lead_time_for_changes" or "backfill_time" or "access_turnaround"
                or "time_to_fill":
                return new(n == 0 ? null : Median([.. seen.Select(s => s.Value).Order()]), null, null, n);
            case "data_downtime":
                return new(n == 0 && !covered ? null : seen.Sum(s => s.Value), null, null, n);
            case "unused_datasets" or "datasets_never_loaded":
                double? count = seen.Exists(s => s.Unknown) || (n == 0 && !covered) ? null : seen.Sum(s => s.Numerator);
                return new(count, seen.Exists(s => s.Unknown) ? null : seen.Sum(s => s.Numerator), null, n);
            case "unit_cost" when n > 0 && (seen.Exists(s => s.Unknown) || seen.TrueForAll(s => s.Unit is not null)):
                return new(null, null, null, n);
            case "incident_rate":
                return new(n == 0 && !covered ? null : n / months, n, months, n);
            case "open_incidents" or "pending_access_requests":
                return new(n == 0 && !covered ? null : n, n, null, n);
            case "mttr_sev1" or "mttr_sev2" or "time_to_detect" or "time_to_resolve" or "monthly_active_users" or "stakeholder_satisfaction"
                or "engagement":
                return Watched(kpi, seen, new(n == 0 ? null : seen.Average(s => s.Value), seen.Sum(s => s.Value), n, n));
            default:
                var numerator = seen.Sum(s => s.Numerator);
                var denominator = seen.Sum(s => s.Denominator);
                return Watched(kpi, seen, new(denominator == 0 ? null : numerator / denominator, numerator, denominator, n));
        }
    }

    /// <summary>
    /// Of KPIs about people: those of surveys are looked at by quarter, the others by month. Of satisfaction few answers are insufficient.
    /// </summary>
    private ReferenceValue Watched(string kpi, List<Seen> seen, ReferenceValue value)
    {
        int? months = kpi switch
        {
            "voluntary_attrition" or "engagement" or "growth_plan_coverage" => 1,
            "survey_response_rate" => 3,
            _ => null,
        };
        return value with
        {
            Small = months is not null && seen.GroupBy(s => calendar.DayOf(s.At) is var d ? ((d.Year * 12) + d.Month - fiscalStart) / months.Value : default)
                .Any(g => g.Sum(s => s.People) < 5),
        };
    }

    /// <summary>Terabytes and credits, where nothing else is asked for.</summary>
    private static bool IsMeant(string kpi, Seen seen, By by) => kpi switch
    {
        "unit_cost" => by == By.Unit || seen.Unit is null or "tb_processed",
        "compute_utilisation" => by == By.Measure || seen.Measure == "credit",
        _ => true,
    };

    private static double Median(List<double> sorted) =>
        (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;

    private (DateTimeOffset From, DateTimeOffset To) Bounds(ReferencePeriod period) =>
        (calendar.StartOf(period.Start), calendar.StartOf(period.End));

    private IEnumerable<string> GroupsOf(Seen seen, By by, List<Seen> all)
    {
        var known = seen.Datasets.Distinct().Select(d => company.InForce(d, seen.AsOf ?? seen.At)).OfType<DatasetRow>().ToList();
        var leading = known.OrderBy(d => d.Tier ?? 9).ThenBy(d => d.Dataset, StringComparer.Ordinal).FirstOrDefault();
        return by switch
        {
            By.Total => [""],
            By.Tier => [leading?.Tier?.ToString(CultureInfo.InvariantCulture) ?? ""],
            By.Team => [seen.Team ?? leading?.Team ?? ""],
            By.Measure => [seen.Measure ?? ""],
            By.StakeholderGroup => [seen.StakeholderGroup ?? ""],

            // A cost is over every unit, and an amount under every service; without any unit, over terabytes.
            By.Unit when seen.Unit is null => all.Where(s => s.Unit is not null).Select(s => s.Unit!).Distinct().DefaultIfEmpty("tb_processed"),
            By.Unit => [seen.Unit!],
            By.Service when seen.Unit is not null => all.Where(s => s.Unit is null).Select(s => s.Service ?? "").Distinct().DefaultIfEmpty(""),
            By.Service => [seen.Service ?? ""],
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
