using Metrics.Model;

namespace Metrics.Tests.Model;

public sealed class PeriodEvaluationTests
{
    private static readonly ReportingCalendar Utc = ReportingCalendar.Utc;

    [Fact]
    public void A_period_that_is_over_is_evaluated_whole()
    {
        var evaluation = Some.Period("2026-Q3").Evaluate(Utc, Some.Instant("2026-10-01T00:00Z"));

        evaluation.Partial.ShouldBeFalse();
        evaluation.Evaluated.ShouldBe(evaluation.Bounds);
        evaluation.MonthsElapsed.ShouldBe(3);
        evaluation.Previous.Evaluated.ShouldBe(Some.Period("2026-Q2").Bounds(Utc));
        evaluation.YearAgo.Evaluated.ShouldBe(Some.Period("2025-Q3").Bounds(Utc));
    }

    [Fact]
    public void A_period_that_goes_on_is_evaluated_up_to_now()
    {
        var evaluation = Some.Period("2026-Q3").Evaluate(Utc, Some.Instant("2026-08-16T00:00Z"));

        evaluation.Partial.ShouldBeTrue();
        evaluation.Begun.ShouldBeTrue();
        evaluation.Evaluated.ShouldBe(new Interval(Some.Instant("2026-07-01T00:00Z"), Some.Instant("2026-08-16T00:00Z")));
        evaluation.MonthsElapsed.ShouldBe(3 * 46m / 92); // 31 + 15 of 92 days: half the quarter
    }

    [Fact]
    public void What_it_is_compared_with_has_the_same_elapsed_length()
    {
        var evaluation = Some.Period("2026-Q3").Evaluate(Utc, Some.Instant("2026-08-16T12:00Z")); // 46.5 days

        evaluation.Previous.Evaluated
            .ShouldBe(new Interval(Some.Instant("2026-04-01T00:00Z"), Some.Instant("2026-05-17T12:00Z"))); // 30 + 16.5
        evaluation.Previous.Partial.ShouldBeTrue();
        evaluation.Previous.MonthsElapsed.ShouldBe(3 * 46.5m / 91);
        evaluation.YearAgo.Evaluated
            .ShouldBe(new Interval(Some.Instant("2025-07-01T00:00Z"), Some.Instant("2025-08-16T12:00Z")));
    }

    [Fact]
    public void A_shorter_period_is_compared_whole_once_its_length_has_elapsed()
    {
        var evaluation = Some.Period("2026-Q2").Evaluate(Utc, Some.Instant("2026-06-30T12:00Z")); // 90.5 of 91 days

        evaluation.Partial.ShouldBeTrue();
        evaluation.Previous.Evaluated.ShouldBe(Some.Period("2026-Q1").Bounds(Utc)); // 90 days
        evaluation.Previous.Partial.ShouldBeFalse();
        evaluation.Previous.MonthsElapsed.ShouldBe(3);
    }

    [Fact]
    public void Elapsed_time_is_real_time_over_a_change_of_the_clocks()
    {
        // 1 to 30 April, 00:00 = 29 × 24 h = 696 h
        var evaluation = Some.Period("2026-04").Evaluate(Some.Berlin, Some.Instant("2026-04-30T00:00+02:00"));

        evaluation.Previous.Evaluated.End.ShouldBe(Some.Instant("2026-03-30T01:00+02:00")); // 28 × 24 h + 23 h + 1 h = 696 h
    }

    [Fact]
    public void A_period_that_has_not_begun_has_nothing_to_evaluate()
    {
        var evaluation = Some.Period("2026-Q3").Evaluate(Utc, Some.Instant("2026-06-01T00:00Z"));

        evaluation.Begun.ShouldBeFalse();
        evaluation.Evaluated.IsEmpty.ShouldBeTrue();
        evaluation.Partial.ShouldBeTrue();
        evaluation.MonthsElapsed.ShouldBe(0);
        evaluation.Previous.Evaluated.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void A_bucket_that_is_over_is_whole_within_a_period_that_is_not()
    {
        var now = Some.Instant("2026-08-16T00:00Z");

        Some.Period("2026-Q3").Buckets(Grain.Month).Select(month => month.Evaluate(Utc, now).MonthsElapsed)
            .ShouldBe([1, 15m / 31, 0]);
    }
}
