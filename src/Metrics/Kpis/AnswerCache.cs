using System.Collections.Concurrent;
using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>
/// Answers, for as long as nobody has written anything since: they are kept under the database's snapshot, which every commit
/// changes, whatever it changes. Thread-safe.
/// </summary>
internal sealed class AnswerCache
{
    /// <summary>An answer with more rows is not kept.</summary>
    public const int MostRows = 2000;

    private const int MostAnswers = 500;
    private volatile Known known = new("");

    /// <summary>The answer, if the version is still that of the time when it was given. Without one nobody asks for the version.</summary>
    /// <param name="oldest">How long ago the answer may have been given; what is not over yet is seen as of then.</param>
    public async Task<IReadOnlyList<KpiRow>?> FindAsync(
        KpiRequest request, RowLimit limit, DateTimeOffset now, TimeSpan oldest, Func<Task<string>> version) =>
        known is var last && last.Answers.TryGetValue((Of(limit), request), out var answer)
            && answer.At <= now && now - answer.At <= oldest && await version() == last.Version
            ? answer.Rows
            : null;

    public void Keep(string version, KpiRequest request, RowLimit limit, DateTimeOffset now, IReadOnlyList<KpiRow> rows)
    {
        if (rows.Count > MostRows) return;
        if (known is var last && (last.Version != version || last.Answers.Count >= MostAnswers)) known = last = new Known(version);
        last.Answers[(Of(limit), request)] = (now, rows);
    }

    private static string Of(RowLimit limit) => limit.IsEverything ? "" : Listed.Text([$"{limit.Teams.Length}", .. limit.Teams, .. limit.Domains]);

    private sealed record Known(string Version)
    {
        public ConcurrentDictionary<(string Limit, KpiRequest Request), (DateTimeOffset At, IReadOnlyList<KpiRow> Rows)> Answers { get; } = [];
    }
}
