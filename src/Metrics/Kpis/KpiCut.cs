using Metrics.Model;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Kpis;

/// <summary>
/// Answers that belong together: every question is answered from one and the same view of facts, catalogue and targets, at one
/// moment. It holds two connections until it is disposed of.
/// </summary>
public sealed class KpiCut : IAsyncDisposable
{
    private readonly KpiEvaluator evaluator;
    private readonly EvaluationSnapshot snapshot;

    private KpiCut(KpiEvaluator evaluator, EvaluationSnapshot snapshot) => (this.evaluator, this.snapshot) = (evaluator, snapshot);

    /// <summary>The moment up to which it evaluates.</summary>
    public DateTimeOffset AsOf => snapshot.Now;

    /// <summary>The transactions that it sees, as a <c>pg_snapshot</c>: batch numbers alone would not do, as they commit out of order.</summary>
    public required string Snapshot { get; init; }

    /// <summary>The last batch that it sees; null where nothing has been loaded.</summary>
    public required long? LastBatch { get; init; }

    /// <summary>The definitions with the organisation's targets among theirs.</summary>
    public IReadOnlyList<KpiDefinition> Definitions => [.. evaluator.Definitions.Select(d => new CellView(evaluator.Limit, snapshot).Of(snapshot.Govern(d)))];

    /// <summary>The reporting calendar.</summary>
    public ReportingCalendar Calendar => evaluator.Calendar;

    /// <summary>The waivers that count.</summary>
    public IReadOnlyList<Waivers.Waiver> Waivers => snapshot.Waivers.All;

    /// <summary>What is written through it sees, and is seen with, the same view.</summary>
    internal NpgsqlConnection Connection => snapshot.Connection;

    internal EvaluationSnapshot View => snapshot;

    internal static async Task<KpiCut> OpenAsync(KpiEvaluator evaluator, EvaluationSnapshot snapshot, CancellationToken cancellation)
    {
        try
        {
            // The reader's session needs the snapshot exported before anything is written.
            _ = await snapshot.ReaderAsync(cancellation);
            return new KpiCut(evaluator, snapshot)
            {
                Snapshot = (await snapshot.Connection.ScalarAsync<string>("select pg_current_snapshot()::text", cancellation))!,
                LastBatch = await snapshot.Connection.ScalarAsync<long?>(
                    "select max(batch) from ingest.batch where state = 'committed'", cancellation),
            };
        }
        catch
        {
            await snapshot.DisposeAsync();
            throw;
        }
    }

    /// <summary>As <see cref="KpiEvaluator.EvaluateAsync"/>.</summary>
    public Task<IReadOnlyList<KpiRow>> EvaluateAsync(KpiRequest request, CancellationToken cancellation = default) =>
        evaluator.AnswerAsync(snapshot, request, cancellation);

    /// <summary>As <see cref="KpiEvaluator.EvidenceAsync"/>.</summary>
    public Task<IReadOnlyList<Observation>> EvidenceAsync(
        string kpi, Period period, IReadOnlyDictionary<Dimension, string?> where, CancellationToken cancellation = default) =>
        evaluator.ObserveAsync(snapshot, kpi, period, where, cancellation);

    /// <summary>What the change of a ratio comes from; null where it has no change to explain.</summary>
    public Task<MixShift?> MixShiftAsync(
        KpiDefinition kpi, Period period, IReadOnlyDictionary<Dimension, string?> where, CancellationToken cancellation = default) =>
        MixShift.OfAsync(snapshot, kpi, evaluator.Settings, period, where, evaluator.Limit, cancellation);

    internal Task CommitAsync(CancellationToken cancellation) => snapshot.CommitAsync(cancellation);

    public ValueTask DisposeAsync() => snapshot.DisposeAsync();
}
