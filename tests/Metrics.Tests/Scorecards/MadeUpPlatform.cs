using System.Collections.Immutable;
using System.Globalization;
using Metrics.Kpis;
using Metrics.Model;
using Metrics.Scorecards;

namespace Metrics.Tests.Scorecards;

/// <summary>A platform whose figures are made up from their names: a question has the same answer on any machine.</summary>
internal sealed record MadeUpPlatform
{
    public ReportingCalendar Calendar { get; init; } = ReportingCalendar.Utc;
    public IReadOnlyList<KpiDefinition> Definitions { get; init; } = MadeUpKpis.All;
    public IReadOnlyList<string?> Teams { get; init; } =
        ["commerce", "customer-data", "finance-data", "ingestion", "ml-platform", "operations"];

    public IReadOnlyList<string?> Datasets { get; init; } =
        [.. Enumerable.Range(1, 60).Select(i => FormattableString.Invariant($"warehouse.mart_{i:00}"))];

    public DateTimeOffset AsOf { get; init; } = new(2026, 7, 6, 8, 0, 0, TimeSpan.Zero);
    public string Period { get; init; } = "2026-Q2";
    public IReadOnlyList<Observation> Open { get; init; } = SomeOpenIncidents;

    /// <summary>Whether there is a value for a question.</summary>
    public Func<KpiDefinition, Period, bool> Knows { get; init; } = (_, _) => true;

    /// <summary>Replaces or completes a row.</summary>
    public Func<KpiRow, KpiRow> Adjust { get; init; } = row => row;

    public ScorecardComposer Composer => new(
        Definitions, Calendar, (request, _) => Task.FromResult(Evaluate(request)), (_, _, _) => Task.FromResult(Open));

    public Task<Scorecard> ComposeAsync() => Composer.ComposeAsync(
        new ScorecardRequest(Metrics.Model.Period.Parse(Period, Calendar), AsOf) { DataCut = 412 },
        CancellationToken.None);

    public static IReadOnlyList<Observation> SomeOpenIncidents { get; } =
    [
        Incident(
            "INC-311", "Late orders feed from the payment provider", "2", "commerce", "2026-06-12T08:15Z", "warehouse.mart_03", "warehouse.mart_17"),
        Incident(
            "INC-318", "Duplicate customers after the merge of regions", "1", "customer-data", "2026-06-30T05:40Z", "warehouse.mart_01"),
        Incident("INC-297", "Currency rates of a holiday are missing", "3", "finance-data", "2026-04-02T12:00Z"),
    ];

    private IReadOnlyList<KpiRow> Evaluate(KpiRequest request)
    {
        var wanted = request.Kpis.Count == 0
            ? Definitions.Where(kpi => !kpi.Companion)
            : Definitions.Where(kpi => request.Kpis.Contains(kpi.Id));
        return
        [
            .. from kpi in wanted
               from period in request.Grain is { } grain ? request.Period.Buckets(grain) : [request.Period]
               from row in request.By.All(kpi.Dimensions.Contains) ? Rows(kpi, period, request.By) : [NotDefined(kpi, period)]
               select Adjust(row),
        ];
    }

    private static KpiRow NotDefined(KpiDefinition kpi, Period period) =>
        new(kpi, period) { Status = KpiStatus.NotDefined, Reason = "It has no such dimension." };

    private IEnumerable<KpiRow> Rows(KpiDefinition kpi, Period period, IReadOnlyList<Dimension> by)
    {
        IEnumerable<ImmutableDictionary<Dimension, string?>> groups = [ImmutableDictionary<Dimension, string?>.Empty];
        foreach (var dimension in by)
            groups = [.. groups.SelectMany(group => Values(dimension).Select(value => group.Add(dimension, value)))];
        return Knows(kpi, period) ? groups.Select(group => Row(kpi, period, group)) : by.Count > 0 ? [] : [Unknown(kpi, period)];
    }

    private IEnumerable<string?> Values(Dimension dimension) => dimension switch
    {
        Dimension.Tier => ["0", "1", "2"],
        Dimension.Team => Teams,
        Dimension.Dataset => Datasets,
        _ => ["large", "small"],
    };

    private KpiRow Unknown(KpiDefinition kpi, Period period) => new(kpi, period)
    {
        Status = KpiStatus.NoData,
        Partial = AsOf < Calendar.StartOf(period.End),
    };

    private KpiRow Row(KpiDefinition kpi, Period period, ImmutableDictionary<Dimension, string?> group)
    {
        var value = Value(kpi, period, group);
        var tier = group.GetValueOrDefault(Dimension.Tier);
        var team = group.ContainsKey(Dimension.Team) || group.ContainsKey(Dimension.Dataset);
        var target = kpi.Targets.FirstOrDefault(t =>
            t.Tier?.ToString(CultureInfo.InvariantCulture) == tier || (t.Tier is null && tier is null));
        var n = 20 + (long)(Noise(kpi.Id, "n", Key(group)) * (group.Count == 0 ? 4000 : 900));
        var sample = kpi.Kind == KpiKind.Ratio && n < 100;
        return new KpiRow(kpi, period)
        {
            Group = group,
            Value = value,
            N = n,
            Target = target,
            Partial = AsOf < Calendar.StartOf(period.End),
            Status = target?.Judge(value, kpi.Better) ?? KpiStatus.NoTarget,
            Previous = Value(kpi, period.Previous, group),
            YearAgo = Value(kpi, period.YearAgo, group),
            Lower = sample ? Math.Max(0, value - 0.04) : null,
            Upper = sample ? Math.Min(1, value + 0.03) : null,
            Unattributed = team ? 0.021 : null,
        };
    }

    private static double Value(KpiDefinition kpi, Period period, ImmutableDictionary<Dimension, string?> group)
    {
        var tier = group.GetValueOrDefault(Dimension.Tier);
        var target = kpi.Targets.FirstOrDefault(t => t.Tier?.ToString(CultureInfo.InvariantCulture) == tier)
            ?? (kpi.Targets is [var first, ..] ? first : null);
        var around = (double)(target?.Value.Value ?? 0.97m);
        var noise = Noise(kpi.Id, period.Text, Key(group)) - 0.5;

        // A bad quarter that recovers.
        var bad = period.Text is "2025-Q4" ? 0.6 : 0;
        return kpi.Unit == Units.Ratio
            ? Math.Clamp(around + (1 - around + 0.012) * (0.3 + noise * 0.9 - bad), 0, 1)
            : Math.Round(around * (0.95 + noise * 0.9 + bad), 4);
    }

    private static string Key(ImmutableDictionary<Dimension, string?> group) =>
        string.Join('|', group.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}={pair.Value}"));

    /// <summary>From 0 to 1, by FNV-1a: string hash codes differ from run to run.</summary>
    private static double Noise(params IReadOnlyList<string> names)
    {
        var hash = 2166136261u;
        foreach (var letter in string.Join('/', names))
            hash = unchecked((hash ^ letter) * 16777619u);
        hash = unchecked((hash ^ (hash >> 15)) * 2246822519u);
        return (hash ^ (hash >> 13)) / (double)uint.MaxValue;
    }

    public static Observation Incident(
        string key, string title, string severity, string? team, string since, params string[] datasets) => new()
        {
            At = DateTimeOffset.Parse(since, CultureInfo.InvariantCulture),
            Cell = new Cell { Severity = severity, Team = team, Datasets = datasets },
            Note = title,
            Value = 1,
            Record = new SourceRecord("incident", "canonical", "demo", [key], 1),
        };
}
