using Metrics.Kpis.Waivers;
using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>Sums by cell over several intervals of one KPI: whole days from what is kept, the rest computed now.</summary>
internal sealed class IntervalSums
{
    /// <summary>A late batch, or a pause of the worker: a read computes so many days itself, whatever they hold.</summary>
    private const int AlwaysComputed = 7;

    /// <summary>More days than these, or days of more records, are the worker's: a read would rather answer with what there is.</summary>
    private const int MostComputed = 400;
    private const int MostRecords = 500_000;

    private readonly Dictionary<Interval, Dictionary<Cell, Aggregate>> sums = [];
    private readonly Dictionary<Interval, Dictionary<Cell, Aggregate>> adjusted = [];
    private readonly EvaluationSnapshot snapshot;
    private readonly KpiDefinition definition;
    private readonly ReportingSettings settings;
    private readonly IReadOnlySet<Dimension> told;
    private readonly RowLimit limit;

    private IntervalSums(
        EvaluationSnapshot snapshot, KpiDefinition definition, ReportingSettings settings, IReadOnlySet<Dimension> told, RowLimit limit) =>
        (this.snapshot, this.definition, this.settings, this.told, this.limit) = (snapshot, definition, settings, told, limit);

    /// <summary>Newer facts have arrived than this was computed from.</summary>
    public bool Stale { get; private set; }

    /// <summary>Days that were not kept and had to be computed.</summary>
    public int Computed { get; private set; }

    public IReadOnlyDictionary<Cell, Aggregate> In(PeriodEvaluation evaluation) =>
        sums.TryGetValue(evaluation.Evaluated, out var found) ? found : new Dictionary<Cell, Aggregate>();

    /// <summary>The same without what is waived; null where no waiver reaches the interval.</summary>
    public IReadOnlyDictionary<Cell, Aggregate>? AdjustedIn(PeriodEvaluation evaluation) => adjusted.GetValueOrDefault(evaluation.Evaluated);

    /// <param name="told">The dimensions of the cells that are told apart; over all others they are added up.</param>
    /// <param name="limit">Beyond it nothing needs to be read, though what is computed has it.</param>
    /// <param name="before">Days that have been computed for the same question already.</param>
    public static async Task<IntervalSums> LoadAsync(
        EvaluationSnapshot snapshot, KpiDefinition definition, ReportingSettings settings, IEnumerable<PeriodEvaluation> evaluations,
        IReadOnlySet<Dimension> told, bool wait, CancellationToken cancellation, RowLimit? limit = null, int before = 0)
    {
        var result = new IntervalSums(snapshot, definition, settings, told, definition.MinGroup == 0 && limit is not null ? limit : RowLimit.Everything);
        await result.LoadAsync(
            [.. evaluations.Where(e => e.Begun).DistinctBy(e => e.Evaluated).Select(e => Piece.Of(definition, e, settings.Calendar, snapshot.Now))],
            wait, before, cancellation);
        return result;
    }

    private async Task LoadAsync(List<Piece> pieces, bool wait, int before, CancellationToken cancellation)
    {
        foreach (var piece in pieces) sums[piece.Interval] = [];
        if (pieces.Count == 0) return;
        var store = new DailyStore(snapshot.Connection);
        var days = DaySet.Of(pieces.Select(p => (p.From, p.To)));
        var missing = days;
        if (days.Count > 0 && snapshot.Cut is null)
        {
            var marks = await snapshot.MarksAsync(definition.Id, cancellation);
            missing = days.Except(await store.FreshAsync(
                definition, settings, marks, days.Spans[0].From, days.Spans[^1].To, snapshot.Now, cancellation));
        }

        Stale = !wait && missing.Count > 0 && await IsLongAsync(before + missing.Count, cancellation);
        var computed = Stale ? DaySet.None : missing;
        Computed = computed.Count;
        var kept = pieces
            .SelectMany((p, index) => DaySet.Of([(p.From, p.To)]).Except(computed).Spans.Select(s => (index, s.From, s.To)))
            .ToList();
        if (kept.Count > 0)
            foreach (var (span, cell, sum) in await store.SumAsync(definition, kept, missing, told, limit, cancellation))
                Add(sums[pieces[span].Interval], cell, sum);

        if (computed.Count > 0 || pieces.Exists(p => p.Rest is not null)) await ComputeAsync(pieces, computed, sums, waivers: null, cancellation);

        // What is waived is left out record by record, so nothing that is kept by day can serve.
        var waived = pieces.FindAll(p => snapshot.Waivers.Reach(definition.Id, p.Interval));
        foreach (var piece in waived) adjusted[piece.Interval] = [];
        if (waived.Count > 0) await ComputeAsync(waived, DaySet.Of(waived.Select(p => (p.From, p.To))), adjusted, snapshot.Waivers, cancellation);
    }

