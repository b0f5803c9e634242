using Metrics.Server.Hosting;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Server.Jobs;

/// <summary>Sends scorecards when their time has come, and tells people what they should know. An idle round costs a few queries.</summary>
internal sealed class DeliveryRound(Product product, ScorecardDelivery delivery, ILogger<DeliveryRound> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (product.IsTimeTravel || (delivery.Smtp is null && delivery.Channels.Count == 0)) return;
        using var timer = new PeriodicTimer(Pause);
        try
        {
            do
            {
                // Each of them apart: a mail server that is down keeps nobody from hearing of an incident.
                if (delivery.Schedule is { } schedule) await TryAsync("The schedule of scorecards", () => schedule.LookAsync(stoppingToken), stoppingToken);
                if (delivery.Smtp is not null) await TryAsync("The scorecards' letters", async () => (await delivery.Sender(log).RunAsync(null, stoppingToken)).Count, stoppingToken);
                await TryAsync("What people should know", () => delivery.Watch.LookAsync(stoppingToken), stoppingToken);
                await TryAsync("The notices", () => delivery.Courier(log).RunAsync(stoppingToken), stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task TryAsync(string what, Func<Task<int>> work, CancellationToken stopping)
    {
        try
        {
            await work();
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            // Whatever it is, the next round and the other parts of this one go on.
            if (failure is NpgsqlException or StorageException or IOException) log.LogWarning("{What} could not be seen to ({Reason}); trying again in {Pause}", what, failure.Message, Pause);
            else log.LogError(failure, "{What} could not be seen to; trying again in {Pause}", what, Pause);
        }
    }
}
