namespace Metrics.Kpis;

/// <summary>A clock that stands at one moment.</summary>
internal sealed class StoppedClock(DateTimeOffset moment) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => moment;
}
