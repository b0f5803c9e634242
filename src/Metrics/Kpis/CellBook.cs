namespace Metrics.Kpis;

/// <summary>Cells of observations. Observations that say the same of themselves, while the catalogue does not change, share one.</summary>
internal sealed class CellBook(Attribution attribution)
{
    private readonly Dictionary<Said, Cell> known = [];
    private readonly Dictionary<Cell, Cell> cells = [];

    public Cell CellOf(RawObservation row)
    {
        var said = new Said(
            attribution.EpochOf(row), row.Source, row.Datasets.Length == 1 ? row.Datasets[0] : string.Join('\u001f', row.Datasets), row.Datasets.Length,
            row.Team, row.Pipeline, row.Severity, row.Service, row.Unit, row.Measure, row.StakeholderGroup);
        if (known.TryGetValue(said, out var cell)) return cell;
        cell = attribution.CellOf(row);
        if (!cells.TryAdd(cell, cell)) cell = cells[cell];
        known.Add(said, cell);
        return cell;
    }

    private readonly record struct Said(
        int Epoch, string? Source, string Datasets, int Count, string? Team, string? Pipeline, string? Severity, string? Service,
        string? Unit, string? Measure, string? StakeholderGroup);
}
