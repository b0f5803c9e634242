using Metrics.Model;

namespace Metrics.Tests.Model;

public sealed class IntervalTests
{
    private static readonly Interval Morning = new(Some.Instant("2026-07-01T06:00Z"), Some.Instant("2026-07-01T12:00Z"));

    [Fact]
    public void Its_start_is_inside_and_its_end_is_not()
    {
        Morning.Contains(Morning.Start).ShouldBeTrue();
        Morning.Contains(Morning.End.AddTicks(-1)).ShouldBeTrue();
        Morning.Contains(Morning.End).ShouldBeFalse();
    }

    [Fact]
    public void An_empty_one_contains_nothing()
    {
        var empty = new Interval(Morning.Start, Morning.Start);

        empty.IsEmpty.ShouldBeTrue();
        empty.Contains(empty.Start).ShouldBeFalse();
        default(Interval).IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void It_cannot_end_before_it_starts() =>
        Should.Throw<ArgumentException>(() => new Interval(Morning.End, Morning.Start)).Message.ShouldBe(
            "An interval cannot end at 2026-07-01T06:00:00.0000000+00:00, before its start 2026-07-01T12:00:00.0000000+00:00. "
            + "Give the earlier instant first. (Parameter 'End')");

    [Fact]
    public void It_is_kept_in_utc_which_the_database_insists_on() =>
        new Interval(Some.Instant("2026-07-01T08:00+02:00"), Some.Instant("2026-07-01T14:00+02:00")).Start.Offset
            .ShouldBe(TimeSpan.Zero);

    [Fact]
    public void Neighbours_have_nothing_in_common()
    {
        var afternoon = new Interval(Morning.End, Morning.End.AddHours(6));
        var noon = new Interval(Morning.End.AddHours(-1), Morning.End.AddHours(1));

        Morning.Intersect(afternoon).ShouldBeNull();
        Morning.Intersect(noon).ShouldBe(new Interval(Morning.End.AddHours(-1), Morning.End));
    }
}
