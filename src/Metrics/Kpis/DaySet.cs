namespace Metrics.Kpis;

/// <summary>Some days, as spans that neither overlap nor touch, in order. The end of a span is excluded.</summary>
internal sealed class DaySet
{
    private DaySet(IReadOnlyList<(DateOnly From, DateOnly To)> spans) => Spans = spans;

    public static DaySet None { get; } = new([]);

    public IReadOnlyList<(DateOnly From, DateOnly To)> Spans { get; }

    /// <summary>How many days there are.</summary>
    public int Count => Spans.Sum(s => s.To.DayNumber - s.From.DayNumber);

    public IEnumerable<DateOnly> Days =>
        Spans.SelectMany(s => Enumerable.Range(s.From.DayNumber, s.To.DayNumber - s.From.DayNumber)).Select(DateOnly.FromDayNumber);

    /// <param name="spans">In any order, overlapping as they may; empty ones are left out.</param>
    public static DaySet Of(IEnumerable<(DateOnly From, DateOnly To)> spans)
    {
        var merged = new List<(DateOnly From, DateOnly To)>();
        foreach (var (from, to) in spans.Where(s => s.From < s.To).OrderBy(s => s.From))
        {
            if (merged.Count > 0 && from <= merged[^1].To) merged[^1] = (merged[^1].From, to > merged[^1].To ? to : merged[^1].To);
            else merged.Add((from, to));
        }

        return new DaySet(merged);
    }

    public static DaySet Of(IEnumerable<DateOnly> days) => Of(days.Select(d => (d, d.AddDays(1))));

    /// <summary>Those of them within a span.</summary>
    public DaySet Within(DateOnly from, DateOnly to) => Of(Spans.Select(s => (s.From > from ? s.From : from, s.To < to ? s.To : to)));

    /// <summary>Those of them outside a span.</summary>
    public DaySet Except(DateOnly from, DateOnly to) => from >= to
        ? this
        : Of(Spans.SelectMany(s => new[] { (s.From, s.To < from ? s.To : from), (s.From > to ? s.From : to, s.To) }));

    public DaySet Except(DaySet other) => other.Spans.Aggregate(this, (set, span) => set.Except(span.From, span.To));
}
