using System.Collections.Frozen;
using System.Globalization;
using Metrics.Model;
using Metrics.Model.Facts;

namespace Metrics.Sources.Canonical;

/// <summary>Reads one value from trimmed text that is not empty.</summary>
/// <returns>Null, or why the text is no such value.</returns>
internal delegate string? CellParser<T>(ReadOnlySpan<char> text, out T value);

/// <summary>The written form of every type of value, and what is said when it is not met.</summary>
internal static class CellParsers
{
    /// <summary>The parser of a type that a fact's column can have.</summary>
    public static CellParser<T> For<T>() => (CellParser<T>)(Delegate)(default(T) switch
    {
        null => new CellParser<string>(Text),
        int => new CellParser<int>(Integer),
        long => new CellParser<long>(LongInteger),
        decimal => new CellParser<decimal>(Number),
        bool => new CellParser<bool>(Boolean),
        DateTimeOffset => new CellParser<DateTimeOffset>(Moment),
        DateOnly => new CellParser<DateOnly>(Date),
        TimeOnly => new CellParser<TimeOnly>(TimeOfDay),
        TimeSpan => new CellParser<TimeSpan>(Duration),
        Enum => Word<T>(),
        _ => throw new InvalidOperationException($"No written form of {typeof(T)} is defined."),
    });

    /// <summary>A moment since when something holds: it may lie in any year.</summary>
    public static string? MomentOfAnyYear(ReadOnlySpan<char> text, out DateTimeOffset value) =>
        Timestamp.Parse(text, anyYear: true, out value);

    /// <summary>A value as it may stand in a message: short, and without what cannot be stored.</summary>
    public static string Quote(ReadOnlySpan<char> text)
    {
        var shown = text.Length > 100 ? $"{text[..100]}…" : text.ToString();
        return $"\"{shown.Replace('\0', '␀')}\"";
    }

    private static string? Moment(ReadOnlySpan<char> text, out DateTimeOffset value) =>
        Timestamp.Parse(text, anyYear: false, out value);

    private static string? Text(ReadOnlySpan<char> text, out string value)
    {
        value = text.ToString();
        return null;
    }

    private static string? Integer(ReadOnlySpan<char> text, out int value)
    {
        var reason = Whole(text, int.MinValue, int.MaxValue, out var whole);
        value = (int)whole;
        return reason;
    }

    private static string? LongInteger(ReadOnlySpan<char> text, out long value) =>
        Whole(text, long.MinValue, long.MaxValue, out value);

    private static string? Whole(ReadOnlySpan<char> text, long lowest, long highest, out long value)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            && value >= lowest && value <= highest)
        {
            return null;
        }

        value = 0;
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || !decimal.IsInteger(number))
            return $"{Quote(text)} is not a whole number; write it with digits only, such as 1200";
        if (number < lowest || number > highest)
            return $"{Quote(text)} is out of range; allowed are {lowest} to {highest}";
        value = (long)number;
        return null;
    }

    private static string? Number(ReadOnlySpan<char> text, out decimal value) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            ? null
            : $"{Quote(text)} is not a number; write it with a decimal point and without separators, such as 1200.5";

    private static string? Boolean(ReadOnlySpan<char> text, out bool value) =>
        bool.TryParse(text, out value) ? null : $"{Quote(text)} is neither true nor false; allowed are true, false and empty";

    private static string? Date(ReadOnlySpan<char> text, out DateOnly value)
    {
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out value))
            return $"{Quote(text)} is not a date; write year, month and day, such as 2026-07-01";
        return Timestamp.IsSane(value.Year) ? null : Timestamp.OutOfRange(text);
    }

    private static string? TimeOfDay(ReadOnlySpan<char> text, out TimeOnly value) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out value)
        || TimeOnly.TryParseExact(text, "HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out value)
            ? null
            : $"{Quote(text)} is not a time of day; write 00:00 to 23:59, such as 06:30";

    private static string? Duration(ReadOnlySpan<char> text, out TimeSpan value) =>
        Iso8601Duration.TryParse(text.ToString(), out value, out var reason) ? null : reason;

    private static CellParser<T> Word<T>()
    {
        var words = FactWords.Of(typeof(T));
        var members = words
            .ToFrozenDictionary(w => w, w => (T)(object)FactWords.Find(typeof(T), w)!, StringComparer.OrdinalIgnoreCase)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        var allowed = string.Join(", ", words);
        return (ReadOnlySpan<char> text, out T value) =>
            members.TryGetValue(text, out value!) ? null : $"{Quote(text)} is not known; allowed are {allowed}";
    }
}
