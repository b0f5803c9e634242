using System.Globalization;
using Metrics.Kpis;
using Metrics.Model;
using Metrics.Model.Facts;
using Metrics.Storage;
using Metrics.Storage.Ingestion;
using Npgsql;

namespace Metrics.Scorecards.Editions;

/// <summary>
/// Why a published figure would be another today. Definition, settings and records are put back one at a time: what makes a
/// difference is a cause. Of the records, those that an edition saw are compared with those of today.
/// </summary>
internal sealed class RestatementCause(NpgsqlConnection connection, KpiEvaluator today, ScorecardEdition edition, FrozenFigures frozen)
{
    private readonly Dictionary<long, string?> causes = [];

    // What has been read of the KPI that was asked about last: its figures are asked about one after the other.
    private string? of;
    private Dictionary<string, double?>? underThen;
    private Dictionary<string, double?>? underSettings;
    private ILookup<string, Observation>? before;
    private ILookup<string, Observation>? after;

    /// <param name="BatchFrom">The first batch that made a difference; null where none did.</param>
    public sealed record Finding(IReadOnlyList<string> Reasons, long? BatchFrom, long? BatchTo);

    /// <summary>The facts whose arrival can change a KPI.</summary>
    public static string[] FactsOf(KpiDefinition kpi) =>
    [
        .. kpi.Reads, "dataset", "team",
        .. kpi.Reads.Contains("run_output") ? (string[])["pipeline_run", "pipeline"] : [],
    ];

    /// <param name="published">The figure as published.</param>
    /// <param name="now">Its value with today's records, definition and settings, at the edition's moment.</param>
    public async Task<Finding> OfAsync(KpiDefinition kpi, KpiRow published, double? now, CancellationToken cancellation)
    {
        var group = FigureJson.Write(published.Group);
        var then = edition.AsOf!.Value;
        var reasons = new List<string>();
        if (of != kpi.Id) (of, underThen, underSettings, before, after) = (kpi.Id, null, null, null, null);

        // Today's records under the definition and settings of then; then under the settings of today.
        underThen ??= await ValuesAsync(today.With(frozen.Library, frozen.Settings).At(then));
        underSettings ??= frozen.Settings.Hash == today.Settings.Hash ? underThen : await ValuesAsync(today.With(frozen.Library).At(then));
        var (records, settings) = (underThen.GetValueOrDefault(group), underSettings.GetValueOrDefault(group));
        if (!Restatement.Same(settings, now)) reasons.Add(RestatementReason.Definition);
        if (!Restatement.Same(settings, records)) reasons.Add(RestatementReason.Setting);
        if (Restatement.Same(records, published.Value) && reasons.Count > 0) return new Finding(reasons, null, null);

        var (because, batches) = await OfRecordsAsync(kpi, published, cancellation);
        return new Finding(
            [.. because, .. reasons], batches.Count == 0 ? null : batches.Min(), batches.Count == 0 ? null : batches.Max());

        Task<Dictionary<string, double?>> ValuesAsync(KpiEvaluator evaluator) =>
            RestatementLedger.TodayAsync(evaluator, edition, kpi, everyGroup: true, cancellation);
    }

    private async Task<(IReadOnlyList<string> Reasons, IReadOnlyCollection<long> Batches)> OfRecordsAsync(
        KpiDefinition kpi, KpiRow published, CancellationToken cancellation)
    {
        var where = ScopedFigures.Where(edition.Scope).Concat(published.Group).DistinctBy(g => g.Key).ToDictionary();
        await LoadAsync(kpi, cancellation);
        var reasons = new SortedSet<string>(StringComparer.Ordinal);
        var batches = new SortedSet<long>();
        var (old, current) = (before!, after!);
        foreach (var key in old.Select(g => g.Key).Union(current.Select(g => g.Key)))
        {
            if (!old[key].Concat(current[key]).Any(o => KpiEvaluator.Matches(o.Cell, where))) continue;
            var (was, now) = (old[key].Select(Content).Order(StringComparer.Ordinal), current[key].Select(Content).Order(StringComparer.Ordinal));
            if (was.SequenceEqual(now)) continue;
            var record = current[key].Select(o => o.Record).FirstOrDefault(r => r is not null) ?? old[key].Select(o => o.Record).FirstOrDefault(r => r is not null);
            if (record is null) continue;
            if (current[key].Any())
            {
                await AddCorrectionsAsync(record);
                if (!await AddBatchAsync(record.Batch) && OnlyPlaceDiffers(old[key], current[key])) reasons.Add(RestatementReason.Catalogue);
            }
            else if (await StoredAsync(record, cancellation) is var (batch, deleted) && await AddBatchAsync(batch, deleted))
            {
            }
        }

        // What the records say is the same: what they were read with is not.
        if (reasons.Count == 0 || (reasons.SetEquals([RestatementReason.Catalogue]) && batches.Count == 0)) await AddArrivalsAsync();
        return ([.. reasons], batches);

        async Task<bool> AddBatchAsync(long batch, bool deleted = false)
        {
            if (await NewCauseAsync(batch, cancellation) is not { } cause) return false;
            reasons.Add(deleted && cause == RestatementReason.LateData ? RestatementReason.Deletion : cause);
            batches.Add(batch);
            return true;
        }

        // A correction holds on when the source delivers the record again.
        async Task AddCorrectionsAsync(SourceRecord record)
        {
            foreach (var batch in await connection.QueryAsync(
                $"select distinct batch from ingest.correction where fact = $1 and ended_by is null and {CorrectionStore.HasKey} order by 1", r => r.GetInt64(0),
                cancellation, record.Fact, record.Source, record.Connection, record.Key)) await AddBatchAsync(batch);
        }

        async Task AddArrivalsAsync()
        {
            var already = reasons.Count > 0;
            foreach (var (batch, fact) in await connection.QueryAsync(
                """
                select b.batch, f.fact from ingest.batch b join ingest.batch_fact f using (batch)
                where b.state = 'committed' and not pg_visible_in_snapshot(b.committed_xid, $1::pg_snapshot) and f.fact = any($2)
                  and (f.rows_new <> 0 or f.rows_changed <> 0) order by b.batch
                """, r => (r.GetInt64(0), r.GetString(1)), cancellation, edition.Cut, FactsOf(kpi)))
            {
                var catalogue = FactSchema.Named(fact)?.Catalogue is not null;
                if (already && !catalogue) continue;
                var cause = await NewCauseAsync(batch, cancellation) ?? RestatementReason.LateData;
                reasons.Add(catalogue && cause != RestatementReason.Revert ? RestatementReason.Catalogue : cause);
                batches.Add(batch);
            }
        }
    }

