using System.Globalization;

namespace Metrics.Sources.Focus;

/// <summary>Numbers and moments as FOCUS files write them, and as exports and query engines do instead.</summary>
internal static class FocusValue
{
    /// <summary>
    /// ISO 8601, year first; with a blank for the T, without a zone (it is UTC), or the date alone. Day and month of other forms
    /// cannot be told apart.
    /// </summary>
    public static DateTimeOffset? Moment(ReadOnlySpan<char> text)
    {
        if (text.EndsWith(" UTC", StringComparison.OrdinalIgnoreCase)) text = text[..^4];
        return text.Length >= 10 && text[4] == '-' && text[7] == '-'
            && DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            && moment.Year is >= 1970 and <= 2200
            ? moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerMicrosecond))
            : null;
    }

    /// <summary>A decimal number, also in scientific notation.</summary>
    public static decimal? Amount(ReadOnlySpan<char> text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out var amount) ? amount : null;
}
