using Metrics.Model;

namespace Metrics.Tests.Model;

public sealed class ThresholdTests
{
    [Theory]
    [InlineData("> 0.99", ComparisonOperator.Greater, 0.99, "> 0.99")]
    [InlineData(">= 0.8", ComparisonOperator.GreaterOrEqual, 0.8, ">= 0.8")]
    [InlineData("≥ 0.8", ComparisonOperator.GreaterOrEqual, 0.8, ">= 0.8")]
    [InlineData("< 4", ComparisonOperator.Less, 4, "< 4")]
    [InlineData("<= 21", ComparisonOperator.LessOrEqual, 21, "<= 21")]
    [InlineData("≤ 21", ComparisonOperator.LessOrEqual, 21, "<= 21")]
    [InlineData("<=-0.10", ComparisonOperator.LessOrEqual, -0.1, "<= -0.1")]
    [InlineData(" = 1 ", ComparisonOperator.Equal, 1, "= 1")]
    public void Every_operator_is_read(string text, ComparisonOperator comparison, double value, string written)
    {
        var threshold = Threshold.Parse(text);

        threshold.ShouldBe(new Threshold(comparison, (decimal)value));
        threshold.ToString().ShouldBe(written);
        Threshold.Parse(written).ShouldBe(threshold);
    }

    [Theory]
    [InlineData("0.99")]
    [InlineData("> 99 %")]
    [InlineData("> 0,99")]
    [InlineData("=> 1")]
    [InlineData("== 1")]
    [InlineData(">")]
    [InlineData("> 1e3")]
    [InlineData("> 99999999999999999999999999999999")]
    [InlineData("")]
    public void Anything_else_is_refused_with_what_is_allowed(string text) =>
        Should.Throw<FormatException>(() => Threshold.Parse(text)).Message.ShouldBe(
            $"'{text}' is not a target. Write one of > >= < <= = and a number in the KPI's unit, a ratio as a fraction: "
            + "'> 0.99', '<= 21', '= 1'; or none, where nothing is demanded.");

    [Fact]
    public void None_demands_nothing() => Threshold.Parse(" none ").ToString().ShouldBe("none");

    [Theory]
    [InlineData("0.01", 0.01, false, "0.01")]
    [InlineData("10 %", 0.1, true, "10 %")]
    [InlineData("2.5%", 0.025, true, "2.5 %")]
    [InlineData("0", 0, false, "0")]
    public void A_tolerance_is_absolute_or_relative(string text, double amount, bool relative, string written)
    {
        var tolerance = Tolerance.Parse(text);

        tolerance.ShouldBe(new Tolerance((decimal)amount, relative));
        tolerance.ToString().ShouldBe(written);
    }

    [Theory]
    [InlineData("-0.01")]
    [InlineData("5 pp")]
    [InlineData("")]
    public void A_tolerance_is_nothing_else(string text) =>
        Should.Throw<FormatException>(() => Tolerance.Parse(text)).Message.ShouldBe(
            $"'{text}' is not a tolerance. Write 0 or more in the KPI's unit, a ratio as a fraction ('0.01'), "
            + "or a share of the target ('10 %').");
}
