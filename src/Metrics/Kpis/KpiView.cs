using Metrics.Model;
using Npgsql;

namespace Metrics.Kpis;

/// <summary>
/// Answers that belong together: every question is answered from one and the same view of facts, catalogue and targets, at one
/// moment, one after another. It holds one connection, and one of the login that runs analysts' SQL from the first question that
/// needs it, until it is disposed of.
/// </summary>
public class KpiView : IAsyncDisposable
{
    private readonly KpiEvaluator evaluator;

    internal KpiView(KpiEvaluator evaluator, EvaluationSnapshot snapshot) => (this.evaluator, Snapshot) = (evaluator, snapshot);

    internal EvaluationSnapshot Snapshot { get; }

    internal NpgsqlConnection Connection => Snapshot.Connection;

    /// <summary>What the caller may see.</summary>
    internal RowLimit Limit => evaluator.Limit;

    /// <summary>The moment up to which it evaluates.</summary>
    public DateTimeOffset AsOf => Snapshot.Now;

    /// <summary>The definitions with the organisation's targets among theirs.</summary>
    public IReadOnlyList<KpiDefinition> Definitions => [.. evaluator.Definitions.Select(d => new CellView(Limit, Snapshot).Of(Snapshot.Govern(d)))];

    /// <summary>The reporting calendar.</summary>
    public ReportingCalendar Calendar => evaluator.Calendar;

    /// <summary>As <see cref="KpiEvaluator.EvaluateAsync"/>.</summary>
    public Task<IReadOnlyList<KpiRow>> EvaluateAsync(KpiRequest request, CancellationToken cancellation = default) =>
        evaluator.AnswerAsync(Snapshot, request, cancellation);

    /// <summary>As <see cref="KpiEvaluator.EvidenceAsync"/>.</summary>
    public Task<IReadOnlyList<Observation>> EvidenceAsync(
        string kpi, Period period, IReadOnlyDictionary<Dimension, string?> where, CancellationToken cancellation = default) =>
        evaluator.ObserveAsync(Snapshot, kpi, period, where, cancellation);

    /// <summary>Everything that stands behind a value.</summary>
    /// <param name="where">The group whose value is explained; empty for the total.</param>
    /// <param name="wait">As <see cref="KpiRequest.Wait"/>.</param>
    /// <exception cref="KpiException">There is no such KPI, or it has no such grain or dimension.</exception>
    public Task<Explanation> ExplainAsync(
        string kpi, Period period, IReadOnlyDictionary<Dimension, string?> where, bool wait = true, CancellationToken cancellation = default) =>
        KpiExplainer.ExplainAsync(this, kpi, period, where, wait, cancellation);

    /// <summary>What the change of a ratio comes from; null where it has no change to explain.</summary>
    public Task<MixShift?> MixShiftAsync(
        KpiDefinition kpi, Period period, IReadOnlyDictionary<Dimension, string?> where, CancellationToken cancellation = default) =>
        MixShift.OfAsync(Snapshot, kpi, evaluator.Settings, period, where, Limit, cancellation);

    public async ValueTask DisposeAsync()
    {
        await Snapshot.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
