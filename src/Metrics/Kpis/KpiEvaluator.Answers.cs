using System.Runtime.CompilerServices;
using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>Questions about values: answered at once, or row by row.</summary>
public sealed partial class KpiEvaluator
{
    /// <summary>
    /// Buckets that are evaluated together where the sums are of each dataset and rows are made as they are read: there are many, and
    /// their sums are in memory at the same time.
    /// </summary>
    private const int FineBucketsAtOnce = 8;

    /// <summary>One row per KPI, bucket and group, in the order of definition, bucket and group.</summary>
    /// <exception cref="KpiException">A KPI does not exist; or one alone was asked for at a grain or by a dimension that it does
    /// not have. In a list such a KPI gives a row with status NOT_DEFINED.</exception>
    public async Task<IReadOnlyList<KpiRow>> EvaluateAsync(KpiRequest request, CancellationToken cancellation = default)
    {
        if (await RecallAsync(request, clock.GetUtcNow(), () => VersionAsync(cancellation)) is { } answer) return answer;
        await using var snapshot = await OpenAsync(cancellation);
        return await ComputeAsync(snapshot, request, cancellation);
    }

    /// <summary>
    /// The same rows one after another, so that any number of them takes little memory. They are of one view of the database, which stays
    /// open until the last has been taken.
    /// </summary>
    /// <exception cref="KpiException">As of <see cref="EvaluateAsync"/>.</exception>
    public async IAsyncEnumerable<KpiRow> StreamAsync(KpiRequest request, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await using var snapshot = await OpenAsync(cancellation);
        foreach (var (kpi, undefined) in Asked(snapshot, request))
        {
            if (undefined is not null)
            {
                yield return NotDefined(kpi, request, undefined, snapshot.Now);
                continue;
            }

            var together = Level.Of(Told(kpi, request)) == Level.Finest ? FineBucketsAtOnce : int.MaxValue;
            foreach (var buckets in Buckets(request).Chunk(together))
            {
                var question = new Question(snapshot, kpi, request, buckets, settings);
                var rows = await DiscreetAsync(snapshot, async () =>
                    await RowsAsync(question, await IntervalSums.LoadAsync(snapshot, settings, Wanted(question), request.Wait, cancellation), cancellation));
                foreach (var row in rows) yield return row;
            }
        }
    }

    internal async Task<IReadOnlyList<KpiRow>> AnswerAsync(EvaluationSnapshot snapshot, KpiRequest request, CancellationToken cancellation) =>
        snapshot.Cut is null && await RecallAsync(request, snapshot.Now, () => Task.FromResult(snapshot.Version)) is { } answer
            ? answer
            : await ComputeAsync(snapshot, request, cancellation);

    private bool Remembers(KpiRequest request) => !request.Wait && Remembered > TimeSpan.Zero;

    private async Task<IReadOnlyList<KpiRow>?> RecallAsync(KpiRequest request, DateTimeOffset now, Func<Task<string>> version) =>
        Remembers(request) ? await Answers.FindAsync(request, Limit, now, Remembered, version) : null;

    private async Task<string> VersionAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await EvaluationSnapshot.VersionAsync(connection, cancellation);
    }

    /// <summary>The KPIs of a request, with the reason where it cannot be asked of one.</summary>
    private List<(KpiDefinition Kpi, string? Undefined)> Asked(EvaluationSnapshot snapshot, KpiRequest request)
    {
        var asked = (request.Kpis.Count == 0 ? Definitions.Where(d => !d.Companion) : request.Kpis.Select(id => library[id]))
            .Select(d => (Kpi: Govern(snapshot, d), Undefined: Undefined(d, request))).ToList();
        return asked is [{ Undefined: { } reason }] ? throw new KpiException(reason) : asked;
    }

    private static KpiRow NotDefined(KpiDefinition kpi, KpiRequest request, string reason, DateTimeOffset now) =>
        new(kpi, request.Period) { Status = KpiStatus.NotDefined, Reason = reason, Group = Empty(request.By), AsOf = now };

    private async Task<IReadOnlyList<KpiRow>> ComputeAsync(EvaluationSnapshot snapshot, KpiRequest request, CancellationToken cancellation)
    {
        var definitions = Asked(snapshot, request);
        var rows = await DiscreetAsync(snapshot, async () =>
        {
            var questions = definitions.FindAll(d => d.Undefined is null).ConvertAll(d => new Question(snapshot, d.Kpi, request, Buckets(request), settings));
            var sums = new Queue<(Question, IntervalSums)>(questions.Zip(await IntervalSums.LoadAsync(
                snapshot, settings, questions.ConvertAll(Wanted), request.Wait, cancellation)));
            var found = new List<KpiRow>();
            foreach (var (kpi, undefined) in definitions)
            {
                if (undefined is null)
                {
                    var (question, loaded) = sums.Dequeue();
                    found.AddRange(await RowsAsync(question, loaded, cancellation));
                }
                else found.Add(NotDefined(kpi, request, undefined, snapshot.Now));
            }

            return found;
        });
        if (Remembers(request) && snapshot.Cut is null) Answers.Keep(snapshot.Version, request, Limit, snapshot.Now, rows);
        return rows;
    }
}
