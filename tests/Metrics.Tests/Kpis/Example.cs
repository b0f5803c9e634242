using Metrics.Kpis;
using Metrics.Model;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Kpis;

/// <summary>A few records, written as canonical CSV under headings such as <c># incidents</c>, and what becomes of them.</summary>
internal sealed class Example : IAsyncDisposable
{
    /// <summary>The period of most examples: 1 April to 1 July 2026.</summary>
    public const string Quarter = "2026-Q2";

    private Example(MetricsDatabase database) => Database = database;

    public MetricsDatabase Database { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<Example> OfAsync(
        string records, string now = "2026-11-21T12:00:00Z", string zone = "UTC", int fiscalStart = 1,
        params DateOnly[] holidays) =>
        await OfAsync(records, new ReportingSettings { Calendar = ReportingCalendar.Create(zone, fiscalStart, holidays) }, now);

    public static async Task<Example> OfAsync(string records, ReportingSettings settings, string now = "2026-11-21T12:00:00Z")
    {
        var example = new Example(await MetricsDatabase.CreateAsync(now, settings));
        await example.ImportAsync(records);
        return example;
    }

    public async Task ImportAsync(string records)
    {
        var outcomes = await Database.ImportAsync(Files(records));
        outcomes.ShouldAllBe(o => o.Refused == null);
        outcomes.SelectMany(o => o.Report!.Rejections).ShouldBeEmpty();
    }

    public static (string File, string Text)[] Files(string records) =>
        [.. records.Split("# ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(section => section.Split('\n', 2))
            .Select(parts => ($"{parts[0].Trim()}.csv", parts[1] + "\n"))];

    /// <summary>All groups: "" where a record has no value of the dimension.</summary>
    public async Task<Dictionary<string, KpiRow>> ByAsync(string kpi, Dimension dimension, string period = Quarter) =>
        (await Database.Evaluator.EvaluateAsync(
            new KpiRequest(Period.Parse(period, Database.Settings.Calendar)) { Kpis = [kpi], By = [dimension] }, Cancellation))
        .ToDictionary(r => r.Group[dimension] ?? "");

    public async Task<KpiRow> TotalAsync(string kpi, string period = Quarter) =>
        (await Database.Evaluator.EvaluateAsync(
            new KpiRequest(Period.Parse(period, Database.Settings.Calendar)) { Kpis = [kpi] }, Cancellation))
        .ShouldHaveSingleItem();

    public async Task<IReadOnlyList<Observation>> EvidenceAsync(string kpi, string period = Quarter) =>
        await Database.Evaluator.EvidenceAsync(
            kpi, Period.Parse(period, Database.Settings.Calendar), new Dictionary<Dimension, string?>(), Cancellation);

    public async Task<IReadOnlyList<KpiRow>> RowsAsync(
        string kpi, string period = Quarter, Grain? grain = null, IReadOnlyList<Dimension>? by = null,
        params (Dimension Dimension, string? Value)[] where) =>
        await Database.Evaluator.EvaluateAsync(
            new KpiRequest(Period.Parse(period, Database.Settings.Calendar))
            {
                Kpis = [kpi],
                Grain = grain,
                By = by ?? [],
                Where = where.ToDictionary(w => w.Dimension, w => w.Value),
            }, Cancellation);

    /// <summary>Why each record is left out, by its key.</summary>
    public async Task<Dictionary<string, string>> LeftOutAsync(string kpi, string period = Quarter) =>
        (await EvidenceAsync(kpi, period)).Where(o => o.Excluded is not null).ToDictionary(o => o.Record!.Key, o => o.Excluded!);

    /// <summary>When each row changes without new data, by the key of its record; those that do are in it.</summary>
    public async Task<Dictionary<string, DateTimeOffset>> ChangesAsync(string kpi)
    {
        var now = Database.Clock.GetUtcNow();
        await using var session = await ReaderSession.OpenAsync(
            Database.Reader, Database.Settings, snapshot: null, TimeSpan.FromMinutes(1), Cancellation);
        var changes = new Dictionary<string, DateTimeOffset>();
        var query = new ObservationQuery(Database.Kpis[kpi], session, Database.Settings);
        await foreach (var row in query.RunAsync(new QueryWindow(now.AddDays(-60), now, now), evidence: true, Cancellation))
            if (row.ChangesAt is { } at) changes.Add(ObservationQuery.RecordOf(row.Record)!.Key, at);
        return changes;
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}

internal static class KpiRowShould
{
    /// <summary>A ratio as its two sums.</summary>
    public static void ShouldBeRatio(this KpiRow row, decimal numerator, decimal denominator)
    {
        (row.Numerator, row.Denominator).ShouldBe((numerator, denominator));
        row.Value.ShouldBe(denominator == 0 ? null : (double)numerator / (double)denominator);
    }
}
