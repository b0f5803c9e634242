using System.Globalization;

namespace Metrics.Sources.Canonical;

/// <summary>ISO 8601 moments with an offset, as exports write them; what is finer than a microsecond is cut off.</summary>
internal static class Timestamp
{
    private const int EarliestYear = 1970;
    private const int LatestYear = 2200;
    private const int MostOffsetHours = 14;

    public static bool IsSane(int year) => year is >= EarliestYear and <= LatestYear;

    public static string OutOfRange(ReadOnlySpan<char> text) =>
        $"{CellParsers.Quote(text)} is out of range; allowed are the years {EarliestYear} to {LatestYear}";

    /// <summary>
    /// The moment in UTC, or why the text is none. With <paramref name="anyYear"/>, for moments since when something holds,
    /// it may lie in any year from 1 on.
    /// </summary>
    public static string? Parse(ReadOnlySpan<char> text, bool anyYear, out DateTimeOffset value)
    {
        value = default;
        var rest = text;
        if (!Day(ref rest, out var day) || !TimeOfDay(ref rest, out var time))
        {
            return $"{CellParsers.Quote(text)} is not a timestamp; write date, time and offset, " +
                "such as 2026-07-01T06:30:00Z or 2026-07-01T08:30:00+02:00";
        }

        if (rest.IsEmpty)
        {
            return $"{CellParsers.Quote(text)} has no offset; add Z for UTC or an offset such as +02:00";
        }

        if (!Offset(rest, out var offset))
        {
            return $"{CellParsers.Quote(text)} ends in {CellParsers.Quote(rest)}, which is no offset; " +
                "allowed are Z and offsets up to 14 hours, such as +02:00, +0200 or +02";
        }

        var ticks = day.Ticks + time.Ticks - offset.Ticks;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks) return OutOfRange(text);
        value = new DateTimeOffset(ticks, TimeSpan.Zero);
        return anyYear || IsSane(value.Year) ? null : OutOfRange(text);
    }

    private static bool Day(ref ReadOnlySpan<char> text, out DateTime day)
    {
        day = default;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-') return false;
        if (!Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var date))
            return false;
        if (year < 1 || month is < 1 or > 12 || date < 1 || date > DateTime.DaysInMonth(year, month)) return false;
        day = new DateTime(year, month, date, 0, 0, 0, DateTimeKind.Unspecified);
        text = text[10..];
        return true;
    }

    private static bool TimeOfDay(ref ReadOnlySpan<char> text, out TimeSpan time)
    {
        time = default;
        if (text.Length < 6 || text[0] is not ('T' or 't' or ' ') || text[3] != ':') return false;
        if (!Digits(text[1..3], out var hour) || !Digits(text[4..6], out var minute) || hour > 23 || minute > 59) return false;
        text = text[6..];
        time = new TimeSpan(hour, minute, 0);
        if (text.IsEmpty || text[0] != ':') return true;
        if (text.Length < 3 || !Digits(text[1..3], out var second) || second > 59) return false;
        text = text[3..];
        time += TimeSpan.FromSeconds(second);
        return text.IsEmpty || text[0] != '.' || Fraction(ref text, ref time);
    }

    private static bool Fraction(ref ReadOnlySpan<char> text, ref TimeSpan time)
    {
        var end = 1;
        var microseconds = 0;
        var unit = 100_000;
        for (; end < text.Length && char.IsAsciiDigit(text[end]); end++)
        {
            microseconds += (text[end] - '0') * unit;
            unit /= 10;
        }

        if (end is 1 or > 10) return false;
        time += TimeSpan.FromTicks(microseconds * TimeSpan.TicksPerMicrosecond);
        text = text[end..];
        return true;
    }

    private static bool Offset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = default;
        if (text is "Z" or "z") return true;
        if (text[0] == ' ') text = text[1..];
        if (text.IsEmpty || text[0] is not ('+' or '-')) return false;
        var minutes = text.Length switch
        {
            3 => "00",
            5 => text[3..],
            6 when text[3] == ':' => text[4..],
            _ => [],
        };
        if (minutes.IsEmpty || !Digits(text[1..3], out var hour) || !Digits(minutes, out var minute)) return false;
        if (minute > 59 || (hour * 60) + minute > MostOffsetHours * 60) return false;
        offset = new TimeSpan(hour, minute, 0);
        if (text[0] == '-') offset = -offset;
        return true;
    }

    private static bool Digits(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
