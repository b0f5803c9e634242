using Metrics.GraphQL;

namespace Metrics.Server.Api;

/// <summary>
/// What one HTTP request has been answered so far. An export reads page after page; each is a cut of the same answer. Answers that are to be
/// disposed of are, once the response is sent.
/// </summary>
internal sealed class AnswersOfRequest(IHttpContextAccessor current)
{
    private static readonly object Key = new();

    /// <summary>Whether the request reads on to the last row.</summary>
    public bool AreStreamed => current.HttpContext?.Features.Get<RowStreamFeature>() is not null;

    /// <summary>The answer to a question, asked once.</summary>
    /// <param name="question">All that the answer depends on, apart from who asks.</param>
    /// <param name="answer">Finds it.</param>
    public T Once<T>(IEnumerable<object?> question, Func<T> answer)
        where T : class
    {
        if (current.HttpContext is not { } context) return answer();
        lock (context.Items)
        {
            var known = (Dictionary<string, object>)(context.Items[Key] ??= new Dictionary<string, object>(StringComparer.Ordinal));
            var key = string.Join('\u001f', question.Prepend(typeof(T)));
            if (known.TryGetValue(key, out var found)) return (T)found;
            var first = answer();
            known[key] = first;
            if (first is IAsyncDisposable disposable) context.Response.RegisterForDisposeAsync(disposable);
            return first;
        }
    }
}
