using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Metrics.Model;

/// <summary>Elapsed time as ISO 8601 writes it: <c>PT2H</c>, <c>P1DT12H</c>, <c>P35D</c>. A day is 24 hours.</summary>
/// <remarks>Durations are 0 or more and at most some 10 million days. Months and years are refused: how long they are depends
/// on when they begin.</remarks>
public static partial class Iso8601Duration
{
    private const string Forms = "Write weeks, days, hours, minutes and seconds, such as PT2H, P1DT12H, P35D or P0D.";

    /// <exception cref="FormatException">It has no fixed length; the message gives the text and what is allowed.</exception>
    public static TimeSpan Parse(string text) =>
        TryParse(text, out var duration, out var error) ? duration : throw new FormatException(error);

    public static bool TryParse(
        [NotNullWhen(true)] string? text, out TimeSpan duration, [NotNullWhen(false)] out string? error)
    {
        duration = default;
        error = null;
        var form = Fixed().Match(text ?? "");
        if (!form.Success)
        {
            error = Calendar().IsMatch(text ?? "")
                ? $"'{text}' has no fixed length: months and years differ. Write days instead, such as P30D or P365D."
                : $"'{text}' is not a duration. {Forms}";
            return false;
        }

        try
        {
            var ticks = Ticks(form.Groups["weeks"], 7 * TimeSpan.TicksPerDay)
                + Ticks(form.Groups["days"], TimeSpan.TicksPerDay)
                + Ticks(form.Groups["hours"], TimeSpan.TicksPerHour)
                + Ticks(form.Groups["minutes"], TimeSpan.TicksPerMinute)
                + Ticks(form.Groups["seconds"], TimeSpan.TicksPerSecond);
            duration = TimeSpan.FromTicks(decimal.ToInt64(ticks));
            return true;
        }
        catch (OverflowException)
        {
            error = FormattableString.Invariant($"'{text}' is too long. A duration is at most {TimeSpan.MaxValue.Days} days.");
            return false;
        }
    }

    /// <summary>The shortest form with days, hours, minutes and seconds; zero is <c>P0D</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(
                nameof(duration), duration, "A duration is 0 or more. Give the earlier instant first when taking a difference.");
        }

        if (duration == TimeSpan.Zero) return "P0D";

        var text = new StringBuilder("P");
        Append(text, duration.Days, 'D');
        if (duration.Ticks % TimeSpan.TicksPerDay == 0) return text.ToString();

        text.Append('T');
        Append(text, duration.Hours, 'H');
        Append(text, duration.Minutes, 'M');
        Append(text, duration.Ticks % TimeSpan.TicksPerMinute / (decimal)TimeSpan.TicksPerSecond, 'S');
        return text.ToString();
    }

    private static void Append(StringBuilder text, decimal amount, char unit)
    {
        if (amount != 0) text.Append(CultureInfo.InvariantCulture, $"{amount:0.#######}{unit}");
    }

    private static decimal Ticks(Group amount, long ticks) => amount.Success
        ? decimal.Parse(amount.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * ticks
        : 0;

    [GeneratedRegex(
        @"\AP(?=[0-9T])((?<weeks>[0-9]+)W|((?<days>[0-9]+)D)?"
        + @"(T(?=[0-9])((?<hours>[0-9]+)H)?((?<minutes>[0-9]+)M)?((?<seconds>[0-9]+(\.[0-9]{1,7})?)S)?)?)\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Fixed();

    [GeneratedRegex(@"\AP(?=[^T]*[YM])([0-9]+Y)?([0-9]+M)?([0-9]+W)?([0-9]+D)?(T[0-9HMS.]+)?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Calendar();
}
