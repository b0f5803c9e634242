using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Metrics.Model;

namespace Metrics.Tests.Model;

public sealed class NumberFormatTests
{
    private static readonly NumberFormat English = new(CultureInfo.GetCultureInfo("en-GB"));
    private static readonly NumberFormat German = new(CultureInfo.GetCultureInfo("de-DE"));

    [Theory]
    [InlineData(0.991, "ratio", "99.1 %")]
    [InlineData(1.0, "ratio", "100.0 %")]
    [InlineData(0.0, "ratio", "0.0 %")]
    [InlineData(3.4, "hours", "3.4 h")]
    [InlineData(2.05, "days", "2.1 d")]
    [InlineData(1.2, "business_days", "1.2 bd")]
    [InlineData(1.3, "per_month", "1.3 / month")]
    [InlineData(4.3, "score", "4.3")]
    [InlineData(1234567.0, "count", "1,234,567")]
    [InlineData(1234.56, "hours", "1,234.6 h")]
    [InlineData(-0.123, "ratio", "−12.3 %")]
    [InlineData(null, "ratio", "–")]
    public void Every_unit_has_its_form(double? value, string unit, string text) => English.Format(value, unit).ShouldBe(text);

    [Theory]
    [InlineData(12.3, "12.30 EUR")]
    [InlineData(1234.567, "1,234.57 EUR")]
    [InlineData(0.5, "0.50 EUR")]
    [InlineData(0.00421, "0.0042 EUR")]
    [InlineData(-7, "−7.00 EUR")]
    [InlineData(0, "0.00 EUR")]
    public void Money_names_its_currency_and_keeps_fractions_of_a_cent(double value, string text) =>
        English.Format(value, "money_per_unit", "EUR").ShouldBe(text);

    [Fact]
    public void Separators_are_those_of_the_culture()
    {
        German.Format(1234.56, "hours").ShouldBe("1.234,6 h");
        German.Format(0.991, "ratio").ShouldBe("99,1 %");
        new NumberFormat(CultureInfo.GetCultureInfo("fr-FR")).Format(1234.56, "hours").ShouldBe("1\u202f234,6 h");
        new NumberFormat(CultureInfo.GetCultureInfo("de-CH")).Format(1234.56, "hours").ShouldBe("1’234.6 h");
    }

    [Theory]
    [InlineData(0.9896, "> 0.99", "98.96 %")]
    [InlineData(0.98996, "> 0.99", "98.996 %")]
    [InlineData(0.9896, ">= 0.99", "98.96 %")]
    [InlineData(0.99, "> 0.99", "99.0 %")] // it is the target, which does not meet it
    [InlineData(0.9904, "> 0.99", "99.04 %")] // 99.0 % would read as missed
    [InlineData(0.9904, ">= 0.99", "99.0 %")]
    [InlineData(0.98955, ">= 0.98965", "98.96 %")] // 99.0 % would read as met; half of a hundredth rounds up
    [InlineData(0.9546, "> 0.99", "95.5 %")]
    [InlineData(0.99996, "= 1", "99.996 %")]
    public void Rounding_does_not_lift_a_ratio_over_its_target(double value, string target, string text) =>
        English.Format(value, "ratio", target: Some.Target(target)).ShouldBe(text);

    [Theory]
    [InlineData(4.04, "<= 4", "4.04 h")]
    [InlineData(3.96, "< 4", "3.96 h")]
    [InlineData(3.96, "<= 4", "4.0 h")]
    [InlineData(4.2, "<= 4", "4.2 h")]
    public void Nor_an_hour_below_it(double value, string target, string text) =>
        English.Format(value, "hours", target: Some.Target(target)).ShouldBe(text);

    [Fact]
    public void Nor_over_the_stretch() =>
        English.Format(0.9899, "ratio", target: Some.Target("> 0.97", stretch: 0.99)).ShouldBe("98.99 %");

    [Theory]
    [InlineData(0.9999, "ratio", "99.99 %")]
    [InlineData(0.0003, "ratio", "0.03 %")]
    [InlineData(0.02, "hours", "0.02 h")]
    [InlineData(1e-14, "hours", "0.0 h")] // floating noise
    [InlineData(-1e-14, "hours", "0.0 h")]
    public void What_is_not_all_does_not_read_as_all_and_something_not_as_nothing(double value, string unit, string text) =>
        English.Format(value, unit).ShouldBe(text);

    [Theory]
    [InlineData(0.012, "ratio", "+1.2 pp")]
    [InlineData(-0.4, "hours", "−0.4 h")]
    [InlineData(0.0, "days", "0.0 d")]
    [InlineData(-0.0004, "ratio", "0.0 pp")]
    [InlineData(0.25, "per_month", "+0.3 / month")]
    [InlineData(-3.0, "count", "−3")]
    [InlineData(null, "hours", "–")]
    public void A_change_has_a_sign_and_ratios_change_by_points(double? change, string unit, string text) =>
        English.FormatChange(change, unit).ShouldBe(text);

    [Fact]
    public void A_change_of_money_names_its_currency() =>
        German.FormatChange(-1234.5, "money_per_unit", "USD").ShouldBe("−1.234,50 USD");

    [Theory]
    [InlineData("> 0.99", "ratio", "> 99 %")]
    [InlineData(">= 0.995", "ratio", "≥ 99.5 %")]
    [InlineData("<= 4", "days", "≤ 4 d")]
    [InlineData("= 1", "ratio", "= 100 %")]
    [InlineData("<= -0.10", "ratio", "≤ −10 %")]
    [InlineData(">= 4.2", "score", "≥ 4.2")]
    [InlineData("< 2", "business_days", "< 2 bd")]
    public void A_target_is_written_as_it_was_set(string target, string unit, string text) =>
        English.FormatTarget(Some.Target(target), unit).ShouldBe(text);

    [Fact]
    public void An_interval_names_its_unit_once() =>
        English.FormatInterval(0.9721, 1, "ratio").ShouldBe("97.2 – 100.0 %");

    [Fact]
    public void An_unknown_unit_is_refused_with_those_that_are_known() =>
        Should.Throw<ArgumentException>(() => English.Format(1, "percent")).Message.ShouldBe(
            "'percent' is not a unit. Allowed: ratio, hours, days, business_days, per_month, score, money_per_unit, count. "
            + "(Parameter 'unit')");

    [Fact]
    public void What_is_printed_is_judged_as_the_value_is() =>
        Prop.ForAll(Ratios, Ratios, Gen.Elements(">", ">=", "<", "<=").ToArbitrary(), (value, mark, comparison) =>
        {
            var target = Some.Target(FormattableString.Invariant($"{comparison} {mark}"));
            var printed = English.Format((double)value, "ratio", target: target).TrimEnd(' ', '%');
            var shown = decimal.Parse(printed, CultureInfo.InvariantCulture) / 100;
            return Meets(shown) == Meets(value) && (Meets(value) || shown != mark || value == mark);

            bool Meets(decimal ratio) => target.Judge((double)ratio, Direction.Higher) == KpiStatus.Met;
        }).QuickCheckThrowOnFailure();

    /// <summary>Close together, so that rounding matters.</summary>
    private static Arbitrary<decimal> Ratios => Gen.Choose(98_000, 100_000).Select(number => number / 100_000m).ToArbitrary();
}
