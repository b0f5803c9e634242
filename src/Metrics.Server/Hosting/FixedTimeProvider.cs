namespace Metrics.Server.Hosting;

/// <summary>The clock of a command that was given <c>--now</c>: it stands still.</summary>
public sealed class FixedTimeProvider(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
