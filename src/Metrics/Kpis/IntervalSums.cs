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
    /// <summary>Days that a read computes itself before it would rather answer with what there is.</summary>
    private const int ComputedInRead = 400;

    private readonly Dictionary<Interval, Dictionary<Cell, Aggregate>> sums = [];
    private readonly Dictionary<Interval, Dictionary<Cell, Aggregate>> adjusted = [];
    private readonly EvaluationSnapshot snapshot;
    private readonly ReportingSettings settings;
    private readonly KpiDefinition definition;
    private readonly IReadOnlySet<Dimension> told;
    private readonly RowLimit limit;
    private readonly List<Piece> pieces;
    private DaySet computed;

    private IntervalSums(EvaluationSnapshot snapshot, ReportingSettings settings, SumsWanted wanted)
    {
        (this.snapshot, this.settings, definition, told) = (snapshot, settings, wanted.Definition, wanted.Told);
        limit = definition.MinGroup == 0 && wanted.Limit is { } given ? given : RowLimit.Everything;
        pieces = [.. wanted.Evaluations.Where(e => e.Begun).DistinctBy(e => e.Evaluated).Select(e => Piece.Of(definition, e, settings.Calendar, snapshot.Now))];
        foreach (var piece in pieces) sums[piece.Interval] = [];
        computed = DaySet.Of(pieces.Select(p => (p.From, p.To)));
    }

    /// <summary>Newer facts have arrived than this was computed from.</summary>
    public bool Stale { get; private set; }

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
        await FindAsync(store, all.FindAll(s => s.computed.Count > 0 && snapshot.Cut is null), wait, cancellation);
        foreach (var alike in all.GroupBy(s => (DailyStore.KindOf(s.definition, s.told), s.limit)))
            await ReadAsync(store, [.. alike], cancellation);
        foreach (var one in all) await one.ComputeAsync(cancellation);
        return all;
    }

    /// <summary>Which of the days are kept and hold.</summary>
    private static async Task FindAsync(DailyStore store, List<IntervalSums> all, bool wait, CancellationToken cancellation)
    {
        if (all.Count == 0) return;
        var (snapshot, settings) = (all[0].snapshot, all[0].settings);
        var asked = new List<DaysAsked>();
        foreach (var one in all)
        {
            var marks = await snapshot.MarksAsync(one.definition.Id, cancellation);
            asked.Add(new DaysAsked(one.definition, marks, one.computed.Spans[0].From, one.computed.Spans[^1].To));
        }

        foreach (var (one, fresh) in all.Zip(await store.FreshAsync(asked, settings, snapshot.Now, cancellation)))
        {
            one.computed = one.computed.Except(fresh);
            one.Stale = !wait && one.computed.Count > ComputedInRead;
            if (one.Stale) one.computed = DaySet.None;
        }
    }

    /// <summary>Adds up what is kept, for KPIs whose rows are read in the same way.</summary>
    private static async Task ReadAsync(DailyStore store, List<IntervalSums> all, CancellationToken cancellation)
    {
        var places = all.SelectMany(one => one.pieces.Select(piece => (One: one, Piece: piece))).ToList();
        var kept = places.SelectMany((p, number) =>
            DaySet.Of([(p.Piece.From, p.Piece.To)]).Except(p.One.computed).Spans.Select(s => new KeptSpan(p.One.definition, number, s.From, s.To))).ToList();
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
