using FsCheck;
using FsCheck.Fluent;
using Metrics.Model;

namespace Metrics.Tests.Model;

public sealed class BusinessDaysTests
{
    private static readonly ReportingCalendar WithHoliday =
        ReportingCalendar.Create("Europe/Berlin", 1, [Some.Day("2026-05-01"), Some.Day("2026-05-02")]);

    [Fact]
    public void Friday_18_00_to_Monday_06_00_is_half_a_day() =>
        // 6 h of Friday + 6 h of Monday = 12 h / 24 h
        Some.Berlin.BusinessDays(Some.Instant("2026-07-03T18:00+02:00"), Some.Instant("2026-07-06T06:00+02:00")).ShouldBe(0.5);

    [Fact]
    public void A_working_week_is_five_days_however_one_counts() =>
        Some.Berlin.BusinessDays(Some.Instant("2026-07-01T09:30+02:00"), Some.Instant("2026-07-08T09:30+02:00")).ShouldBe(5);

    [Fact]
    public void Zero_is_a_valid_duration()
    {
        var instant = Some.Instant("2026-07-03T18:00+02:00");

        Some.Berlin.BusinessDays(instant, instant).ShouldBe(0);
    }

    [Fact]
    public void A_weekend_has_none() =>
        Some.Berlin.BusinessDays(Some.Instant("2026-07-04T00:00+02:00"), Some.Instant("2026-07-06T00:00+02:00")).ShouldBe(0);

    [Fact]
    public void A_holiday_has_none_and_one_on_a_Saturday_takes_nothing_more() =>
        // Thursday 30 April 12:00 to Monday 4 May 12:00: half of Thursday + half of Monday; Friday is a holiday
        WithHoliday.BusinessDays(Some.Instant("2026-04-30T12:00+02:00"), Some.Instant("2026-05-04T12:00+02:00")).ShouldBe(1);

    [Fact]
    public void Hours_are_elapsed_hours_where_the_clocks_change_on_a_business_day()
    {
        // Tuesday, 22 March 2022: 00:00 became 01:00, so it had 23 h
        var tehran = ReportingCalendar.Create("Asia/Tehran", 1, []);
        var (start, end) = (tehran.StartOf(Some.Day("2022-03-22")), tehran.StartOf(Some.Day("2022-03-23")));

        tehran.BusinessDays(start, end).ShouldBe(23 / 24.0);
    }

    [Fact]
    public void The_reporting_zone_decides_what_is_Friday()
    {
        var (from, to) = (Some.Instant("2026-07-03T22:00Z"), Some.Instant("2026-07-03T23:00Z"));

        Some.Berlin.BusinessDays(from, to).ShouldBe(0); // already Saturday 00:00 to 01:00
        ReportingCalendar.Utc.BusinessDays(from, to).ShouldBe(1 / 24.0);
    }

    [Fact]
    public void A_negative_duration_names_both_timestamps() =>
        Should.Throw<ArgumentException>(() => Some.Berlin.BusinessDays(
            Some.Instant("2026-07-02T00:00+02:00"), Some.Instant("2026-07-01T00:00+02:00"))).Message.ShouldBe(
            "The duration from 2026-07-02T00:00:00.0000000+02:00 to 2026-07-01T00:00:00.0000000+02:00 is negative. "
            + "Reject the record, or give the earlier instant first. (Parameter 'b')");

    [Theory]
    [InlineData("2026-07-03T18:00+02:00", 0.5, "2026-07-06T06:00+02:00")] // 6 h of Friday, 6 h of Monday
    [InlineData("2026-07-03T18:00+02:00", 0.25, "2026-07-04T00:00+02:00")] // complete as Friday ends, not only on Monday
    [InlineData("2026-07-04T10:00+02:00", 1, "2026-07-07T00:00+02:00")] // from Saturday: the whole of Monday
    [InlineData("2026-07-04T10:00+02:00", 0, "2026-07-04T10:00+02:00")]
    [InlineData("2026-04-30T12:00+02:00", 5, "2026-05-08T12:00+02:00")] // 1 May is a holiday
    [InlineData("2026-10-23T12:00+02:00", 1, "2026-10-26T12:00+01:00")] // over the weekend on which the clocks go back
    public void Business_days_are_added(string from, double days, string expected) =>
        WithHoliday.AddBusinessDays(Some.Instant(from), (decimal)days).ShouldBe(Some.Instant(expected));

    [Fact]
    public void They_are_not_subtracted() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Some.Berlin.AddBusinessDays(Some.Instant("2026-07-03T18:00Z"), -1m))
            .Message.ShouldStartWith("Business days are counted forward: give 0 or more.");

    [Fact]
    public void Two_parts_of_a_duration_add_up_to_it() =>
        Prop.ForAll(Instants, Instants, Instants, (a, b, c) =>
        {
            DateTimeOffset[] ordered = [.. new[] { a, b, c }.Order()];
            return Math.Abs(
                WithHoliday.BusinessDays(ordered[0], ordered[1])
                + WithHoliday.BusinessDays(ordered[1], ordered[2])
                - WithHoliday.BusinessDays(ordered[0], ordered[2])) < 1e-9;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_added_has_elapsed() =>
        Prop.ForAll(Instants, Gen.Choose(0, 20_000).ToArbitrary(), (from, thousandths) =>
        {
            var until = WithHoliday.AddBusinessDays(from, thousandths / 1000m);
            return Math.Abs(WithHoliday.BusinessDays(from, until) - thousandths / 1000.0) < 1e-9;
        }).QuickCheckThrowOnFailure();

    /// <summary>Minutes of 2026, with its holidays and changes of the clocks.</summary>
    private static Arbitrary<DateTimeOffset> Instants => Gen.Choose(0, 365 * 24 * 60)
        .Select(minutes => Some.Instant("2026-01-01T00:00Z").AddMinutes(minutes)).ToArbitrary();
}
