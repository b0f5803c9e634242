using System.Globalization;
using Metrics.Kpis;
using Metrics.Model;

namespace Metrics.Scorecards;

/// <summary>The words and figures of a scorecard as they are printed; what is read back is compared with these.</summary>
/// <param name="scorecard">Gives the period, the zone and the moment.</param>
/// <param name="style">Gives the culture and the currency.</param>
public sealed class ScorecardText(Scorecard scorecard, ScorecardStyle style)
{
    /// <summary>From this many observations on, the interval says little that the value does not.</summary>
    public const int ManyObservations = 100;

    private const char NoBreakSpace = '\u00a0';

    private readonly NumberFormat numbers = new(style.Culture);

    public string Value(KpiRow row) =>
        Exotic(row) ? numbers.Format(row.Value, row.Kpi.Unit, style.Currency)
        : numbers.Format(row.Value, row.Kpi.Unit, style.Currency, row.Target);

    public string Value(double? value, KpiDefinition kpi) => numbers.Format(value, kpi.Unit, style.Currency);

    /// <summary>The target, or what stands in its place.</summary>
    public string TargetOf(ScorecardKpi kpi) =>
        kpi.JudgedPerTier && kpi.Total.Row.Target is null ? "by tier" : Target(kpi.Total.Row);

    public string Target(KpiRow row) => row.Target is { } target ? Target(target, row.Kpi) : NumberFormat.Nothing;

    public string Target(Target target, KpiDefinition kpi) => numbers.FormatTarget(target, kpi, style.Currency);

    public string Change(KpiRow row) => numbers.FormatChange(row.Change, row.Kpi.Unit, style.Currency);

    public string ChangeFromYearAgo(KpiRow row) =>
        numbers.FormatChange(row.Value - row.YearAgo, row.Kpi.Unit, style.Currency);

    /// <summary>The 95 % interval where there is one and observations are few; else null.</summary>
    public string? Interval(KpiRow row) =>
        row is { N: < ManyObservations, Lower: { } lower, Upper: { } upper, Value: not null }
            ? numbers.FormatInterval(lower, upper, row.Kpi.Unit, style.Currency)
            : null;

    /// <summary>The value without what is waived, where something is; else null.</summary>
    public string? Adjusted(KpiRow row) => row.Waived == 0 ? null : $"adjusted {Value(row.Adjusted, row.Kpi)}";

    /// <summary>A difference of values, with its sign.</summary>
    public string Difference(double difference, KpiDefinition kpi) => numbers.FormatChange(difference, kpi.Unit, style.Currency);

    public string Count(long number) => numbers.Format(number, Units.Count);

    public string Share(double share) => numbers.Format(share, Units.Ratio);

    /// <summary>A mark on an axis.</summary>
    public string Tick(double value, KpiDefinition kpi) =>
        numbers.FormatGiven(Exact.Of(value), kpi.Unit, style.Currency);

    /// <summary>A trend in words, for a reader who does not see the line.</summary>
    public string Trend(KpiDefinition kpi, IReadOnlyList<TrendPoint> trend) =>
        string.Join(", ", trend.Select(point => $"{point.Period.Text} {Value(point.Value, kpi)}")) + ".";

    /// <summary>An age, in hours while it is short and in days after that.</summary>
    public string Age(TimeSpan age) => age < TimeSpan.FromHours(48)
        ? numbers.Format(age.TotalHours, Units.Hours)
        : numbers.Format(age.TotalDays, Units.Days);

    /// <summary>The first and the last day: <c>1 April – 30 June 2026</c>.</summary>
    public static string Days(Period period)
    {
        var last = period.End.AddDays(-1);
        var from = period.Days == 1 ? ""
            : period.Start.Year != last.Year ? Day(period.Start, "d MMMM yyyy") + " – "
            : period.Start.Month != last.Month ? Day(period.Start, "d MMMM") + " – "
            : Day(period.Start, "%d") + " – ";
        return from + Day(last, "d MMMM yyyy");
    }

