using Metrics.Server.Demo;

namespace Metrics.Tests.Demo;

public sealed class TimelineTests
{
    private static readonly Timeline May = new(new DateTimeOffset(2026, 5, 2, 1, 0, 0, TimeSpan.FromHours(2)));

    [Fact]
    public void The_day_is_that_of_utc() => May.Today.ShouldBe(At(2026, 5, 1));

    [Fact]
    public void Quarters_are_counted_back_from_the_running_one()
    {
        May.QuarterOf(At(2026, 4, 1)).ShouldBe(0);
        May.QuarterOf(At(2026, 3, 31)).ShouldBe(-1);
        May.QuarterOf(At(2025, 4, 1)).ShouldBe(-4);
        May.First.ShouldBe(At(2024, 4, 1));
        May.NameOf(-1).ShouldBe("2026-Q1");
    }

    [Theory]
    [InlineData("Q-2+45d", "2025-11-15")]
    [InlineData("Q0", "2026-04-01")]
    [InlineData("2025-02-03", "2025-02-03")]
    public void The_seed_writes_dates_by_quarter_or_plainly(string text, string date) =>
        May.Resolve(text)!.Value.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture).ShouldBe(date);

    [Fact]
    public void Another_date_is_refused_with_what_to_write() =>
        Should.Throw<FormatException>(() => May.Resolve("last spring")).Message
            .ShouldBe("\"last spring\" is no date of the seed; write 2026-03-01, or Q-2+45d for a day of an earlier quarter.");

    [Fact]
    public void Business_days_pass_over_the_weekend() =>
        Timeline.AfterBusinessDays(At(2026, 5, 1).AddHours(18), 0.5).ShouldBe(At(2026, 5, 4).AddHours(6));

    private static DateTimeOffset At(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);
}
