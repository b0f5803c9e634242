using System.Collections.Concurrent;

namespace Metrics.Server.Api;

/// <summary>
/// What one HTTP request has been answered so far. An export reads page after page; each is a cut of the same answer, and the answer is
/// computed once.
/// </summary>
internal sealed class AnswersOfRequest(IHttpContextAccessor current)
{
    private static readonly object Key = new();

    /// <summary>The answer to a question, asked once.</summary>
    /// <param name="question">All that the answer depends on, apart from who asks.</param>
    /// <param name="answer">Finds it.</param>
    public Task<IReadOnlyList<T>> OnceAsync<T>(IEnumerable<object?> question, Func<Task<IReadOnlyList<T>>> answer)
    {
        if (current.HttpContext is not { } context) return answer();
        ConcurrentDictionary<string, object> known;
        lock (context.Items)
        {
            known = (ConcurrentDictionary<string, object>)(context.Items[Key] ??= new ConcurrentDictionary<string, object>(StringComparer.Ordinal));
        }

        return (Task<IReadOnlyList<T>>)known.GetOrAdd(string.Join('\u001f', question.Prepend(typeof(T).Name)), _ => answer());
    }
}
