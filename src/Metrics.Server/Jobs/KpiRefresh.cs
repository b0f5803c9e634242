using Metrics.Server.Hosting;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Server.Jobs;

/// <summary>
/// Keeps the KPIs current while the service runs: after every import, by whichever process, and when time alone changes an
/// answer. An idle pass costs a few queries.
/// </summary>
internal sealed class KpiRefresh(Product product, ILogger<KpiRefresh> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    /// <summary>When the last pass ended well; null before the first.</summary>
    public DateTimeOffset? LastSuccess { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (product.IsTimeTravel) return;
        using var timer = new PeriodicTimer(Pause);
        do
        {
            try
            {
                await product.EnsureRunningAsync(stoppingToken);
                var days = await product.Worker.RefreshAsync(cancellation: stoppingToken);
                if (days > 0) log.LogInformation("Computed {Days} days of KPIs", days);
                LastSuccess = product.Clock.GetUtcNow();
            }
            catch (Exception failure) when (failure is NpgsqlException or StorageException or IOException)
            {
                log.LogWarning(failure, "KPIs could not be refreshed; trying again in {Pause}", Pause);
            }
        }
        while (await WaitAsync(timer, stoppingToken));
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
