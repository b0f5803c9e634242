using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Metrics.Model;

/// <summary>What one unit of a currency is worth in the reporting currency.</summary>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="ValidFrom">In force from the first instant of this day, in the reporting zone, until the currency's next rate.</param>
/// <param name="Rate">More than 0.</param>
public sealed record ExchangeRate(string Currency, DateOnly ValidFrom, decimal Rate);

/// <summary>The rates at which money is converted. Before its first rate a currency has none, and no amount is guessed.</summary>
public sealed partial class ExchangeRates : IEquatable<ExchangeRates>
{
    private ExchangeRates(IReadOnlyList<ExchangeRate> all) => All = all;

    /// <summary>Only the reporting currency itself is known.</summary>
    public static ExchangeRates None { get; } = new([]);

    /// <summary>By currency, then by day.</summary>
    public IReadOnlyList<ExchangeRate> All { get; }

    /// <summary>Reads <c>USD 2026-01-01 0.92, USD 2026-07-01 0.95, CHF 2026-01-01 1.05</c>: currency, first day, rate.</summary>
    /// <exception cref="FormatException">A rate is not one, or is given twice; the message gives it and what is allowed.</exception>
    public static ExchangeRates Parse(string text)
    {
        var rates = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Read).ToList();
        foreach (var twin in rates.GroupBy(r => (r.Currency, r.ValidFrom)).Where(g => g.Count() > 1))
            throw new FormatException(FormattableString.Invariant($"{twin.Key.Currency} has two rates from {twin.Key.ValidFrom:yyyy-MM-dd} on. Keep one."));
        return new ExchangeRates([.. rates.OrderBy(r => r.Currency, StringComparer.Ordinal).ThenBy(r => r.ValidFrom)]);
    }

    /// <summary>As <see cref="Parse"/> reads it, in order.</summary>
    public override string ToString() => string.Join(", ", All.Select(r =>
        FormattableString.Invariant($"{r.Currency} {r.ValidFrom:yyyy-MM-dd} {r.Rate:0.############################}")));

    /// <summary>For the database's own function: a list of objects with currency, valid_from and rate.</summary>
    public string ToJson() => JsonSerializer.Serialize(All.Select(r => new
    {
        currency = r.Currency,
        valid_from = r.ValidFrom.ToString("O", CultureInfo.InvariantCulture),
        rate = r.Rate,
    }));

    public bool Equals(ExchangeRates? other) => other is not null && All.SequenceEqual(other.All);

    public override bool Equals(object? obj) => Equals(obj as ExchangeRates);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static ExchangeRate Read(string text)
    {
        var form = Form().Match(text);
        if (form.Success
            && DateOnly.TryParseExact(form.Groups["day"].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && decimal.TryParse(form.Groups["rate"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate)
            && rate > 0)
        {
            return new ExchangeRate(form.Groups["currency"].Value, day, rate);
        }

        throw new FormatException(
            $"'{text}' is not an exchange rate. Write the currency's ISO 4217 code, the first day and what one unit of it is "
            + "worth in the reporting currency, more than 0: 'USD 2026-01-01 0.92'.");
    }

    [GeneratedRegex(@"\A(?<currency>[A-Z]{3}) +(?<day>\S+) +(?<rate>[0-9]+(\.[0-9]+)?)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
