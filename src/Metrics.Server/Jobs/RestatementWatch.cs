using Metrics.Scorecards.Editions;
using Metrics.Server.Hosting;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Server.Jobs;

/// <summary>Compares published figures with today's, every hour. Several instances do it one after the other, and find nothing twice.</summary>
internal sealed class RestatementWatch(Product product, ILogger<RestatementWatch> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (product.IsTimeTravel) return;
        using var timer = new PeriodicTimer(Pause);
        do
        {
            try
            {
                var added = await new RestatementLedger(product.Database, product.Evaluator, product.Clock).CompareAsync(stoppingToken);
                foreach (var entry in added)
                {
                    log.LogInformation(
                        "Edition {Edition}: {Kpi} was published as {Published} and would be {Now} ({Reasons})",
                        entry.Edition.Edition, entry.Kpi, entry.Published, entry.Now, string.Join(", ", entry.Reasons));
                }
            }
            catch (Exception failure) when (failure is NpgsqlException or StorageException or IOException or Kpis.KpiException)
            {
                log.LogWarning(failure, "Published figures could not be compared; trying again in {Pause}", Pause);
            }
            catch (OperationCanceledException)
            {
                return;
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