    /// <summary>A moment in the reporting zone: <c>21 November 2026, 09:27 UTC</c>.</summary>
    public string Moment(DateTimeOffset instant)
    {
        var zone = scorecard.Calendar.Zone;
        var local = TimeZoneInfo.ConvertTime(instant, zone);
        return $"{local.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture)} {zone.Id}";
    }

    /// <summary>The day of a moment in the reporting zone.</summary>
    public string DayOf(DateTimeOffset instant) => Day(scorecard.Calendar.DayOf(instant), "d MMM yyyy");

    /// <summary>What to say where no verdict changed.</summary>
    public string NoChanges => scorecard.Kpis.Any(kpi => kpi.Status is not (KpiStatus.NoData or KpiStatus.NotDefined))
        ? $"Every KPI is judged as it was in {scorecard.Period.Previous.Text}."
        : "There is no verdict to compare.";

    /// <summary>The last ingest batch, in words.</summary>
    public string DataCut => scorecard.DataCut is { } batch
        ? "batch " + batch.ToString(CultureInfo.InvariantCulture)
        : "none: nothing has been loaded";

    /// <summary>A KPI, and which of its tiers.</summary>
    public static string Name(ScorecardKpi kpi, Figure figure) =>
        figure.IsTotal ? kpi.Definition.Name : $"{kpi.Definition.Name}, {figure.Label.Replace(' ', NoBreakSpace)}";

    /// <summary>What the rows of a KPI do not say themselves: companions, reasons, what was left out.</summary>
    public IEnumerable<string> Notes(ScorecardKpi kpi)
    {
        var beside = kpi.Companions
            .Where(row => row.Value is not null)
            .Select(row => $"{row.Kpi.Name} {Value(row)}");
        if (string.Join("; ", beside) is { Length: > 0 } companions) yield return $"Also: {companions}.";

        if (kpi.Total.Row.Value is null) yield return WhyNothing(kpi.Total.Row);
        else if (kpi.Total.Row.Reason is { } reason) yield return reason;

        if (kpi.Total.Row.Stale) yield return "Newer records have arrived and are not in these figures yet.";
    }

    /// <summary>Why there is no chart.</summary>
    public string NoTrend(IReadOnlyList<Figure> figures)
    {
        var known = figures.SelectMany(figure => figure.Trend).Count(point => point.Value is not null);
        return known == 0
            ? $"No chart: there is no value in the last {Count(ScorecardComposer.TrendLength)} periods."
            : "No chart: a single period has a value, and a trend needs two.";
    }

    /// <summary>What a chart leaves out.</summary>
    public static IEnumerable<string> TrendRemarks(IReadOnlyList<Figure> figures, IReadOnlyList<Figure> drawn) =>
        figures.Except(drawn).Select(figure => $"{figure.Label} is not drawn: fewer than two periods have a value.");

    /// <summary>The datasets of an incident, a few of many.</summary>
    public string Datasets(OpenIncident incident)
    {
        const int most = 4;
        var more = incident.Datasets.Count - most;
        return string.Join(", ", incident.Datasets.Take(most)) + (more > 0 ? $" and {Count(more)} more" : "");
    }

    /// <summary>What to say where a KPI has no value.</summary>
    public string WhyNothing(KpiRow row) => Silence.Of(row, InThisPeriod);

    /// <summary>Such as <c>in this quarter</c>.</summary>
    private string InThisPeriod =>
        (scorecard.Partial ? "so far in this " : "in this ")
        + (scorecard.Period.Grain is { } grain ? grain.ToString().ToLowerInvariant() : "period");

    /// <summary>A KPI judged on its change has a target that is not in its unit.</summary>
    private static bool Exotic(KpiRow row) => row.Kpi.JudgedOn == JudgedOn.ChangeFromYearAgo;

    private static string Day(DateOnly day, string format) => day.ToString(format, CultureInfo.InvariantCulture);
}
