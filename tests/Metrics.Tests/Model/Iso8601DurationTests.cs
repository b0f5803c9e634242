using FsCheck;
using FsCheck.Fluent;
using Metrics.Model;

namespace Metrics.Tests.Model;

public sealed class Iso8601DurationTests
{
    [Theory]
    [InlineData("PT2H", "2:00:00", "PT2H")]
    [InlineData("P1DT12H", "1.12:00:00", "P1DT12H")]
    [InlineData("PT36H", "1.12:00:00", "P1DT12H")]
    [InlineData("P0D", "0:00:00", "P0D")]
    [InlineData("PT0S", "0:00:00", "P0D")]
    [InlineData("P35D", "35.00:00:00", "P35D")]
    [InlineData("P2W", "14.00:00:00", "P14D")]
    [InlineData("PT90M", "1:30:00", "PT1H30M")]
    [InlineData("PT1M", "0:01:00", "PT1M")]
    [InlineData("PT0.5S", "0:00:00.5", "PT0.5S")]
    public void Fixed_lengths_are_read_and_written(string text, string duration, string written)
    {
        var parsed = Iso8601Duration.Parse(text);

        parsed.ShouldBe(TimeSpan.Parse(duration, System.Globalization.CultureInfo.InvariantCulture));
        Iso8601Duration.Format(parsed).ShouldBe(written);
    }

    [Theory]
    [InlineData("P1M")]
    [InlineData("P1Y")]
    [InlineData("P1Y2M10DT2H")]
    public void Months_and_years_are_refused_because_they_differ(string text) =>
        Should.Throw<FormatException>(() => Iso8601Duration.Parse(text)).Message.ShouldBe(
            $"'{text}' has no fixed length: months and years differ. Write days instead, such as P30D or P365D.");

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1DT")]
    [InlineData("2H")]
    [InlineData("P2H")]
    [InlineData("-PT2H")]
    [InlineData("PT2H\n")]
    [InlineData("PT1H30")]
    [InlineData("P1W2D")]
    [InlineData("02:00:00")]
    public void Anything_else_is_refused_with_what_is_allowed(string text) =>
        Should.Throw<FormatException>(() => Iso8601Duration.Parse(text)).Message.ShouldBe(
            $"'{text}' is not a duration. Write weeks, days, hours, minutes and seconds, such as PT2H, P1DT12H, P35D or P0D.");

    [Theory]
    [InlineData("P99999999D")]
    [InlineData("P99999999999999999999999999999999999999999D")]
    public void It_has_an_end(string text) =>
        Should.Throw<FormatException>(() => Iso8601Duration.Parse(text)).Message.ShouldBe(
            $"'{text}' is too long. A duration is at most 10675199 days.");

    [Fact]
    public void A_negative_duration_is_not_written() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Iso8601Duration.Format(TimeSpan.FromHours(-1)));

    [Fact]
    public void What_is_written_reads_back_as_the_same_duration() =>
        Prop.ForAll<long>(ticks =>
        {
            var duration = TimeSpan.FromTicks(Math.Abs(ticks % TimeSpan.MaxValue.Ticks));
            return Iso8601Duration.Parse(Iso8601Duration.Format(duration)) == duration;
        }).QuickCheckThrowOnFailure();
}
