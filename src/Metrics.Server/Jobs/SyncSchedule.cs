using Metrics.Server.Hosting;
using Metrics.Storage;
using Metrics.Storage.Ingestion;
using Metrics.Sync;
using Npgsql;

namespace Metrics.Server.Jobs;

/// <summary>
/// Pulls and sweeps connections when they are due, and deletes once a day what is kept no longer. Every firing is claimed in the database first, so that of several instances
/// one runs it.
/// </summary>
internal sealed class SyncSchedule(Product product, IReadOnlyList<ConfiguredConnection> connections, TimeSpan landedFor, ILogger<SyncSchedule> log) : BackgroundService
{
    private const int AtOnce = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, Task> running = [];
    private DateTimeOffset tidied;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (product.IsTimeTravel) return;
        foreach (var configured in connections.Where(c => c.MissingVariables.Count > 0))
            log.LogWarning("{Connection} lacks {Variables} in the environment", configured.Title, string.Join(", ", configured.MissingVariables));
        using var timer = new PeriodicTimer(Pause);
        try
        {
            do
            {
                await LookAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
        }

        await Task.WhenAll(running.Values);
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        try
        {
            var today = new DateTimeOffset(product.Clock.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
            if (today != tidied)
            {
                if (await product.ConnectionStates.ClaimAsync("expire landed payloads", today, product.Clock.GetUtcNow(), stopping))
                    await product.Housekeeping.ExpireAsync(landedFor, stopping);
                tidied = today;
            }

            var states = (await product.ConnectionStates.LoadAsync(stopping)).ToDictionary(s => (s.Source, s.Connection));
            foreach (var title in running.Where(r => r.Value.IsCompleted).Select(r => r.Key).ToList()) running.Remove(title);
            foreach (var configured in connections.Where(c => !running.ContainsKey(c.Title)))
            {
                if (running.Count >= AtOnce) return;
                var key = (configured.Connection.Source.Name, configured.Connection.Name);
                var state = states.GetValueOrDefault(key) ?? new ConnectionState(key.Item1, key.Item2);
                var now = product.Clock.GetUtcNow();
                if (Timetable.DuePull(configured, state, now) is { } pull && await product.ConnectionStates.ClaimAsync($"pull {configured.Title}", pull, now, stopping))
                    running[configured.Title] = RunAsync(configured, product.Sync.PullAsync, "Pulled", stopping);
                else if (Timetable.DueSweep(configured, state, now) is { } sweep && await product.ConnectionStates.ClaimAsync($"sweep {configured.Title}", sweep, now, stopping))
                    running[configured.Title] = RunAsync(configured, product.Sync.SweepAsync, "Swept", stopping);
            }
        }
        catch (Exception failure) when (failure is NpgsqlException or StorageException or IOException)
        {
            log.LogWarning(failure, "The schedules could not be looked at; trying again in {Pause}", Pause);
        }
    }

    private async Task RunAsync(
        ConfiguredConnection configured, Func<ConfiguredConnection, Action<string>?, CancellationToken, Task<SyncReport>> run, string done,
        CancellationToken stopping)
    {
        try
        {
            var report = await run(configured, null, stopping);
            if (report.Error is not null)
                log.LogWarning("{Connection} failed: {Error}", configured.Title, report.Error);
            else if (!report.IsBusy && report.New + report.Changed + report.Rejected > 0)
                log.LogInformation("{Done} {Connection}: {New} new, {Changed} changed, {Rejected} rejected", done, configured.Title, report.New, report.Changed, report.Rejected);
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception failure)
        {
            log.LogWarning(failure, "{Connection} failed", configured.Title);
        }
    }
}
