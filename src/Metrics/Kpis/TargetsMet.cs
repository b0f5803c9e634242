using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>Datasets as observations: each is judged by its own value of another KPI and the target of its tier, as both were at
/// the end of a period.</summary>
internal sealed class TargetsMet(KpiDefinition judged, PeriodEvaluation evaluation, Attribution attribution)
{
    private readonly TargetBook targets = new(judged.Targets);

    /// <summary>Of the judged KPI's sums by cell, one sum per dataset: met or not.</summary>
    public IReadOnlyDictionary<Cell, Aggregate> Cells(IReadOnlyDictionary<Cell, Aggregate> sums, KpiDefinition definition)
    {
        var cells = new Dictionary<Cell, Aggregate>();
        foreach (var dataset in sums.SelectMany(s => s.Key.Datasets.Select(d => (Dataset: d, Sum: s.Value))).GroupBy(s => s.Dataset, s => s.Sum))
        {
            var whole = new Aggregate();
            foreach (var sum in dataset) whole.Add(sum);
            if (whole.N == 0) continue;
            var row = Row(dataset.Key, whole, record: null);
            var cell = attribution.CellOf(row);
            if (!cells.TryGetValue(cell, out var total)) cells[cell] = total = new Aggregate();
            total.Add(definition, row);
        }

        return cells;
    }

    /// <summary>Of the judged KPI's observations, one per dataset, with the record of its latest.</summary>
    public IEnumerable<RawObservation> Rows(IEnumerable<(RawObservation Row, Cell Cell)> observations)
    {
        var counted = observations.Where(o => o.Row.Excluded is null).SelectMany(o => o.Cell.Datasets.Select(d => (Dataset: d, o.Row)));
        foreach (var dataset in counted.GroupBy(o => o.Dataset, o => o.Row))
        {
            var sum = new Aggregate();
            foreach (var row in dataset) sum.Add(judged, row);
            yield return Row(dataset.Key, sum, dataset.MaxBy(r => r.At)!.Record);
        }
    }

    private RawObservation Row(string dataset, Aggregate sum, string? record)
    {
        var at = evaluation.Evaluated.End.AddMicroseconds(-1);
        var row = new RawObservation(
            at, record, Source: null, [dataset], Team: null, Pipeline: null, Severity: null, Service: null, Unit: null, Measure: null,
            StakeholderGroup: null, Note: null, Numerator: 0, Denominator: 1, Value: null, Excluded: null, ChangesAt: null);
        var cell = attribution.CellOf(row);
        if (sum.Value(judged, evaluation.MonthsElapsed) is not { } value) return row with { Excluded = $"no {judged.Id}" };
        if (targets.InForceAtEnd(cell.Tier, cell.Team, dataset, evaluation.Bounds.End) is not { } target)
            return row with { Excluded = $"no target of {judged.Id}" };
        var met = target.Judge(value, judged.Better) is KpiStatus.Met or KpiStatus.Exceeded;
        return row with
        {
            Numerator = met ? 1 : 0,
            Note = FormattableString.Invariant($"{judged.Id} {value:0.####}, target {target.Value}"),
        };
    }
}
