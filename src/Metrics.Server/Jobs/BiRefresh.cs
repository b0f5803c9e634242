using Metrics.Server.Hosting;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Server.Jobs;

/// <summary>Writes the values that BI tools read with SQL, every quarter of an hour.</summary>
internal sealed class BiRefresh(Product product, ILogger<BiRefresh> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (product.IsTimeTravel) return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await product.BiValues.RefreshAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is NpgsqlException or StorageException or IOException)
            {
                log.LogWarning(failure, "The values for BI tools could not be written; trying again in {Pause}", Pause);
            }

            await Task.Delay(Pause, product.Clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
