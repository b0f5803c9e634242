using System.Globalization;
using Metrics.Model.Facts;
using Metrics.Sources.Airflow;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Sources.Airflow;

/// <summary>The attempts of a DAG run, from the tries of its tasks. Times are minutes of one hour.</summary>
public sealed class AirflowAttemptsTests
{
    [Fact]
    public void Without_tries_there_is_one_attempt() => Attempts("failed 0-10").ShouldBe("1 failed 0-10");

    [Fact]
    public void Retries_of_a_task_belong_to_the_attempt_they_happen_in() =>
        Attempts("success 0-40", "load 1 failed 1-5 of 2", "load 2 failed 10-15 of 2", "load 3 success 20-39 of 2").ShouldBe("1 success 0-40");

    [Fact]
    public void A_task_that_has_used_up_its_retries_fails_the_run_once() =>
        Attempts("failed 0-40", "load 1 failed 1-5 of 1", "load 2 failed 10-39 of 1").ShouldBe("1 failed 0-40: task load failed in try 2");

    [Fact]
    public void A_try_after_the_last_retry_means_that_the_run_was_cleared() =>
        Attempts("success 30-40", "extract 1 success 1-4 of 0", "load 1 failed 5-9 of 0", "load 2 success 31-39 of 1")
            .ShouldBe("1 failed 1-9: task load failed in try 1, 2 success 30-40");

    [Fact]
    public void A_run_that_succeeded_and_is_cleared_keeps_its_success() =>
        Attempts("failed 30-40", "load 1 success 1-9 of 0", "load 2 failed 31-39 of 1")
            .ShouldBe("1 success 1-9, 2 failed 30-40: task load failed in try 2");

    [Fact]
    public void Tasks_cleared_together_are_cleared_once() =>
        Attempts("success 30-45", "a 1 success 1-4 of 0", "b 1 failed 5-9 of 0", "a 2 success 30-34 of 1", "b 2 success 35-44 of 1")
            .ShouldBe("1 failed 1-9: task b failed in try 1, 2 success 30-45");

    [Fact]
    public void Cleared_twice_makes_three() =>
        Attempts("success 40-50", "a 1 failed 1-4 of 0", "a 2 failed 20-24 of 2", "a 3 failed 25-29 of 2", "a 4 success 40-49 of 5")
            .ShouldBe("1 failed 1-4: task a failed in try 1, 2 failed 20-29: task a failed in try 3, 3 success 40-50");

    [Fact]
    public void A_try_that_is_told_twice_counts_once() =>
        Attempts("failed 0-20", "a 1 up_for_retry 1- of 1", "a 1 failed 1-4 of 1", "a 2 failed 10-19 of 1")
            .ShouldBe("1 failed 0-20: task a failed in try 2");

    [Fact]
    public void A_cleared_task_that_has_not_started_again_has_been_cleared_all_the_same() =>
        Attempts("running 30-", "a 1 failed 1-9 of 0", "a 2 none - of 1").ShouldBe("1 failed 1-9: task a failed in try 1, 2 running 30-");

    [Fact]
    public void Mapped_tasks_are_told_apart_and_more_than_one_failure_is_counted() =>
        Attempts("failed 0-40", "load[0] 1 failed 1-5 of 0", "load[1] 1 failed 1-6 of 0", "load[2] 1 success 1-6 of 0", "later 0 upstream_failed -6 of 0")
            .ShouldBe("1 failed 0-40: task load[0] failed in try 1 (and 1 more)");

    private static string Attempts(string run, params string[] tries)
    {
        var (state, (start, end)) = (run.Split(' ')[0], Span(run.Split(' ')[1]));
        var last = new AirflowAttempt(1, start, end, (RunState)FactWords.Find(typeof(RunState), state)!, null);
        return string.Join(", ", AirflowAttempts.Of(last, tries.Select(Try)).Select(a =>
            $"{a.Number} {FactWords.Of(a.State)} {a.Start?.Minute}-{a.End?.Minute}{(a.Error is null ? "" : $": {a.Error}")}"));
    }

    private static AirflowTry Try(string text)
    {
        var parts = text.Split(' ');
        var (start, end) = Span(parts[3]);
        return new AirflowTry(
            parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[5], CultureInfo.InvariantCulture), parts[2], start, start, end);
    }

    private static (DateTimeOffset? Start, DateTimeOffset? End) Span(string text) => (Minute(text.Split('-')[0]), Minute(text.Split('-')[1]));

    private static DateTimeOffset? Minute(string text) => text.Length == 0
        ? null
        : new DateTimeOffset(2026, 7, 1, 6, int.Parse(text, CultureInfo.InvariantCulture), 0, TimeSpan.Zero);
}
