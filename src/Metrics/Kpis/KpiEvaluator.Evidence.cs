using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>The records behind values.</summary>
public sealed partial class KpiEvaluator
{
    /// <summary>
    /// The records behind a value, those left out included. The KPI's aggregation over those that count gives the value.
    /// </summary>
    /// <param name="where">The group whose evidence is wanted; empty for the total.</param>
    /// <exception cref="KpiException">The KPI does not exist, or not over such a period or with such a dimension.</exception>
    public async Task<IReadOnlyList<Observation>> EvidenceAsync(
        string kpi, Period period, IReadOnlyDictionary<Dimension, string?> where, CancellationToken cancellation = default)
    {
        await using var snapshot = await OpenAsync(cancellation);
        return await ObserveAsync(snapshot, kpi, period, where, cancellation);
    }

    internal Task<IReadOnlyList<Observation>> ObserveAsync(
        EvaluationSnapshot snapshot, string kpi, Period period, IReadOnlyDictionary<Dimension, string?> where, CancellationToken cancellation) =>
        DiscreetAsync(snapshot, () => RecordsAsync(snapshot, kpi, period, where, cancellation));

    private async Task<IReadOnlyList<Observation>> RecordsAsync(
        EvaluationSnapshot snapshot, string kpi, Period period, IReadOnlyDictionary<Dimension, string?> where, CancellationToken cancellation)
    {
        var definition = library[kpi];
        if (Undefined(definition, new KpiRequest(period) { Where = where }) is { } reason) throw new KpiException(reason);
        var now = snapshot.Now;
        var evaluation = period.Evaluate(Calendar, now);
        if (!evaluation.Begun) return [];
        var shown = await ShownAsync(snapshot, definition, evaluation, where, cancellation);
        if (!shown(where)) return [];
        var window = definition.Kind == KpiKind.State
            ? QueryWindow.State(evaluation.Evaluated.End, now)
            : new QueryWindow(evaluation.Evaluated.Start, evaluation.Evaluated.End, now);
        var filter = new CellFilter(definition, [], where);
        var observed = Observed(snapshot, definition);
        var query = new ObservationQuery(observed, await snapshot.ReaderAsync(cancellation), settings);
        var rows = new List<(RawObservation Row, Cell Cell)>();
        await foreach (var row in query.RunAsync(window, evidence: true, cancellation)) rows.Add((row, snapshot.Attribution.CellOf(row)));
        if (definition.TargetsMetOf is not null)
            rows = [.. new TargetsMet(observed, evaluation, snapshot.Attribution).Rows(rows).Select(r => (r, snapshot.Attribution.CellOf(r)))];
        var view = new CellView(Limit, snapshot);
        var corrections = await CorrectionBook.LoadAsync(snapshot, observed, cancellation);
        var observations = new List<Observation>();
        foreach (var (row, whole) in rows)
        {
            if (view.Of(whole, evaluation.Evaluated) is not { } cell || !filter.Takes(cell)) continue;
            var counted = row.Within(definition, whole);
            observations.Add(shown(definition.Dimensions.ToDictionary(d => d, d => cell.Values(d)[0]))
                ? corrections.Mark(ObservationOf(counted, cell) with { Waived = snapshot.Waivers.Of(definition.Id, counted, whole)?.Reason })
                : Withheld(counted, evaluation.Evaluated.Start));
        }

        return [.. observations.OrderBy(o => o.At).ThenBy(o => o.Record?.Key, StringComparer.Ordinal)];
    }

    /// <summary>Whether the records of a group may be shown one by one.</summary>
    private async Task<Predicate<IReadOnlyDictionary<Dimension, string?>>> ShownAsync(
        EvaluationSnapshot snapshot, KpiDefinition definition, PeriodEvaluation evaluation, IReadOnlyDictionary<Dimension, string?> where,
        CancellationToken cancellation)
    {
        var suppression = new Suppression(definition, Calendar, snapshot.Now);
        if (!suppression.IsActive) return _ => true;
        var sums = await IntervalSums.LoadAsync(
            snapshot, settings, new SumsWanted(definition, suppression.Needs([evaluation]), CellView.Told(Limit, definition.Dimensions)), wait: true, cancellation);
        return group => !suppression.Hides(evaluation, group, sums, Limit);
    }

    internal static Observation ObservationOf(RawObservation row, Cell cell) => new()
    {
        At = row.At,
        Cell = cell,
        Numerator = row.Numerator,
        Denominator = row.Denominator,
        Value = (double?)row.Value,
        Excluded = row.Excluded,
        Unknown = row.Unknown,
        Note = row.Note,
        Record = ObservationQuery.RecordOf(row.Record),
    };

    /// <summary>That a record counts, or is left out, and nothing else of it.</summary>
    private static Observation Withheld(RawObservation row, DateTimeOffset at) =>
        new() { At = at, Cell = new Cell(), Excluded = row.Excluded is null ? null : "suppressed", Suppressed = true };
}
