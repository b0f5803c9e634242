using Metrics.Kpis.Waivers;
using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>Observations of one KPI, summed by day and cell.</summary>
internal sealed class RollUp(Attribution attribution)
{
    private readonly CellBook book = new(attribution);
    private readonly SortedDictionary<DateOnly, Dictionary<Cell, Aggregate>> days = [];
    private readonly Dictionary<DateOnly, DateTimeOffset> changes = [];

    public IEnumerable<(DateOnly Day, Cell Cell, Aggregate Sum)> Rows =>
        days.SelectMany(d => d.Value.Select(c => (d.Key, c.Key, c.Value)));

    /// <summary>The same sums with no more told of their cells than a level tells.</summary>
    public IEnumerable<(DateOnly Day, Cell Cell, Aggregate Sum)> At(Level level)
    {
        var coarser = new Dictionary<Cell, Cell>();
        foreach (var (day, cells) in days)
        {
            var sums = new Dictionary<Cell, Aggregate>();
            foreach (var (cell, sum) in cells)
            {
                if (!coarser.TryGetValue(cell, out var told)) coarser[cell] = told = cell.Only(level.Told);
                if (!sums.TryGetValue(told, out var total)) sums[told] = total = new Aggregate();
                total.Add(sum);
            }

            foreach (var (cell, sum) in sums) yield return (day, cell, sum);
        }
    }

    /// <summary>When a day's answer changes without new data; null where it does not.</summary>
    public DateTimeOffset? ChangesAt(DateOnly day) => changes.TryGetValue(day, out var at) ? at : null;

    /// <summary>Runs a definition over a window of whole days, the last of which may be cut short by the window's end.</summary>
    /// <param name="waivers">What is left out because somebody waived it; null to leave nothing out.</param>
    /// <param name="day">The day under which a state is kept; null for KPIs that place their observations themselves.</param>
    public async Task AddAsync(
        ObservationQuery query, KpiDefinition definition, QueryWindow window, ReportingCalendar calendar, DateOnly? day,
        CancellationToken cancellation, WaiverBook? waivers = null)
    {
        await foreach (var row in query.RunAsync(window, evidence: false, cancellation))
        {
            var place = day ?? calendar.DayOf(row.At);
            if (!days.TryGetValue(place, out var cells)) days[place] = cells = [];
            var cell = book.CellOf(row);
            if (!cells.TryGetValue(cell, out var sum)) cells[cell] = sum = new Aggregate();
            var counted = row.Within(definition, cell);
            if (waivers?.Of(definition.Id, counted, cell) is { } waiver) counted = counted with { Excluded = $"waived: {waiver.Reason}" };
            sum.Add(definition, counted);
            if (row.ChangesAt is { } at && (!changes.TryGetValue(place, out var earliest) || at < earliest)) changes[place] = at;
        }
    }
}
