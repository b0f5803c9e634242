using FsCheck;
using FsCheck.Fluent;
using Metrics.Model;
using Interval = Metrics.Model.Interval;

namespace Metrics.Tests.Model;

public sealed class PeriodTests
{
    [Theory]
    [InlineData("2026-Q1", "2025-Q4")]
    [InlineData("2026-01", "2025-12")]
    [InlineData("2026-W01", "2025-W52")]
    [InlineData("2027-W01", "2026-W53")]
    [InlineData("2026", "2025")]
    [InlineData("2026-03-01", "2026-02-28")]
    [InlineData("2026-07-01/2026-09-16", "2026-04-15/2026-07-01")] // 31 + 31 + 15 = 77 days; 16 + 31 + 30 = 77
    public void The_previous_period_is_the_bucket_before_or_as_many_days(string text, string previous) =>
        Some.Period(text).Previous.ShouldBe(Some.Period(previous));

    [Theory]
    [InlineData("2026-Q1", "2025-Q1")]
    [InlineData("2026-02", "2025-02")]
    [InlineData("2026", "2025")]
    [InlineData("2026-W31", "2025-W31")]
    [InlineData("2026-W53", "2025-W52")] // 2025 has 52 weeks
    [InlineData("2021-W52", "2020-W52")] // 2020 has 53
    [InlineData("2024-02-29", "2023-02-28")]
    [InlineData("2026-07-01/2026-09-16", "2025-07-01/2025-09-16")]
    [InlineData("2024-02-28/2024-02-29", "2023-02-28/2023-03-01")] // would be empty
    public void A_year_ago_is_the_bucket_of_the_same_name(string text, string yearAgo) =>
        Some.Period(text).YearAgo.ShouldBe(Some.Period(yearAgo));

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(10)]
    public void Fiscal_years_have_fiscal_neighbours(int startMonth)
    {
        var calendar = Some.FiscalYearFrom(startMonth);

        Some.Period("2026-Q1", calendar).Previous.ShouldBe(Some.Period("2025-Q4", calendar));
        Some.Period("2026-Q1", calendar).YearAgo.ShouldBe(Some.Period("2025-Q1", calendar));
        Some.Period("2026", calendar).Previous.ShouldBe(Some.Period("2025", calendar));
        Some.Period("2026", calendar).Buckets(Grain.Quarter).Select(quarter => quarter.Text)
            .ShouldBe(["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]);
    }

    [Fact]
    public void Containing_finds_the_bucket_of_a_day()
    {
        var day = Some.Day("2027-01-02");
        var fromApril = Some.FiscalYearFrom(4);

        Period.Containing(day, Grain.Day, fromApril).Text.ShouldBe("2027-01-02");
        Period.Containing(day, Grain.Week, fromApril).Text.ShouldBe("2026-W53");
        Period.Containing(day, Grain.Month, fromApril).Text.ShouldBe("2027-01");
        Period.Containing(day, Grain.Quarter, fromApril).Text.ShouldBe("2027-Q4");
        Period.Containing(day, Grain.Year, fromApril).Text.ShouldBe("2027");
    }

    [Fact]
    public void Bounds_are_the_first_instants_of_its_days_in_the_zone() =>
        Some.Period("2026-Q1").Bounds(Some.Berlin)
            .ShouldBe(new Interval(Some.Instant("2026-01-01T00:00+01:00"), Some.Instant("2026-04-01T00:00+02:00")));

    [Fact]
    public void A_range_is_split_at_calendar_boundaries_and_clipped_at_its_edges()
    {
        Texts("2026-06-20/2026-09-16", Grain.Month)
            .ShouldBe(["2026-06-20/2026-07-01", "2026-07", "2026-08", "2026-09-01/2026-09-16"]);
        Texts("2026-06-20/2026-09-16", Grain.Quarter).ShouldBe(["2026-06-20/2026-07-01", "2026-07-01/2026-09-16"]);
        Texts("2026-06-20/2026-09-16", Grain.Year).ShouldBe(["2026-06-20/2026-09-16"]);
        Texts("2026-06-29/2026-07-02", Grain.Day).ShouldBe(["2026-06-29", "2026-06-30", "2026-07-01"]);
    }

    [Fact]
    public void A_week_belongs_to_the_period_of_its_Thursday()
    {
        // Q3 2026 begins on a Wednesday: W27 (29 June to 5 July) has its Thursday on 2 July. Q4 begins on a Thursday.
        var thirdQuarter = Texts("2026-Q3", Grain.Week);

        thirdQuarter.ShouldBe(Enumerable.Range(27, 13).Select(week => $"2026-W{week}"));
        Texts("2026-Q4", Grain.Week)[0].ShouldBe("2026-W40");
        Texts("2026", Grain.Week).Count.ShouldBe(53);
        Texts("2025", Grain.Week).Count.ShouldBe(52);
        Texts("2026-07-03/2026-07-10", Grain.Week).ShouldBe(["2026-W28"]); // Friday to Thursday
    }

    [Theory]
    [InlineData("2026-07", Grain.Quarter)]
    [InlineData("2026-07", Grain.Month)]
    [InlineData("2026-W31", Grain.Month)]
    [InlineData("2026-07-01", Grain.Week)]
    [InlineData("2026", Grain.Year)]
    [InlineData("2026-07-03/2026-07-06", Grain.Week)]
    public void A_grain_that_is_not_finer_gives_the_period_itself(string text, Grain grain) =>
        Texts(text, grain).ShouldBe([text]);

    [Theory]
    [InlineData("2026-Q3", "3")]
    [InlineData("2026", "12")]
    [InlineData("2024-02", "1")]
    [InlineData("2026-09-01/2026-09-16", "0.5")] // 15 / 30
    [InlineData("2026-01-31/2026-03-15", "1.4838709677419354838709677419")] // 1/31 + 1 + 14/31
    [InlineData("2026-W24", "0.2333333333333333333333333333")] // 8 to 14 June: 7/30
    [InlineData("2026-W27", "0.2279569892473118279569892474")] // 29 June to 5 July: 2/30 + 5/31
    public void Months_count_parts_by_the_days_of_their_month(string text, string months) =>
        Some.Period(text).Months.ShouldBe(decimal.Parse(months, System.Globalization.CultureInfo.InvariantCulture), 1e-25m);

    [Fact]
    public void A_range_needs_a_day() =>
        Should.Throw<ArgumentException>(() => Period.Between(Some.Day("2026-07-01"), Some.Day("2026-07-01"), Some.Berlin))
            .Message.ShouldBe(
                "A period from 2026-07-01 cannot end at 2026-07-01: its end is excluded and must be later. (Parameter 'end')");

    [Fact]
    public void Buckets_other_than_weeks_tile_the_period() =>
        Prop.ForAll(SomePeriods.Any, Grains, (sample, grain) =>
        {
            var buckets = sample.Period.Buckets(grain);
            return grain == Grain.Week
                || (buckets[0].Start == sample.Period.Start
                    && buckets[^1].End == sample.Period.End
                    && buckets.Zip(buckets.Skip(1)).All(pair => pair.First.End == pair.Second.Start)
                    && Math.Abs(buckets.Sum(bucket => bucket.Months) - sample.Period.Months) < 1e-20m);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_weeks_of_neighbouring_periods_follow_each_other() =>
        Prop.ForAll(SomePeriods.Any, sample =>
        {
            var (weeks, before) = (sample.Period.Buckets(Grain.Week), sample.Period.Previous.Buckets(Grain.Week));
            return sample.Period.Days < 7
                || sample.Period.Previous.Days < 7
                || before.Concat(weeks).Zip(before.Concat(weeks).Skip(1)).All(pair => pair.First.End == pair.Second.Start);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_previous_period_ends_where_the_period_starts() =>
        Prop.ForAll(SomePeriods.Any, sample =>
            sample.Period.Previous.End == sample.Period.Start && sample.Period.Previous.Grain == sample.Period.Grain)
            .QuickCheckThrowOnFailure();

    private static Arbitrary<Grain> Grains => Gen.Elements(Enum.GetValues<Grain>()).ToArbitrary();

    private static List<string> Texts(string period, Grain grain) =>
        [.. Some.Period(period).Buckets(grain).Select(bucket => bucket.Text)];
}
