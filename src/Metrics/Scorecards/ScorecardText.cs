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

    /// <summary>A moment in the reporting zone, as briefly as a table needs it: <c>3 Aug, 09:27</c>.</summary>
    private string ShortMoment(DateTimeOffset instant) =>
        TimeZoneInfo.ConvertTime(instant, scorecard.Calendar.Zone).ToString("d MMM, HH:mm", CultureInfo.InvariantCulture);

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

    public const string IncidentsTitle = "Severe incidents";
    public const string SchemaChangesTitle = "Schema changes";
    public const string NoSchemaChanges = "No schema change is known of this period.";
    public const string AppendixTitle = "Appendix";
    public const string DefinitionsTitle = "Definitions";
    public const string SourcesTitle = "Data sources";
    public const string NoSources = "Nothing has been delivered yet.";
    public const string AgainTitle = "To see any number again";

    /// <summary>The KPIs of a theme that do not exist here, with the reason that they share.</summary>
    public static string Undefined(ThemeSection section) => string.Join(' ', section.Undefined
        .GroupBy(kpi => kpi.Total.Row.Reason ?? "It is not defined here.")
        .Select(group => $"{string.Join(", ", group.Select(kpi => kpi.Definition.Name))}: {group.Key}"));

    /// <summary>What a table of another dimension is called.</summary>
    public string Caption(OtherBreakdown breakdown) => breakdown.By switch
    {
        Dimension.Service => $"By service, largest moves since {scorecard.Period.Previous.Text} first",
        var by => $"By {Model.Facts.FactSchema.SnakeCase(by.ToString()).Replace('_', ' ')}, and the change since {scorecard.Period.Previous.Text}",
    };

    /// <summary>A group of one dimension, as a person reads it.</summary>
    public static string NameOf(KpiRow row, Dimension by) => row.Group[by]?.Replace('_', ' ') ?? TierLabel.Unassigned;

    /// <summary>Breaking changes that were announced in time; nothing where none was breaking.</summary>
    public string Announced(SchemaChangeCount change) => change.Breaking == 0 ? NumberFormat.Nothing : Count(change.Announced);

    /// <summary>What to say where nothing broke badly.</summary>
    public string NoIncidents => $"No incident of severity 1 or 2 was detected {InThisPeriod}.";

    public static string Severity(IncidentStory incident) => incident.Severity?.ToString(CultureInfo.InvariantCulture) ?? NumberFormat.Nothing;

    /// <summary>Which incident it is, whose, and what it touched.</summary>
    public string About(IncidentStory incident)
    {
        const int most = 4;
        var datasets = string.Join(", ", incident.Datasets.Take(most)) + (incident.Datasets.Count > most ? $" and {Count(incident.Datasets.Count - most)} more" : "");
        return string.Join("; ", new[] { incident.Title is null ? null : incident.Key, incident.Team, datasets }.Where(part => !string.IsNullOrEmpty(part)));
    }

    public string Beginning(IncidentStory incident) => incident.Started is { } at ? ShortMoment(at) : "not known";

    /// <summary>How long after the beginning a moment was; the moment itself where it is the beginning or that is not known.</summary>
    public string After(IncidentStory incident, DateTimeOffset? moment) =>
        moment is not { } at ? NumberFormat.Nothing
        : incident.Started is { } start && at >= start ? $"+{Age(at - start)}"
        : ShortMoment(at);

    public string Restored(IncidentStory incident) => incident.Restored is null ? "not yet" : After(incident, incident.Restored);

    public static string Cause(IncidentStory incident) => string.Join(", ", new[]
    {
        incident.Cause ?? "cause not given", incident.DetectedBy is { } by ? $"found by {by}" : null,
    }.OfType<string>());

    public string Postmortem(IncidentStory incident) => incident.Postmortem is { } at ? $"postmortem {DayOf(at)}" : "no postmortem";

    public string Promised(PromisedAction action) =>
        $"Open action: {action.Title}{(action.DueOn is { } due ? $", due {Day(due, "d MMM yyyy")}{(due < scorecard.Calendar.DayOf(scorecard.AsOf) ? ", overdue" : "")}" : "")}";

    /// <summary>Whose a definition is, which version, and what it should reach.</summary>
    public string Source(ScorecardKpi kpi)
    {
        var targets = kpi.Judged.Where(figure => figure.Row.Target is not null).ToList();
        var wanted = string.Join(", ", targets.Select(figure => $"{(figure.IsTotal ? "" : $"{figure.Label} ")}{Target(figure.Row)}"));
        var origins = string.Join(", ", targets.Select(figure => figure.Row.Target!.Origin).Distinct());
        return $"Owner {kpi.Definition.Owner}. Version {kpi.Definition.Hash[..Math.Min(12, kpi.Definition.Hash.Length)]}. "
            + (targets.Count == 0 ? "No target." : $"Target {wanted}, from {origins}.");
    }

    public static string NameOf(SourceState source) => source.Connection.Length == 0 ? source.Source : $"{source.Source}/{source.Connection}";

    /// <summary>How a reader comes to any figure, on the command line and over GraphQL.</summary>
    public IReadOnlyList<string> Again
    {
        get
        {
            var kpi = scorecard.Kpis.Count > 0 ? scorecard.Kpis[0].Definition.Id : "KPI";
            var period = scorecard.Period.Text;
            return
            [
                .. scorecard.Sheet is { } sheet ? (string[])
                [
                    $"As it was published, with the records, definition and catalogue of then: metrics scorecard explain {sheet.Edition.Edition} {kpi}",
                    $"Every figure of this edition: metrics scorecard export {sheet.Edition.Edition} --format csv",
                    "Whether a file is this document: metrics scorecard verify FILE.pdf",
                ] : [],
                $"As it is today, with everything behind it: metrics kpi {kpi} --period {period} --explain",
                $"Over GraphQL: {{ kpiRows(period: {{ period: \"{period}\" }}, kpis: [\"{kpi}\"], by: [TIER]) {{ nodes {{ kpi tier value numerator denominator n target status }} }} }}",
            ];
        }
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
