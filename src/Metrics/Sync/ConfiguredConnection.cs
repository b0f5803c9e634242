using Metrics.Sources;

namespace Metrics.Sync;

/// <summary>A connection of sources.yaml with what only the engine needs to know.</summary>
/// <param name="Connection">What the source gets.</param>
/// <param name="Line">Where it begins in the file.</param>
public sealed record ConfiguredConnection(SourceConnection Connection, int Line)
{
    /// <summary>As people write it: <c>github/main</c>.</summary>
    public string Title => Connection.Title;

    /// <summary>When it is pulled; null where only a command does so, or the source is no pull source.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>When it is swept; null means never.</summary>
    public Schedule? Sweep { get; init; }

    /// <summary>How far after its schedule a run may begin, so that not all begin at once.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>The longest silence of a push that still means that nothing happened; null: a push vouches for nothing.</summary>
    public TimeSpan? Heartbeat { get; init; }

    /// <summary>Environment variables that its secrets name and that are not set.</summary>
    public IReadOnlyList<string> MissingVariables { get; init; } = [];

    /// <summary>How long after the end of what a pull has read it is not yet late: two intervals and the jitter.</summary>
    public TimeSpan Grace(DateTimeOffset now) => Schedule is null ? TimeSpan.Zero : Schedule.Interval(now) * 2 + Jitter;
}
