using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Metrics.Model;
using Metrics.Sources;

namespace Metrics.Sync;

/// <summary>
/// When something is due: <c>every 15m</c>, in step with the clock since 1970, or a cron expression of five fields in a
/// time zone: <c>30 6 * * MON-FRI</c>.
/// </summary>
public sealed class Schedule
{
    private readonly TimeSpan? every;
    private readonly Cron? cron;

    private Schedule(string text, TimeSpan? every, Cron? cron) => (Text, this.every, this.cron) = (text, every, cron);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Reads a schedule.</summary>
    /// <exception cref="FormatException">It is neither form; the message shows both.</exception>
    public static Schedule Parse(string text, TimeZoneInfo zone)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is ["every", var length] && OptionText.Duration(length) is { } span && span >= TimeSpan.FromMinutes(1)) return new(text, span, null);
        if (words.Length == 5) return new(text, null, new Cron(text, zone));
        throw new FormatException(
            $"\"{text}\" is no schedule; write \"every 15m\" (at least a minute; m, h or d) or the five fields of cron: minute hour day month " +
            "weekday, as \"30 6 * * MON-FRI\".");
    }

    /// <summary>The latest moment, not after the given one, at which it was due.</summary>
    public DateTimeOffset LastDue(DateTimeOffset now) => every is { } step
        ? new DateTimeOffset(now.UtcTicks - (now.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) % step.Ticks, TimeSpan.Zero)
        : cron!.UpTo(now);

    /// <summary>The first moment after the given one at which it is due.</summary>
    public DateTimeOffset NextDue(DateTimeOffset now) => every is { } step ? LastDue(now) + step : cron!.After(now);

    /// <summary>The time between a firing and the next one.</summary>
    public TimeSpan Interval(DateTimeOffset now) => NextDue(now) - LastDue(now);

    /// <summary>A delay below <paramref name="most"/> that differs by job and firing and is the same in every instance.</summary>
    public static TimeSpan Jitter(string job, DateTimeOffset due, TimeSpan most)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{job} {due.UtcTicks}")));
        return most * (BinaryPrimitives.ReadUInt32LittleEndian(hash) / 4_294_967_296.0);
    }
}
