using Metrics.Kpis.Definitions;
using Metrics.Model;
using Npgsql;

namespace Metrics.Kpis;

/// <summary>
/// The one way to compute a number: from <c>kpi.daily</c> where its days are current, else by the definition's own SELECT, all
/// in one snapshot.
/// </summary>
public sealed partial class KpiEvaluator(
    NpgsqlDataSource database, NpgsqlDataSource reader, KpiLibrary library, ReportingSettings settings, TimeProvider clock)
{
    private AttributionCache Catalogue { get; init; } = new();

    private AnswerCache Answers { get; init; } = new();

    /// <summary>The rows that it counts, shows and knows of; see <see cref="Within"/>.</summary>
    public RowLimit Limit { get; private init; } = RowLimit.Everything;

    /// <summary>The longest that a definition's SELECT may take.</summary>
    internal TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long questions that do not wait may compute days that are late, before they are answered with what is kept.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long ago an answer may have been given to who does not wait, if nothing was written since; zero for never.
    /// <see cref="KpiRow.AsOf"/> tells. Who waits is given an answer as of now.
    /// </summary>
    internal TimeSpan Remembered { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The definitions, in order of category and name, with the targets of their files.</summary>
    public IReadOnlyList<KpiDefinition> Definitions => library.Definitions;

    /// <summary>The definitions with the organisation's own targets among theirs.</summary>
    public async Task<IReadOnlyList<KpiDefinition>> GovernedAsync(CancellationToken cancellation = default)
    {
        await using var snapshot = await OpenAsync(cancellation);
        return [.. Definitions.Select(d => Govern(snapshot, d))];
    }

    private KpiDefinition Govern(EvaluationSnapshot snapshot, KpiDefinition definition) => new CellView(Limit, snapshot).Of(snapshot.Govern(definition));

    /// <summary>Those of some things that are about no target of others' teams and datasets.</summary>
    public async Task<IReadOnlyList<T>> SeenAsync<T>(IReadOnlyList<T> things, Func<T, Target> target, CancellationToken cancellation = default)
    {
        if (Limit.IsEverything || things.Count == 0) return things;
        await using var snapshot = await OpenAsync(cancellation);
        var view = new CellView(Limit, snapshot);
        return [.. things.Where(t => view.Shows(target(t)))];
    }

    /// <summary>The reporting calendar in force.</summary>
    public ReportingCalendar Calendar => settings.Calendar;

    /// <summary>The settings that values depend on.</summary>
    public ReportingSettings Settings => settings;

    /// <summary>The moment up to which it evaluates.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>The same evaluator at another moment: what is known today, judged as of then.</summary>
    public KpiEvaluator At(DateTimeOffset moment) =>
        new(database, reader, library, settings, new StoppedClock(moment)) { Timeout = Timeout, Patience = Patience, Limit = Limit };

    /// <summary>The same evaluator with the definitions and settings of another time.</summary>
    internal KpiEvaluator With(KpiLibrary definitions, ReportingSettings? others = null) =>
        new(database, reader, definitions, others ?? settings, clock) { Timeout = Timeout, Patience = Patience, Limit = Limit };

    /// <summary>
    /// The same evaluator for a caller who may see some rows only: every value, record, reason and target that it gives is of those,
    /// as if there were no others. A record is of the team and domain that it is attributed to; what is attributed to none is seen
    /// only without a limit.
    /// </summary>
    /// <exception cref="InvalidOperationException">It has a limit already, which cannot be widened.</exception>
    public KpiEvaluator Within(RowLimit limit)
    {
        if (limit.IsEverything) return this;
        return Limit.IsEverything
            ? new(database, reader, library, settings, clock) { Timeout = Timeout, Patience = Patience, Remembered = Remembered, Catalogue = Catalogue, Answers = Answers, Limit = limit }
            : throw new InvalidOperationException("The evaluator has a limit already.");
    }

    /// <summary>One view of everything, for questions whose answers belong together and are not written down.</summary>
    public async Task<KpiView> ViewAsync(CancellationToken cancellation = default) => new(this, await OpenAsync(cancellation));

    /// <summary>One view of everything, for answers that are kept.</summary>
    public async Task<KpiCut> CutAsync(CancellationToken cancellation = default) => await KpiCut.OpenAsync(this, await OpenAsync(cancellation), cancellation);

    /// <summary>Facts and catalogue as a published edition saw them.</summary>
    internal async Task<KpiCut> PublishedAsync(PublishedCut published, CancellationToken cancellation) =>
        await KpiCut.OpenAsync(this, await OpenAsync(cancellation, published), cancellation);

    private Task<EvaluationSnapshot> OpenAsync(CancellationToken cancellation, PublishedCut? published = null) =>
        EvaluationSnapshot.OpenAsync(database, reader, Catalogue, settings, clock.GetUtcNow(), Timeout, Patience, cancellation, published);

    /// <summary>
    /// What a SELECT fails at may be a value of somebody else's record, which PostgreSQL's message quotes. Its session is of no use any
    /// more: what is asked next gets another.
    /// </summary>
    private async Task<T> DiscreetAsync<T>(EvaluationSnapshot snapshot, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (KpiException failure) when (failure.InnerException is not null)
        {
            await snapshot.CloseReaderAsync();
            if (Limit.IsEverything) throw;
            throw new KpiException("The KPI cannot be computed now; the operators of this service can see why.");
        }
    }

    /// <summary>What is asked of one KPI, over some buckets of the request's period.</summary>
    private sealed record Question(
        EvaluationSnapshot Snapshot, KpiDefinition Definition, KpiRequest Request, IReadOnlyList<Period> Over, ReportingSettings Settings)
    {
        public IReadOnlyList<PeriodEvaluation> Evaluations { get; } = [.. Over.Select(b => b.Evaluate(Settings.Calendar, Snapshot.Now))];

        public Suppression Suppression { get; } = new(Definition, Settings.Calendar, Snapshot.Now);
    }

    private SumsWanted Wanted(Question question)
    {
        var compared = question.Evaluations.SelectMany(e => new[] { e, e.Previous, e.YearAgo }).ToList();
        return new(
            Observed(question.Snapshot, question.Definition), compared.Concat(question.Suppression.Needs(compared)), Told(question.Definition, question.Request),
            question.Definition.TargetsMetOf is null ? Limit : RowLimit.Everything);
    }

    /// <summary>The dimensions by which sums must be told apart to be grouped, filtered and judged; over all others they may be added up.</summary>
    private HashSet<Dimension> Told(KpiDefinition definition, KpiRequest request)
    {
        if (definition.TargetsMetOf is not null) return [Dimension.Dataset];
        var filter = new CellFilter(definition, request.By, request.Where);
        return CellView.Told(Limit,
        [
            .. request.By, .. filter.Where.Keys,
            .. definition.Kind == KpiKind.UnitCost ? [Dimension.Unit] : Array.Empty<Dimension>(),
            .. definition.MinGroup > 0 ? definition.Dimensions : [],
        ]);
    }

    /// <summary>The KPI whose SELECT yields what a definition is about.</summary>
    private KpiDefinition Observed(EvaluationSnapshot snapshot, KpiDefinition definition) =>
        definition.TargetsMetOf is { } other ? snapshot.Govern(library[other]) : definition;

    private async Task<List<KpiRow>> RowsAsync(Question question, IntervalSums sums, CancellationToken cancellation)
    {
        var rows = new List<KpiRow>();
        foreach (var evaluation in question.Evaluations) rows.AddRange(await RowsAsync(question, evaluation, sums, cancellation));
        return rows;
    }

    private async Task<IReadOnlyList<KpiRow>> RowsAsync(Question question, PeriodEvaluation evaluation, IntervalSums sums, CancellationToken cancellation)
    {
        var (snapshot, definition, request, suppression) = (question.Snapshot, question.Definition, question.Request, question.Suppression);
        var filter = new CellFilter(definition, request.By, request.Where);
        var view = new CellView(Limit, snapshot);
        var current = Grouping.Of(Cells(evaluation), definition, request.By, filter);
        var previous = Grouping.Of(Cells(evaluation.Previous), definition, request.By, filter);
        var yearAgo = Grouping.Of(Cells(evaluation.YearAgo), definition, request.By, filter);
        var adjusted = definition.TargetsMetOf is null && sums.AdjustedIn(evaluation) is { } counted
            ? Grouping.Of(view.Of(counted, evaluation.Evaluated), definition, request.By, filter)
            : null;
        if (request.By is [Dimension.Tier])
            foreach (var tier in snapshot.Attribution.ActiveTiers(evaluation.Evaluated, Limit)) current.Expect(tier);

        var judge = new Judge(definition, await snapshot.CoverageAsync(cancellation), snapshot.Attribution, Hidden)
        {
            Team = request.Where.GetValueOrDefault(Dimension.Team),
            Pending = sums.Pending,
            Unseen = group => view.Unseen(Named(group), evaluation.Evaluated),
        };
        var rows = current.Groups.Select(g => judge.Row(evaluation, g.Key, g.Sum, previous[g.Key], yearAgo[g.Key],
            adjusted is null ? null : adjusted[g.Key] ?? new Aggregate())).ToList();
        if (rows.Count == 0 && sums.Pending(evaluation) is { } later)
            rows.Add(new KpiRow(definition, evaluation.Period) { Partial = evaluation.Partial, Status = KpiStatus.NoData, Reason = later, Group = Empty(request.By) });
        var unattributed = request.By.Count == 0 || rows.Exists(r => r.Suppressed) ? null : current.Unattributed;
        return [.. rows.Select(r => r with { Unattributed = unattributed, AsOf = snapshot.Now, Stale = sums.Stale, ComputedThrough = sums.ComputedThrough })];

        IReadOnlyDictionary<Cell, Aggregate> Cells(PeriodEvaluation over) => view.Of(
            definition.TargetsMetOf is null
                ? sums.In(over)
                : new TargetsMet(Observed(snapshot, definition), over, snapshot.Attribution).Cells(sums.In(over), definition),
            over.Evaluated);

        IReadOnlyDictionary<Dimension, string?> Named(GroupKey group) =>
            filter.Where.Where(w => !group.By.Contains(w.Key)).Concat(group.ToDictionary()).ToDictionary();

        string? Hidden(PeriodEvaluation over, GroupKey group)
        {
            if (!suppression.IsActive || !over.Begun) return null;
            return suppression.Hides(over, Named(group), sums, Limit) ? suppression.Reason : null;
        }
    }

    internal static bool Matches(Cell cell, IReadOnlyDictionary<Dimension, string?> where) =>
        where.All(w => cell.Values(w.Key).Contains(w.Value));

    private static string? Undefined(KpiDefinition definition, KpiRequest request)
    {
        foreach (var bucket in Buckets(request))
        {
            if (!definition.Grains.Contains(bucket.Grain ?? Grain.Day))
                return $"{definition.Id} is not defined {Of(bucket)}; it is by {Words(definition.Grains)}.";
        }

        var missing = request.By.Concat(request.Where.Keys).Where(d => !definition.Dimensions.Contains(d)).ToList();
        return missing.Count == 0
            ? null
            : $"{definition.Id} has no {Word(missing[0])}; it can be broken down by {(definition.Dimensions.Count == 0 ? "nothing" : Words(definition.Dimensions))}.";
    }

    private static IReadOnlyList<Period> Buckets(KpiRequest request) =>
        request.Grain is { } grain ? request.Period.Buckets(grain) : [request.Period];

    private static string Of(Period bucket) => bucket.Grain is { } grain ? $"by {Word(grain)}" : $"over a range of days, as {bucket.Text} is";

    private static Dictionary<Dimension, string?> Empty(IReadOnlyList<Dimension> by) => by.ToDictionary(d => d, _ => (string?)null);

    private static string Word<T>(T value) where T : struct, Enum => Model.Facts.FactSchema.SnakeCase(value.ToString());

    private static string Words<T>(IEnumerable<T> values) where T : struct, Enum => string.Join(", ", values.Select(Word));
}
