using Metrics.Kpis.Waivers;
using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>Sums by cell over several intervals of one KPI: whole days from <c>kpi.daily</c>, the rest computed now.</summary>
internal sealed class IntervalSums
{
    /// <summary>Days that a read computes itself before it would rather answer with what there is.</summary>
    private const int ComputedInRead = 400;

    private readonly Dictionary<Interval, Dictionary<Cell, Aggregate>> sums = [];
    private readonly Dictionary<Interval, Dictionary<Cell, Aggregate>> adjusted = [];

    /// <summary>Newer facts have arrived than this was computed from.</summary>
    public bool Stale { get; private set; }

    public IReadOnlyDictionary<Cell, Aggregate> In(PeriodEvaluation evaluation) =>
        sums.TryGetValue(evaluation.Evaluated, out var found) ? found : new Dictionary<Cell, Aggregate>();

    /// <summary>The same without what is waived; null where no waiver reaches the interval.</summary>
    public IReadOnlyDictionary<Cell, Aggregate>? AdjustedIn(PeriodEvaluation evaluation) => adjusted.GetValueOrDefault(evaluation.Evaluated);

    public static async Task<IntervalSums> LoadAsync(
        EvaluationSnapshot snapshot, KpiDefinition definition, ReportingSettings settings, IEnumerable<PeriodEvaluation> evaluations,
        bool wait, CancellationToken cancellation)
    {
        var result = new IntervalSums();
        var begun = evaluations.Where(e => e.Begun).DistinctBy(e => e.Evaluated).ToList();
        var intervals = begun.ConvertAll(e => e.Evaluated);
        foreach (var interval in intervals) result.sums[interval] = [];

        var store = new DailyStore(snapshot.Connection);
        var marks = await store.MarksAsync(definition.Id, cancellation);
        var fresh = snapshot.Cut is null ? await store.FreshAsync(definition, settings, marks, snapshot.Now, cancellation) : [];
        var pieces = begun.SelectMany((evaluation, index) => Pieces(definition, evaluation, settings.Calendar, snapshot.Now)
            .Select(p => (Index: index, Piece: p))).ToList();
        var missing = pieces.Where(p => p.Piece.Day is not { } day || !fresh.Contains(day)).ToList();
        result.Stale = !wait && missing.Count > ComputedInRead;
        if (result.Stale) missing = [.. missing.Where(m => m.Piece.Day is null)];

        var computed = missing.Select(m => m.Piece).ToHashSet();
        var kept = pieces.Where(p => p.Piece.Day is not null && !computed.Contains(p.Piece))
            .GroupBy(p => p.Index)
            .SelectMany(g => DailyWorker.Runs(g.Select(p => p.Piece.Day!.Value).Order()).Select(r => (g.Key, r.From, r.To)))
            .ToList();
        foreach (var (span, cell, sum) in await store.SumAsync(definition, kept, cancellation))
            Add(result.sums[intervals[span]], cell, sum);

        if (missing.Count > 0) await ComputeAsync(snapshot, definition, settings, intervals.ConvertAll(i => result.sums[i]), missing, null, cancellation);

        // What is waived is left out record by record, so nothing that is kept by day can serve.
        var waived = pieces.Where(p => snapshot.Waivers.Reach(definition.Id, intervals[p.Index])).ToList();
        foreach (var index in waived.Select(p => p.Index).Distinct()) result.adjusted[intervals[index]] = [];
        if (waived.Count > 0)
        {
            await ComputeAsync(
                snapshot, definition, settings, intervals.ConvertAll(i => result.adjusted.GetValueOrDefault(i) ?? []), waived, snapshot.Waivers,
                cancellation);
        }

        return result;
    }

    private static async Task ComputeAsync(
        EvaluationSnapshot snapshot, KpiDefinition definition, ReportingSettings settings, List<Dictionary<Cell, Aggregate>> into,
        List<(int Index, Piece Piece)> missing, WaiverBook? waivers, CancellationToken cancellation)
    {
        var calendar = settings.Calendar;
        var query = new ObservationQuery(definition, await snapshot.ReaderAsync(cancellation), settings);

        // Whole days are computed once, however many intervals they are in; pieces of days each for itself.
        var whole = missing.Where(m => m.Piece.Day is not null && definition.Kind != KpiKind.State).ToLookup(m => m.Piece.Day!.Value, m => m.Index);
        var days = new RollUp();
        foreach (var (from, to) in DailyWorker.Runs(whole.Select(w => w.Key).Order()))
        {
            var window = new QueryWindow(calendar.StartOf(from), calendar.StartOf(to), snapshot.Now);
            await days.AddAsync(query, definition, window, snapshot.Attribution, calendar, day: null, cancellation, waivers);
        }

        foreach (var (day, cell, sum) in days.Rows)
            foreach (var index in whole[day]) Add(into[index], cell, sum);

        foreach (var part in missing.Where(m => m.Piece.Day is null || definition.Kind == KpiKind.State).ToLookup(m => m.Piece, m => m.Index))
        {
            var rollUp = new RollUp();
            await rollUp.AddAsync(query, definition, part.Key.Window, snapshot.Attribution, calendar, calendar.DayOf(part.Key.Window.From), cancellation, waivers);
            foreach (var (_, cell, sum) in rollUp.Rows)
                foreach (var index in part) Add(into[index], cell, sum);
        }
    }

    private static void Add(Dictionary<Cell, Aggregate> cells, Cell cell, Aggregate sum)
    {
        if (!cells.TryGetValue(cell, out var total)) cells[cell] = total = new Aggregate();
        total.Add(sum);
    }

    /// <summary>
    /// The days of what is evaluated; a day that its end cuts short is a piece of its own, seen as of that end. So is all of it
    /// where the KPI is not defined by day: what such a record is worth changes until its bucket is over.
    /// </summary>
    private static IEnumerable<Piece> Pieces(
        KpiDefinition definition, PeriodEvaluation evaluation, ReportingCalendar calendar, DateTimeOffset now)
    {
        var interval = evaluation.Evaluated;
        if (definition.Kind == KpiKind.State)
        {
            var at = calendar.DayOf(interval.End);
            yield return new Piece(calendar.StartOf(at) == interval.End ? at : null, QueryWindow.State(interval.End, now));
            yield break;
        }

        if (!definition.IsKeptByDay)
        {
            yield return new Piece(null, new QueryWindow(interval.Start, interval.End, evaluation.Partial ? interval.End : now));
            yield break;
        }

        for (var day = calendar.DayOf(interval.Start); calendar.StartOf(day) is var start && start < interval.End; day = day.AddDays(1))
        {
            var end = calendar.StartOf(day.AddDays(1));
            yield return end <= interval.End
                ? new Piece(day, new QueryWindow(start, end, now))
                : new Piece(null, new QueryWindow(start, interval.End, interval.End));
        }
    }

    /// <param name="Day">The day that it is kept under; null where it is only part of one.</param>
    private readonly record struct Piece(DateOnly? Day, QueryWindow Window);
}
