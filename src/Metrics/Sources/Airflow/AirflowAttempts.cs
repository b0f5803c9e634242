using Metrics.Model.Facts;

namespace Metrics.Sources.Airflow;

/// <summary>One pass of a DAG run.</summary>
/// <param name="Number">1 is the first.</param>
internal sealed record AirflowAttempt(int Number, DateTimeOffset? Start, DateTimeOffset? End, RunState State, string? Error);

/// <summary>
/// The attempts of a DAG run. Airflow's own retries of a task belong to the attempt that they happen in. A run that is cleared
/// keeps its id and forgets how it ended; the tries of its tasks tell it: a try that no retry was to follow, and that another one
/// follows all the same, was cleared in between. The attempts are one more than the fewest clearings that explain them all.
/// </summary>
internal static class AirflowAttempts
{
    public static IReadOnlyList<AirflowAttempt> Of(AirflowAttempt last, IEnumerable<AirflowTry> tries)
    {
        var tasks = tries.Where(t => t.Number > 0).GroupBy(t => t.Task).Select(task => task
            .GroupBy(t => t.Number).Select(same => same.Aggregate((one, other) => one.Or(other))).OrderBy(t => t.Number).ToList()).ToList();
        var clearings = Clearings(tasks);
        var attempts = new List<AirflowAttempt>();
        for (var i = 0; i < clearings.Count; i++)
        {
            var (from, to) = (i == 0 ? DateTimeOffset.MinValue : clearings[i - 1], clearings[i]);
            attempts.Add(Ended(i + 1, [.. tasks.Select(t => t.LastOrDefault(a => a.Start >= from && a.Start < to)).OfType<AirflowTry>()],
                tasks.SelectMany(t => t).Where(t => t.Start >= from && t.Start < to).Min(t => t.Start)));
        }

        var error = last.State == RunState.Failed ? Failures([.. tasks.Where(t => t.Count > 0).Select(t => t[^1])]) : null;
        var start = attempts.Count > 0 && last.Start < attempts[^1].End ? clearings[^1] : last.Start;
        attempts.Add(last with { Number = clearings.Count + 1, Start = start, Error = error });
        return attempts;
    }

    /// <summary>The fewest moments such that every clearing that must have been lies on one of them.</summary>
    private static List<DateTimeOffset> Clearings(List<List<AirflowTry>> tasks)
    {
        var between = tasks.SelectMany(t => t.Zip(t.Skip(1)))
            .Where(pair => !pair.First.IsRetried)
            .Select(pair => (From: pair.First.End ?? pair.First.Start ?? DateTimeOffset.MinValue, To: pair.Second.Queued ?? pair.Second.Start))
            .Select(span => (span.From, To: span.To > span.From ? span.To.Value : span.From.AddTicks(TimeSpan.TicksPerMicrosecond)))
            .OrderBy(span => span.To);
        var moments = new List<DateTimeOffset>();
        foreach (var (from, to) in between)
            if (moments.Count == 0 || moments[^1] <= from) moments.Add(to);
        return moments;
    }

    private static AirflowAttempt Ended(int number, List<AirflowTry> last, DateTimeOffset? start)
    {
        var state = last.Exists(t => t.HasFailed) ? RunState.Failed
            : last.TrueForAll(t => t.State is "success" or "skipped") ? RunState.Success
            : RunState.Unknown;
        return new AirflowAttempt(number, start, last.Max(t => t.End), state, state == RunState.Failed ? Failures(last) : null);
    }

    private static string? Failures(List<AirflowTry> last)
    {
        var failed = last.Where(t => t.HasFailed).OrderBy(t => t.End).ThenBy(t => t.Task, StringComparer.Ordinal).ToList();
        if (failed.Count == 0) return null;
        var more = failed.Count > 1 ? $" (and {failed.Count - 1} more)" : "";
        return $"task {failed[0].Task} failed in try {failed[0].Number}{more}";
    }
}
