using System.Runtime.InteropServices;

namespace Metrics.Model;

/// <summary>A stretch of elapsed time between two instants, which includes the first and excludes the last.</summary>
/// <param name="Start">The first instant inside. Kept in UTC.</param>
/// <param name="End">The first instant no longer inside; not before <paramref name="Start"/>. Kept in UTC.</param>
/// <remarks>An interval that ends where it starts is empty and contains nothing. The default value is empty.</remarks>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Interval(DateTimeOffset Start, DateTimeOffset End)
{
    public DateTimeOffset Start { get; } = Start.ToUniversalTime();

    public DateTimeOffset End { get; } = End >= Start
        ? End.ToUniversalTime()
        : throw new ArgumentException(
            $"An interval cannot end at {End:O}, before its start {Start:O}. Give the earlier instant first.", nameof(End));

    /// <summary>Elapsed time, never negative; across a change of the clocks not what the wall clock says.</summary>
    public TimeSpan Duration => End - Start;

    public bool IsEmpty => Start == End;

    public bool Contains(DateTimeOffset instant) => Start <= instant && instant < End;

    /// <summary>What both have in common, or null where they share no instant.</summary>
    public Interval? Intersect(Interval other)
    {
        var start = Start > other.Start ? Start : other.Start;
        var end = End < other.End ? End : other.End;
        return start < end ? new Interval(start, end) : null;
    }

    public override string ToString() => $"{Start:O}/{End:O}";
}
