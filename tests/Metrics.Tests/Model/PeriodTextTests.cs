using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Metrics.Model;

namespace Metrics.Tests.Model;

public sealed class PeriodTextTests
{
    [Theory]
    [InlineData("2026-Q3", Grain.Quarter, "2026-07-01", "2026-10-01")]
    [InlineData("2026-07", Grain.Month, "2026-07-01", "2026-08-01")]
    [InlineData("2026-W31", Grain.Week, "2026-07-27", "2026-08-03")]
    [InlineData("2026", Grain.Year, "2026-01-01", "2027-01-01")]
    [InlineData("2026-07-01", Grain.Day, "2026-07-01", "2026-07-02")]
    [InlineData("2026-07-01/2026-09-16", null, "2026-07-01", "2026-09-16")]
    [InlineData("2026-W01", Grain.Week, "2025-12-29", "2026-01-05")]
    [InlineData("2026-W53", Grain.Week, "2026-12-28", "2027-01-04")]
    [InlineData("2020-W53", Grain.Week, "2020-12-28", "2021-01-04")]
    [InlineData("2024-02-29", Grain.Day, "2024-02-29", "2024-03-01")]
    [InlineData("2026-07-01/2026-08-01", null, "2026-07-01", "2026-08-01")]
    public void Every_form_is_read(string text, Grain? grain, string start, string end)
    {
        var period = Some.Period(text);

        period.Grain.ShouldBe(grain);
        period.Start.ShouldBe(Some.Day(start));
        period.End.ShouldBe(Some.Day(end));
        period.Text.ShouldBe(text);
    }

    [Theory]
    [InlineData(4, "2026", "2025-04-01", "2026-04-01")]
    [InlineData(4, "2026-Q1", "2025-04-01", "2025-07-01")]
    [InlineData(4, "2026-Q4", "2026-01-01", "2026-04-01")]
    [InlineData(7, "2026", "2025-07-01", "2026-07-01")]
    [InlineData(7, "2027-Q1", "2026-07-01", "2026-10-01")]
    [InlineData(10, "2026", "2025-10-01", "2026-10-01")]
    [InlineData(10, "2026-Q2", "2026-01-01", "2026-04-01")]
    [InlineData(12, "2026-Q1", "2025-12-01", "2026-03-01")]
    [InlineData(2, "2026-Q4", "2025-11-01", "2026-02-01")]
    [InlineData(7, "2026-07", "2026-07-01", "2026-08-01")]
    public void Quarters_and_years_are_fiscal_and_named_after_the_year_in_which_they_end(
        int startMonth, string text, string start, string end)
    {
        var period = Some.Period(text, Some.FiscalYearFrom(startMonth));

        period.Start.ShouldBe(Some.Day(start));
        period.End.ShouldBe(Some.Day(end));
        period.Text.ShouldBe(text);
    }

    [Theory]
    [InlineData("2026-Q5", "it has none of the known forms")]
    [InlineData("2026-q3", "it has none of the known forms")]
    [InlineData("2026-7", "it has none of the known forms")]
    [InlineData(" 2026", "it has none of the known forms")]
    [InlineData("2026\n", "it has none of the known forms")]
    [InlineData("٢٠٢٦", "it has none of the known forms")]
    [InlineData("", "it is empty")]
    [InlineData("2026-13", "months are 01 to 12")]
    [InlineData("2026-00", "months are 01 to 12")]
    [InlineData("2026-02-29", "the calendar has no such day")]
    [InlineData("2025-W53", "2025 has the ISO weeks 01 to 52")]
    [InlineData("2026-W54", "2026 has the ISO weeks 01 to 53")]
    [InlineData("2026-W00", "2026 has the ISO weeks 01 to 53")]
    [InlineData("9999", "the year must lie between 1900 and 2200")]
    [InlineData("0001-01-01/2026-01-01", "the year must lie between 1900 and 2200")]
    [InlineData("2026-01-01/9999-01-01", "the year must lie between 1900 and 2200")]
    [InlineData("2026-07-01/2026-07-01", "the end is excluded, so it must be later than the start")]
    [InlineData("2026-07-02/2026-07-01", "the end is excluded, so it must be later than the start")]
    [InlineData("2026-07/2026-08", "a range is two dates with a slash between them")]
    [InlineData("2026-07-01/2026-08-01/2026-09-01", "a range is two dates with a slash between them")]
    public void Anything_else_is_refused_with_the_reason_and_every_form(string text, string reason) =>
        Should.Throw<FormatException>(() => Some.Period(text)).Message.ShouldBe(
            $"'{text}' is not a period: {reason}. Write a quarter 2026-Q3, a month 2026-07, an ISO week 2026-W31, a year 2026, "
            + "a day 2026-07-01, or a range 2026-07-01/2026-09-16 (end excluded).");

    [Fact]
    public void Null_is_no_period() => Period.TryParse(null, ReportingCalendar.Utc, out _).ShouldBeFalse();

    [Theory]
    [InlineData("ar-SA")]
    [InlineData("fa-IR")]
    [InlineData("th-TH")]
    public void The_culture_of_the_reader_changes_nothing(string culture)
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);

        Some.Period("2026-W31").Previous.Text.ShouldBe("2026-W30");
        Some.Period("2026-07-01/2026-09-16").YearAgo.Text.ShouldBe("2025-07-01/2025-09-16");
        Some.Period("2026-Q3").Buckets(Grain.Month).Select(month => month.Text).ShouldBe(["2026-07", "2026-08", "2026-09"]);
    }

    [Fact]
    public void What_is_written_reads_back_as_the_same_period() =>
        Prop.ForAll(SomePeriods.Any, sample => Period.Parse(sample.Period.Text, sample.Calendar) == sample.Period)
            .QuickCheckThrowOnFailure();
}
