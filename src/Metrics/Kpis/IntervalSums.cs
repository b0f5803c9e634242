using Metrics.Kpis.Waivers;
using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>The sums of one KPI that an answer needs.</summary>
/// <param name="Evaluations">Over which times.</param>
/// <param name="Told">The dimensions of the cells that are told apart; over all others they are added up.</param>
/// <param name="Limit">Beyond it nothing needs to be read, though what is computed has it; null for none.</param>
internal sealed record SumsWanted(KpiDefinition Definition, IEnumerable<PeriodEvaluation> Evaluations, IReadOnlySet<Dimension> Told, RowLimit? Limit = null);

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
    private readonly ReportingSettings settings;
    private readonly KpiDefinition definition;
    private readonly IReadOnlySet<Dimension> told;
    private readonly RowLimit limit;
    private readonly List<Piece> pieces;
    private DaySet computed;
    private DaySet missing = DaySet.None;
    private DaySet held = DaySet.None;
    private DaySet pending = DaySet.None;

    private IntervalSums(EvaluationSnapshot snapshot, ReportingSettings settings, SumsWanted wanted)
    {
        (this.snapshot, this.settings, definition, told) = (snapshot, settings, wanted.Definition, wanted.Told);
        limit = definition.MinGroup == 0 && wanted.Limit is { } given ? given : RowLimit.Everything;
        pieces = [.. wanted.Evaluations.Where(e => e.Begun).DistinctBy(e => e.Evaluated).Select(e => Piece.Of(definition, e, settings.Calendar, snapshot.Now))];
        foreach (var piece in pieces) sums[piece.Interval] = [];
        computed = DaySet.Of(pieces.Select(p => (p.From, p.To)));
    }

    /// <summary>Newer facts have arrived than this was computed from.</summary>
    public bool Stale => Late.Count > 0;

    /// <summary>The days that should have been computed and were not.</summary>
    private DaySet Late { get; set; } = DaySet.None;

    /// <summary>What arrived until then is in it; null where it is current.</summary>
    public DateTimeOffset? ComputedThrough { get; private set; }

    /// <summary>
    /// Why nothing is known yet of a time: nobody has computed its days so far. Null where somebody has, be it not to the end: that is an old
    /// answer and not a wrong one.
    /// </summary>
    public string? Pending(PeriodEvaluation evaluation) =>
        pending.Count > 0 && (definition.MinGroup > 0 || pieces.Exists(p => p.Interval == evaluation.Evaluated && IsPending(p)))
            ? "Not all of its days are computed yet. Ask again in a minute, or for a shorter period or a coarser grain."
            : null;

    private bool IsPending(Piece piece) =>
        pending.Within(piece.From, piece.To) is { Count: > 0 } gaps
        && (held.Within(piece.From, piece.To) is not { Count: > 0 } kept || gaps.Spans[0].From < kept.Spans[^1].To);

    public IReadOnlyDictionary<Cell, Aggregate> In(PeriodEvaluation evaluation) =>
        sums.TryGetValue(evaluation.Evaluated, out var found) ? found : new Dictionary<Cell, Aggregate>();

    /// <summary>The same without what is waived; null where no waiver reaches the interval.</summary>
    public IReadOnlyDictionary<Cell, Aggregate>? AdjustedIn(PeriodEvaluation evaluation) => adjusted.GetValueOrDefault(evaluation.Evaluated);

    /// <summary>Those of one KPI.</summary>
    public static async Task<IntervalSums> LoadAsync(
        EvaluationSnapshot snapshot, ReportingSettings settings, SumsWanted wanted, bool wait, CancellationToken cancellation) =>
        (await LoadAsync(snapshot, settings, [wanted], wait, cancellation))[0];

    /// <summary>Those of many KPIs, in their order: what is kept of them all is read at once, what is not is computed one after another.</summary>
    public static async Task<IReadOnlyList<IntervalSums>> LoadAsync(
        EvaluationSnapshot snapshot, ReportingSettings settings, IReadOnlyList<SumsWanted> wanted, bool wait, CancellationToken cancellation)
    {
        var all = wanted.Select(w => new IntervalSums(snapshot, settings, w)).ToList();
        var store = new DailyStore(snapshot.Connection);
        await FindAsync(store, all.FindAll(s => s.computed.Count > 0 && snapshot.Cut is null), cancellation);
        foreach (var one in all.OrderBy(s => s.computed.Count))
        {
            // Few late days are computed here; of many, or when others have taken long, what is kept is the answer, and the worker is at it.
            if (!wait && snapshot.Cut is null && one.computed.Count > 0 && (!snapshot.MayCompute || await one.IsLongAsync(one.computed.Count, cancellation))) one.Late = one.computed;
            if (one.Stale) one.computed = DaySet.None;
            await one.ComputeAsync(cancellation);
        }

        await ForgiveAsync(store, all.FindAll(s => s.Stale), cancellation);
        foreach (var alike in all.GroupBy(s => (DailyStore.KindOf(s.definition, s.told), s.limit)))
            await ReadAsync(store, [.. alike], cancellation);
        return all;
    }

    /// <summary>Which of the days are kept, and which of them must be computed.</summary>
    private static async Task FindAsync(DailyStore store, List<IntervalSums> all, CancellationToken cancellation)
    {
        if (all.Count == 0) return;
        var (snapshot, settings) = (all[0].snapshot, all[0].settings);
        var asked = new List<DaysAsked>();
        foreach (var one in all)
        {
            var marks = await snapshot.MarksAsync(one.definition.Id, cancellation);
            asked.Add(new DaysAsked(one.definition, marks, one.computed.Spans[0].From, one.computed.Spans[^1].To));
        }

        foreach (var (one, found) in all.Zip(await store.FindAsync(asked, settings, snapshot.Now, cancellation)))
        {
            one.computed = one.missing = one.computed.Except(found.Fresh);
            one.held = found.Held;
        }
    }

    /// <summary>What late days lack: those that are kept are old, those before anything was recorded are empty, all others are not known.</summary>
    private static async Task ForgiveAsync(DailyStore store, List<IntervalSums> late, CancellationToken cancellation)
    {
        if (late.Count == 0) return;
        var first = await store.FirstDayAsync(late[0].settings.Calendar, cancellation) ?? DateOnly.MaxValue;
        foreach (var one in late)
        {
            one.Late = one.Late.Within(first, DateOnly.MaxValue);
            one.pending = one.Late.Except(one.held);
        }

        var spans = late.SelectMany((one, number) => one.Old.Spans.Select(s => new KeptSpan(one.definition, number, s.From, s.To)));
        foreach (var (number, at) in await store.ComputedThroughAsync([.. spans], cancellation)) late[number].ComputedThrough = at;
    }

    /// <summary>The late days that are kept; where there are none, the last that is.</summary>
    private DaySet Old => Late.Except(pending) is { Count: > 0 } old ? old : held.Count == 0 ? held : DaySet.Of([held.Spans[^1].To.AddDays(-1)]);

    /// <summary>Adds up what is kept, for KPIs whose rows are read in the same way.</summary>
    private static async Task ReadAsync(DailyStore store, List<IntervalSums> all, CancellationToken cancellation)
    {
        var places = all.SelectMany(one => one.pieces.Select(piece => (One: one, Piece: piece))).ToList();
        var kept = places.SelectMany((p, number) =>
            DaySet.Of([(p.Piece.From, p.Piece.To)]).Except(p.One.computed).Spans.Select(s => new KeptSpan(p.One.definition, number, s.From, s.To) { Missing = p.One.missing })).ToList();
        if (kept.Count == 0) return;
        foreach (var (number, cell, sum) in await store.SumAsync(kept, all[0].told, all[0].limit, cancellation))
            Add(places[number].One.sums[places[number].Piece.Interval], cell, sum);
    }

    private async Task ComputeAsync(CancellationToken cancellation)
    {
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