    private async Task<bool> IsLongAsync(int days, CancellationToken cancellation) =>
        days > MostComputed || (days > AlwaysComputed && days * await snapshot.RecordsADayAsync(definition, cancellation) > MostRecords);

    /// <summary>Whole days once, however many intervals they are in; pieces of days each for itself.</summary>
    private async Task ComputeAsync(
        List<Piece> pieces, DaySet days, Dictionary<Interval, Dictionary<Cell, Aggregate>> into, WaiverBook? waivers, CancellationToken cancellation)
    {
        var query = new ObservationQuery(definition, await snapshot.ReaderAsync(cancellation), settings);
        var whole = new RollUp(snapshot.Attribution);
        foreach (var (window, day) in DailyWorker.Windows(definition, days.Days, settings.Calendar, snapshot.Now))
            await whole.AddAsync(query, definition, window, settings.Calendar, day, cancellation, waivers);
        foreach (var (day, cell, sum) in whole.Rows)
            foreach (var piece in pieces.Where(p => p.From <= day && day < p.To)) Add(into[piece.Interval], cell.Only(told), sum);

        foreach (var piece in pieces)
        {
            if (piece.Rest is not { } rest) continue;
            var part = new RollUp(snapshot.Attribution);
            await part.AddAsync(query, definition, rest, settings.Calendar, piece.To, cancellation, waivers);
            foreach (var (_, cell, sum) in part.Rows) Add(into[piece.Interval], cell.Only(told), sum);
        }
    }

    private static void Add(Dictionary<Cell, Aggregate> cells, Cell cell, Aggregate sum)
    {
        if (!cells.TryGetValue(cell, out var total)) cells[cell] = total = new Aggregate();
        total.Add(sum);
    }

    /// <summary>An interval as days that are kept, and a rest that is not.</summary>
    /// <param name="From">The first whole day.</param>
    /// <param name="To">The day after the last.</param>
    /// <param name="Rest">
    /// What the interval's end cuts short, seen as of that end; a state at a moment within a day; all of it where the KPI is not
    /// defined by day: what such a record is worth changes until its bucket is over.
    /// </param>
    private sealed record Piece(Interval Interval, DateOnly From, DateOnly To, QueryWindow? Rest)
    {
        public static Piece Of(KpiDefinition definition, PeriodEvaluation evaluation, ReportingCalendar calendar, DateTimeOffset now)
        {
            var interval = evaluation.Evaluated;
            var (first, last) = (calendar.DayOf(interval.Start), calendar.DayOf(interval.End));
            var start = calendar.StartOf(last);
            if (definition.Kind == KpiKind.State)
                return start == interval.End ? new(interval, last, last.AddDays(1), null) : new(interval, last, last, QueryWindow.State(interval.End, now));
            if (!definition.IsKeptByDay)
                return new(interval, first, first, new QueryWindow(interval.Start, interval.End, evaluation.Partial ? interval.End : now));
            return new(interval, first, last, start == interval.End ? null : new QueryWindow(start, interval.End, interval.End));
        }
    }
}
