using Metrics.Model;

namespace Metrics.Tests.Model;

public sealed class ExchangeRatesTests
{
    [Fact]
    public void In_whatever_order_they_are_given_they_are_the_same()
    {
        var rates = ExchangeRates.Parse("USD 2026-07-01 0.95, CHF 2026-01-01 1.05,USD 2026-01-01 0.920");

        rates.ToString().ShouldBe("CHF 2026-01-01 1.05, USD 2026-01-01 0.92, USD 2026-07-01 0.95");
        ExchangeRates.Parse(rates.ToString()).ShouldBe(rates);
        ExchangeRates.Parse("").ShouldBe(ExchangeRates.None);
        rates.ToJson().ShouldStartWith("""[{"currency":"CHF","valid_from":"2026-01-01","rate":1.05},""");
    }

    [Theory]
    [InlineData("USD 0.92")]
    [InlineData("usd 2026-01-01 0.92")]
    [InlineData("USD 2026-02-30 0.92")]
    [InlineData("USD 2026-01-01 0")]
    [InlineData("USD 2026-01-01 -1")]
    [InlineData("USD 2026-01-01 1e3")]
    public void What_is_no_rate_is_refused(string text) =>
        Should.Throw<FormatException>(() => ExchangeRates.Parse(text)).Message.ShouldBe(
            $"'{text}' is not an exchange rate. Write the currency's ISO 4217 code, the first day and what one unit of it is "
            + "worth in the reporting currency, more than 0: 'USD 2026-01-01 0.92'.");

    [Fact]
    public void Two_rates_from_one_day_on_are_refused() =>
        Should.Throw<FormatException>(() => ExchangeRates.Parse("USD 2026-01-01 0.92, USD 2026-01-01 0.93")).Message
            .ShouldBe("USD has two rates from 2026-01-01 on. Keep one.");

    [Fact]
    public void Numbers_depend_on_them()
    {
        var settings = new ReportingSettings();

        (settings with { Rates = ExchangeRates.Parse("USD 2026-01-01 0.92") }).Hash.ShouldNotBe(settings.Hash);
        (settings with { Currency = "CHF" }).Hash.ShouldNotBe(settings.Hash);
    }
}