    /// <summary>The observations of a KPI as the edition saw them and as they are, each once for all of its figures.</summary>
    private async Task LoadAsync(KpiDefinition kpi, CancellationToken cancellation)
    {
        if (before is not null) return;
        var evaluator = today.With(frozen.Library, frozen.Settings).At(edition.AsOf!.Value);
        var everything = new Dictionary<Dimension, string?>();
        await using (var cut = await evaluator.PublishedAsync(new PublishedCut(edition.Edition, edition.Cut!), cancellation))
            before = (await cut.EvidenceAsync(kpi.Id, edition.Period, everything, cancellation)).ToLookup(Key);
        after = (await evaluator.EvidenceAsync(kpi.Id, edition.Period, everything, cancellation)).ToLookup(Key);
    }

    /// <summary>What a batch that the edition did not see was for; null for one that it saw.</summary>
    private async Task<string?> NewCauseAsync(long batch, CancellationToken cancellation) =>
        causes.TryGetValue(batch, out var known) ? known : causes[batch] = await CauseOfAsync(batch, cancellation);

    private async Task<string?> CauseOfAsync(long batch, CancellationToken cancellation)
    {
        var found = await connection.QueryAsync(
            "select coalesce(cause, ''), pg_visible_in_snapshot(committed_xid, $2::pg_snapshot) from ingest.batch where batch = $1",
            r => (Cause: r.GetString(0), Seen: r.GetBoolean(1)), cancellation, batch, edition.Cut);
        return found switch
        {
            [] or [{ Seen: true }] => null,
            [{ Cause: "replay" }] => RestatementReason.Replay,
            [{ Cause: "correction" }] => RestatementReason.Correction,
            [{ Cause: "revert" }] => RestatementReason.Revert,
            _ => RestatementReason.LateData,
        };
    }

    /// <summary>The row behind a record that counts no longer.</summary>
    private async Task<(long Batch, bool Deleted)?> StoredAsync(SourceRecord record, CancellationToken cancellation)
    {
        if (FactSchema.Named(record.Fact) is not { Catalogue: null } fact) return null;
        var rows = await connection.QueryAsync(
            $"""
            select t.batch, t.deleted_at is not null from {FactTables.Table(fact)} t
            where t.source = $1 and t.connection = $2 and {CorrectionStore.KeyText(fact, "t")} = $3
            """, r => (r.GetInt64(0), r.GetBoolean(1)), cancellation, record.Source, record.Connection, record.Key);
        if (rows.Count > 0) return rows[0];

        // Gone altogether: the batch that brought it was taken back.
        var gone = await connection.QueryAsync(
            $"select batch_to from fact.history where fact = $1 and {CorrectionStore.HasKey} order by place desc limit 1", r => r.GetInt64(0), cancellation,
            record.Fact, record.Source, record.Connection, record.Key);
        return gone.Count == 0 ? null : (gone[0], true);
    }

    private static bool OnlyPlaceDiffers(IEnumerable<Observation> before, IEnumerable<Observation> after) =>
        before.Select(Figures).Order(StringComparer.Ordinal).SequenceEqual(after.Select(Figures).Order(StringComparer.Ordinal));

    private static string Key(Observation row) => row.Record is { } record
        ? $"{record.Fact}/{record.Source}/{record.Connection}/{record.Key}"
        : string.Create(CultureInfo.InvariantCulture, $"{row.At:O}/{string.Join(',', row.Cell.Datasets)}");

    private static string Content(Observation row) => $"{Figures(row)}|{row.Cell.Key}";

    private static string Figures(Observation row) => string.Create(
        CultureInfo.InvariantCulture, $"{row.At:O}|{row.Numerator:G29}|{row.Denominator:G29}|{row.Value:R}|{row.Excluded is null}");
}
