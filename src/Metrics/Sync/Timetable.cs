using Metrics.Storage.Ingestion;

namespace Metrics.Sync;

/// <summary>Which firing of a schedule is due. Firings that nobody saw (the service was down) collapse into the latest one.</summary>
public static class Timetable
{
    /// <summary>The firing of a connection's pull that is to be claimed now; null where none is.</summary>
    public static DateTimeOffset? DuePull(ConfiguredConnection configured, ConnectionState state, DateTimeOffset now)
    {
        if (configured.Schedule is not { } schedule || state.RetryAt > now) return null;
        var due = schedule.LastDue(now);
        if (state.StartedAt is not { } started) return Ripe(due);

        // A failed run is tried again when its back-off ends, a run that a killed process left at once, whatever the schedule.
        if (state.RetryAt is { } retry && retry > due) return retry;
        var ended = state.SucceededAt > state.FailedAt || state.FailedAt is null ? state.SucceededAt : state.FailedAt;
        if (!(ended >= started) && started >= due) return started;
        return started >= due ? null : Ripe(due);

        DateTimeOffset? Ripe(DateTimeOffset at) => now >= at + Schedule.Jitter(configured.Title, at, configured.Jitter) ? at : null;
    }

    /// <summary>The firing of a connection's sweep that is to be claimed now; null where none is. The first sweep follows the first pull.</summary>
    public static DateTimeOffset? DueSweep(ConfiguredConnection configured, ConnectionState state, DateTimeOffset now)
    {
        if (configured.Sweep is not { } schedule || state.SucceededAt is null || state.Failures > 0) return null;
        var due = schedule.LastDue(now);
        return !(state.SweptAt >= due) && now >= due + Schedule.Jitter("sweep " + configured.Title, due, configured.Jitter) ? due : null;
    }
}
