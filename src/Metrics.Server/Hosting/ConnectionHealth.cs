using Metrics.Storage.Ingestion;
using Metrics.Sync;

namespace Metrics.Server.Hosting;

/// <summary>How a connection to a source does.</summary>
/// <param name="Source">The kind of system.</param>
/// <param name="Connection">Which instance of it; empty where there is only one.</param>
/// <param name="State">ok, new, late, retrying, or failing: somebody must change something.</param>
/// <param name="LastSuccess">When it last delivered; null for never.</param>
/// <param name="VouchesUntil">The earliest end of what it covers; null where it covers nothing, or everything.</param>
/// <param name="Payloads">Files, pages and events.</param>
/// <param name="Records">New and changed ones.</param>
/// <param name="Rejected">Records that could not be read.</param>
/// <param name="Error">Why the last pull failed; null where it succeeded.</param>
/// <param name="RetryAt">The moment before which the next pull does not begin.</param>
internal sealed record ConnectionHealth(
    string Source, string Connection, string State, DateTimeOffset? LastSuccess, DateTimeOffset? VouchesUntil, long Payloads, long Records, long Rejected,
    string? Error, DateTimeOffset? RetryAt)
{
    /// <summary>Every connection that is configured or has ever delivered.</summary>
    public static async Task<IReadOnlyList<ConnectionHealth>> LoadAsync(
        Product product, IReadOnlyList<ConfiguredConnection> connections, CancellationToken cancellation)
    {
        var now = product.Clock.GetUtcNow();
        var states = (await product.ConnectionStates.LoadAsync(cancellation)).ToDictionary(s => (s.Source, s.Connection));
        var totals = (await product.ConnectionStates.TotalsAsync(cancellation)).ToDictionary(t => (t.Source, t.Connection));
        return
        [
            .. connections.Select(c => (c.Connection.Source.Name, c.Connection.Name)).Concat(states.Keys).Concat(totals.Keys).Distinct().Select(key => Of(
                connections.FirstOrDefault(c => (c.Connection.Source.Name, c.Connection.Name) == key),
                states.GetValueOrDefault(key) ?? new ConnectionState(key.Item1, key.Item2), totals.GetValueOrDefault(key), now)),
        ];
    }

    private static ConnectionHealth Of(ConfiguredConnection? configured, ConnectionState state, ConnectionTotals? total, DateTimeOffset now)
    {
        var last = Latest(state.SucceededAt, state.HeardAt, configured?.Schedule is null ? total?.Latest : null);
        return new ConnectionHealth(
            state.Source, state.Connection, Word(configured, state, last, now), last, total?.VouchesUntil, total?.Payloads ?? 0, total?.Records ?? 0,
            total?.Rejected ?? 0, state.Error, state.RetryAt);
    }

    private static string Word(ConfiguredConnection? configured, ConnectionState state, DateTimeOffset? last, DateTimeOffset now) =>
        state.Error is not null ? state.IsTerminal ? "failing" : "retrying"
        : last is null && state.StartedAt is null ? "new"
        : configured is { Schedule: not null } && (last is null || now - last > configured.Grace(now)) ? "late"
        : configured is { Heartbeat: { } longest } && (last is null || now - last > longest) ? "late"
        : "ok";

    private static DateTimeOffset? Latest(params IEnumerable<DateTimeOffset?> moments) => moments.Max();
}
