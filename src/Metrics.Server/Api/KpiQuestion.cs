using Metrics.GraphQL;
using Metrics.GraphQL.DataLoading;
using Metrics.Kpis;

namespace Metrics.Server.Api;

/// <summary>What is wanted of the evaluator.</summary>
internal enum Wanted
{
    Rows,
    Evidence,
    Explanation,
}

/// <summary>A question to the evaluator. Equal ones of a request are asked once.</summary>
internal sealed record KpiQuestion(Wanted Wanted, KpiRequest Request);

/// <summary>What it says.</summary>
/// <param name="Fault">Why it cannot say anything else; what cannot be asked is the caller's mistake, in the evaluator's words.</param>
internal sealed record KpiAnswer(object? Value, KpiException? Fault = null);

/// <summary>
/// All that a request asks of the evaluator, however many fields of however many KPIs ask: what is asked together is answered from one
/// view, one after another, so that a request takes one connection and its numbers agree with their records.
/// </summary>
internal static class KpiQuestions
{
    [DataLoader]
    public static async Task<IReadOnlyDictionary<KpiQuestion, KpiAnswer>> GetAnswerOfQuestionAsync(
        IReadOnlyList<KpiQuestion> questions, KpiEvaluator evaluator, CancellationToken cancellation)
    {
        // One question about rows may be answered from memory, and then needs no view of its own.
        if (questions is [{ Wanted: Wanted.Rows } only])
            return new Dictionary<KpiQuestion, KpiAnswer> { [only] = await AnswerAsync(async () => await evaluator.EvaluateAsync(only.Request, cancellation)) };

        await using var view = await evaluator.ViewAsync(cancellation);
        var answers = new Dictionary<KpiQuestion, KpiAnswer>();

        // KPIs of which the same is asked are evaluated together; where one of them cannot be, each alone.
        foreach (var alike in questions.Where(q => q is { Wanted: Wanted.Rows, Request.Kpis.Count: 1 }).GroupBy(q => q.Request with { Kpis = [] }))
        {
            if (alike.Take(2).Count() < 2) continue;
            var together = await AnswerAsync(view, new KpiQuestion(Wanted.Rows, alike.Key with { Kpis = [.. alike.Select(q => q.Request.Kpis[0])] }), cancellation);
            if (together.Fault is not null) continue;
            var rows = ((IReadOnlyList<Kpis.KpiRow>)together.Value!).ToLookup(r => r.Kpi.Id);
            foreach (var question in alike) answers[question] = new KpiAnswer((IReadOnlyList<Kpis.KpiRow>)[.. rows[question.Request.Kpis[0]]]);
        }

        foreach (var question in questions.Where(q => !answers.ContainsKey(q))) answers[question] = await AnswerAsync(view, question, cancellation);
        return answers;
    }

    public static async Task<T> AskAsync<T>(this IDataLoader<KpiQuestion, KpiAnswer> questions, Wanted wanted, KpiRequest request) =>
        await questions.LoadAsync(new KpiQuestion(wanted, request)) switch
        {
            { Fault: { } wrong } => throw new GraphQLException(wrong.Message, ErrorCodes.BadInput),
            var answer => (T)answer!.Value!,
        };

    /// <summary>What cannot be asked is the caller's mistake, said in the evaluator's words.</summary>
    public static async Task<T> SayAsync<T>(Func<Task<T>> question)
    {
        try
        {
            return await question();
        }
        catch (KpiException wrong)
        {
            throw new GraphQLException(wrong.Message, ErrorCodes.BadInput);
        }
    }

    private static Task<KpiAnswer> AnswerAsync(KpiView view, KpiQuestion question, CancellationToken cancellation)
    {
        var request = question.Request;
        return AnswerAsync(async () => question.Wanted switch
        {
            Wanted.Rows => await view.EvaluateAsync(request, cancellation),
            Wanted.Evidence => await view.EvidenceAsync(request.Kpis[0], request.Period, request.Where, cancellation),
            Wanted.Explanation => await view.ExplainAsync(request.Kpis[0], request.Period, request.Where, request.Wait, cancellation),
        });
    }

    private static async Task<KpiAnswer> AnswerAsync(Func<Task<object>> answer)
    {
        try
        {
            return new KpiAnswer(await answer());
        }
        catch (KpiException wrong)
        {
            return new KpiAnswer(null, wrong);
        }
    }
}
