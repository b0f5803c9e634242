using System.Text;
using Metrics.Kpis;
using Metrics.Model;
using Metrics.Model.Facts;
using Metrics.Scorecards;
using Metrics.Scorecards.Editions;
using Metrics.Sources;
using Metrics.Sources.Canonical;
using Metrics.Storage.Ingestion;
using Metrics.Tests.Kpis;
using Metrics.Tests.Storage;
using Metrics.Tests.Storage.Ingestion;

namespace Metrics.Tests.Scorecards.Editions;

/// <summary>A small company whose second quarter of 2026 is reported on: ana prepares, ben approves.</summary>
internal sealed class Desk : IAsyncDisposable
{
    /// <summary>Two incidents of Sev 1 (2 h and 4 h), and ten runs of which nine succeeded.</summary>
    public const string Records = """
        # teams
        team,domain
        sales,shop
        ops,platform
        # datasets
        dataset,valid_from,tier,team,domain
        orders,,0,sales,shop
        costs,,1,ops,platform
        # pipelines
        pipeline,datasets,team
        load,orders,sales
        # incidents
        incident_id,severity,status,cause,datasets,team,started_at,detected_at,resolved_at
        i1,1,resolved,change,orders,sales,2026-05-01T00:00:00Z,2026-05-01T00:00:00Z,2026-05-01T02:00:00Z
        i2,1,resolved,change,orders,sales,2026-05-10T00:00:00Z,2026-05-10T00:00:00Z,2026-05-10T04:00:00Z
        # pipeline_runs
        pipeline,run_id,attempt,scheduled_for,started_at,ended_at,state
        load,r0,1,2026-04-01T00:00:00Z,2026-04-01T00:00:00Z,2026-04-01T00:10:00Z,failed
        load,r1,1,2026-04-02T00:00:00Z,2026-04-02T00:00:00Z,2026-04-02T00:10:00Z,success
        load,r2,1,2026-04-03T00:00:00Z,2026-04-03T00:00:00Z,2026-04-03T00:10:00Z,success
        load,r3,1,2026-04-04T00:00:00Z,2026-04-04T00:00:00Z,2026-04-04T00:10:00Z,success
        load,r4,1,2026-04-05T00:00:00Z,2026-04-05T00:00:00Z,2026-04-05T00:10:00Z,success
        """;

    public const string Closing = "2026-07-20T09:00:00Z";

    private Desk(MetricsDatabase database, ScorecardPdf pdf) => (Database, Pdf) = (database, pdf);

    public MetricsDatabase Database { get; }

    public ScorecardPdf Pdf { get; }

    public bool TwoPeople { get; init; } = true;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ScorecardDesk Scorecards => new(Database.Application, Database.Evaluator, Database.Clock) { TwoPeople = TwoPeople };

    public RestatementLedger Ledger => new(Database.Application, Database.Evaluator, Database.Clock);

    public Period Quarter => Period.Parse("2026-Q2", Database.Settings.Calendar);

    public static async Task<Desk> OpenAsync(ScorecardPdf pdf, string records = Records, string now = Closing, bool twoPeople = true)
    {
        var desk = new Desk(await MetricsDatabase.CreateAsync(now), pdf) { TwoPeople = twoPeople };
        await desk.ImportAsync(records);
        return desk;
    }

    public async Task ImportAsync(string records)
    {
        var outcomes = await Database.ImportAsync(Example.Files(records));
        outcomes.ShouldAllBe(o => o.Refused == null);
        await Database.Worker.RefreshAsync(cancellation: Cancellation);
    }

    /// <summary>A batch of the canonical source with a cause of its own.</summary>
    public async Task WriteAsync(string? cause, params Fact[] facts)
    {
        var body = Encoding.UTF8.GetBytes("a payload");
        var readings = facts.Select(f => (Reading)new RecordRead(f)).ToAsyncEnumerable();
        await new Ingest(Database.Application, Database.Clock, Database.Settings.Precedence).WriteAsync(
            new IncomingPayload("canonical", "a payload", body.Length, () => new MemoryStream(body), () => new MemoryStream(body), readings) { Cause = cause },
            Cancellation);
        await Database.Worker.RefreshAsync(cancellation: Cancellation);
    }

    public async Task<ScorecardEdition> InReviewAsync(ScorecardScope? scope = null, string? reason = null)
    {
        var draft = await Scorecards.DraftAsync(scope ?? ScorecardScope.Platform, Quarter, "ana", reason, Cancellation);
        return await Scorecards.ReviewAsync(draft.Edition, "ana", Cancellation);
    }

    public async Task<ScorecardEdition> PublishedAsync(ScorecardScope? scope = null, string? reason = null)
    {
        var edition = await InReviewAsync(scope, reason);
        return await Scorecards.PublishAsync(edition.Edition, "ben", Pdf, Cancellation);
    }

    public Task<BatchReport> CorrectAsync(string fact, string key, string field, string value) =>
        new RecordCorrection(new CorrectionStore(Database.Application, Database.Clock), new Redactor(new byte[32])).CorrectAsync(
            fact, key, null, null, new Dictionary<string, string> { [field] = value }, "ana", "seen in the log", Cancellation);

    public Task<BatchReport> RevertAsync(long batch) =>
        new BatchRevert(Database.Application, Database.Clock, Database.Settings.Precedence).RevertAsync(batch, "ana", "it was test data", Cancellation);

    /// <summary>The number of the last batch.</summary>
    public async Task<long> LastBatchAsync() => long.Parse((await Database.TextAsync("select max(batch) from ingest.batch"))!, null);

    /// <summary>The hash of everything that is kept of an edition.</summary>
    public async Task<string> KeptAsync(long edition) => (await Database.TextAsync($"""
        select md5(string_agg(part, '' order by part)) from (
          select to_jsonb(e)::text as part from scorecard.edition e where edition = {edition}
          {string.Concat(new[] { "definition", "value", "daily", "catalogue", "alias", "page", "commentary" }.Select(t =>
              $"union all select '{t}' || to_jsonb(x)::text from scorecard.{t} x where edition = {edition} "))}) parts
        """))!;

    public void LaterIs(string now) => Database.Clock = new FixedClock(now);

    public async Task<KpiRow> FrozenAsync(long edition, string kpi, string? tier = null) =>
        (await Scorecards.RowsAsync(edition, Cancellation)).Single(r => r.Kpi.Id == kpi && r.Period.Text == Quarter.Text
            && (tier is null ? r.Group.Count == 0 : r.Group.Count == 1 && r.Group.GetValueOrDefault(Dimension.Tier) == tier));

    /// <summary>The open entries as <c>kpi group: published -> now, reasons</c>.</summary>
    /// <param name="breakdowns">Of teams and datasets, too.</param>
    public async Task<IReadOnlyList<string>> RestatedAsync(string kpi, bool breakdowns = false)
    {
        await Ledger.CompareAsync(Cancellation);
        var editions = await Scorecards.Editions.ListAsync(Cancellation);
        return [.. (await Ledger.CurrentAsync(editions.Select(e => e.Edition), Cancellation))
            .Where(r => r.Kpi == kpi && !r.IsSettled && (breakdowns || r.Group.Keys.All(d => d == Dimension.Tier)))
            .Select(r => FormattableString.Invariant(
                $"{(r.Group.Count == 0 ? "total" : string.Join(", ", r.Group.Select(g => $"{g.Key.ToString().ToLowerInvariant()} {g.Value}")))}: {Text(r.Published)} -> {Text(r.Now)}, {string.Join(", ", r.Reasons)}"))];
    }

    private static string Text(double? value) => value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none";

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
