using System.Globalization;

namespace Metrics.Sources.Focus;

/// <summary>Numbers and moments as FOCUS files write them, and as exports and query engines do instead.</summary>
internal static class FocusValue
{
    private static readonly string[] MonthFirst = ["M/d/yyyy", "M/d/yy", "M/d/yyyy H:mm", "M/d/yy H:mm", "M/d/yyyy H:mm:ss"];
    private static readonly string[] DayFirst = ["d/M/yyyy", "d/M/yy", "d/M/yyyy H:mm", "d/M/yy H:mm", "d/M/yyyy H:mm:ss", "d.M.yyyy", "d.M.yyyy H:mm"];

    /// <summary>
    /// ISO 8601, year first; with a blank for the T, without a zone (it is UTC), or the date alone. Day and month of other forms
    /// cannot be told apart: they are read only where the connection says which comes first.
    /// </summary>
    /// <param name="dates">One of the words of the option <c>dates</c>.</param>
    public static DateTimeOffset? Moment(ReadOnlySpan<char> text, string dates)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (dates != FocusSource.Iso && !text.Contains('-'))
        {
            var forms = dates == FocusSource.MonthFirst ? MonthFirst : DayFirst;
            return DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, Utc, out var written) ? written : null;
        }

        if (text.EndsWith(" UTC", StringComparison.OrdinalIgnoreCase)) text = text[..^4];
        return text.Length >= 10 && text[4] == '-' && text[7] == '-'
            && DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, Utc, out var moment)
            && moment.Year is >= 1970 and <= 2200
            ? moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerMicrosecond))
            : null;
    }

    /// <summary>A decimal number, also in scientific notation.</summary>
    public static decimal? Amount(ReadOnlySpan<char> text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out var amount) ? amount : null;
}
