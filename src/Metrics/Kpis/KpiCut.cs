using Metrics.Storage;

namespace Metrics.Kpis;

/// <summary>A view whose answers are kept: it knows what it sees, and what is written through it belongs to it.</summary>
public sealed class KpiCut : KpiView
{
    private KpiCut(KpiEvaluator evaluator, EvaluationSnapshot snapshot) : base(evaluator, snapshot)
    {
    }

    /// <summary>The transactions that it sees, as a <c>pg_snapshot</c>: batch numbers alone would not do, as they commit out of order.</summary>
    public required string Transactions { get; init; }

    /// <summary>The last batch that it sees; null where nothing has been loaded.</summary>
    public required long? LastBatch { get; init; }

    /// <summary>The waivers that count.</summary>
    public IReadOnlyList<Waivers.Waiver> Waivers => Snapshot.Waivers.All;

    internal static async Task<KpiCut> OpenAsync(KpiEvaluator evaluator, EvaluationSnapshot snapshot, CancellationToken cancellation)
    {
        try
        {
            // The reader's session needs the snapshot exported before anything is written.
            _ = await snapshot.ReaderAsync(cancellation);
            return new KpiCut(evaluator, snapshot)
            {
                Transactions = (await snapshot.Connection.ScalarAsync<string>("select pg_current_snapshot()::text", cancellation))!,
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

    internal Task CommitAsync(CancellationToken cancellation) => Snapshot.CommitAsync(cancellation);
}
