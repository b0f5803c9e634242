using Metrics.Model;

namespace Metrics.Tests.Model;

public sealed class ReportingCalendarTests
{
    [Theory]
    [InlineData("Europe/Berlin", "2026-07-01", "2026-06-30T22:00Z", 24)]
    [InlineData("Europe/Berlin", "2026-03-29", "2026-03-28T23:00Z", 23)]
    [InlineData("Europe/Berlin", "2026-10-25", "2026-10-24T22:00Z", 25)]
    [InlineData("America/New_York", "2026-03-08", "2026-03-08T05:00Z", 23)]
    [InlineData("America/New_York", "2026-11-01", "2026-11-01T04:00Z", 25)]
    [InlineData("Asia/Kolkata", "2026-07-01", "2026-06-30T18:30Z", 24)]
    [InlineData("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00Z", 24.5)]
    [InlineData("UTC", "2026-07-01", "2026-07-01T00:00Z", 24)]
    public void A_day_begins_at_its_midnight_and_is_as_long_as_the_clocks_make_it(
        string zone, string day, string start, double hours)
    {
        var calendar = ReportingCalendar.Create(zone, 1, []);

        calendar.StartOf(Some.Day(day)).ShouldBe(Some.Instant(start));
        calendar.StartOf(Some.Day(day)).Offset.ShouldBe(TimeSpan.Zero);
        calendar.LengthOf(Some.Day(day)).ShouldBe(TimeSpan.FromHours(hours));
    }

    [Theory]
    [InlineData("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00Z", 23)] // 00:00 -03 becomes 01:00 -02
    [InlineData("Asia/Beirut", "2026-03-29", "2026-03-28T22:00Z", 23)] // 00:00 +02 becomes 01:00 +03
    [InlineData("Pacific/Apia", "2011-12-30", "2011-12-30T10:00Z", 0)] // crossed the date line: no such day
    public void Where_midnight_does_not_exist_the_day_begins_after_the_gap(string zone, string day, string start, double hours)
    {
        var calendar = ReportingCalendar.Create(zone, 1, []);

        calendar.StartOf(Some.Day(day)).ShouldBe(Some.Instant(start));
        calendar.LengthOf(Some.Day(day)).ShouldBe(TimeSpan.FromHours(hours));
    }

    [Theory]
    [InlineData("America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00Z", 25)] // 24:00 -02 becomes 23:00 -03 of the same day
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00Z", 25)] // 01:00 -04 becomes 00:00 -05: midnight comes twice
    public void Where_the_clocks_go_back_over_midnight_the_first_one_counts(string zone, string day, string start, double hours)
    {
        var calendar = ReportingCalendar.Create(zone, 1, []);

        calendar.StartOf(Some.Day(day)).ShouldBe(Some.Instant(start));
        calendar.LengthOf(Some.Day(day)).ShouldBe(TimeSpan.FromHours(hours));
    }

    [Fact]
    public void A_day_that_has_begun_is_not_interrupted_by_clocks_that_show_yesterday_again()
    {
        var calendar = ReportingCalendar.Create("America/St_Johns", 1, []); // until 2011 the clocks went from 00:01 to 23:01

        var start = calendar.StartOf(Some.Day("2010-11-07"));

        start.ShouldBe(Some.Instant("2010-11-07T00:00-02:30"));
        calendar.DayOf(start.AddTicks(-1)).ShouldBe(Some.Day("2010-11-06"));
        calendar.DayOf(start.AddMinutes(30)).ShouldBe(Some.Day("2010-11-07"));
        calendar.LengthOf(Some.Day("2010-11-06")).ShouldBe(TimeSpan.FromHours(24));
        calendar.LengthOf(Some.Day("2010-11-07")).ShouldBe(TimeSpan.FromHours(25));
    }

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/New_York")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("America/St_Johns")]
    [InlineData("America/Havana")]
    [InlineData("Asia/Beirut")]
    [InlineData("Asia/Tehran")]
    [InlineData("Africa/Casablanca")]
    [InlineData("Pacific/Apia")]
    [InlineData("Pacific/Chatham")]
    public void Days_follow_each_other_without_gap_or_overlap(string zone)
    {
        var calendar = ReportingCalendar.Create(zone, 1, []);

        for (var day = Some.Day("2005-01-01"); day < Some.Day("2028-01-01"); day = day.AddDays(1))
        {
            var (start, end) = (calendar.StartOf(day), calendar.StartOf(day.AddDays(1)));
            if (start == end) continue;

            calendar.DayOf(start).ShouldBe(day);
            calendar.DayOf(end.AddTicks(-1)).ShouldBe(day);
        }
    }

    [Fact]
    public void An_unknown_zone_is_refused_with_an_example() =>
        Should.Throw<ArgumentException>(() => ReportingCalendar.Create("Berlin", 1, [])).Message.ShouldBe(
            "'Berlin' is not a known time zone. Write an IANA name (Region/City, spelled as in the tz database), "
            + "such as 'Europe/Berlin', or 'UTC'. (Parameter 'zone')");

    [Fact]
    public void A_Windows_zone_is_refused_with_its_IANA_name() =>
        Should.Throw<ArgumentException>(() => ReportingCalendar.Create("W. Europe Standard Time", 1, [])).Message.ShouldBe(
            "'W. Europe Standard Time' is not a known time zone. It is a Windows name; write 'Europe/Berlin'. "
            + "(Parameter 'zone')");

    [Theory]
    [InlineData("")]
    [InlineData("../etc/passwd")]
    [InlineData("europe/berlin")]
    [InlineData("Europe/Berlin ")]
    public void Only_exact_names_are_zones(string zone) =>
        Should.Throw<ArgumentException>(() => ReportingCalendar.Create(zone, 1, []));

    [Theory]
    [InlineData(0)]
    [InlineData(13)]
    public void A_fiscal_year_starts_in_one_of_twelve_months(int month) =>
        Should.Throw<ArgumentOutOfRangeException>(() => ReportingCalendar.Create("UTC", month, []));

    [Fact]
    public void Calendars_are_equal_by_what_they_say()
    {
        DateOnly[] holidays = [Some.Day("2026-12-25"), Some.Day("2026-01-01")];

        var calendar = ReportingCalendar.Create("Europe/Berlin", 4, holidays);

        calendar.ShouldBe(ReportingCalendar.Create("Europe/Berlin", 4, holidays.Reverse()));
        calendar.ShouldNotBe(ReportingCalendar.Create("Europe/Berlin", 1, holidays));
        calendar.ShouldNotBe(ReportingCalendar.Create("Europe/Berlin", 4, []));
    }
}
