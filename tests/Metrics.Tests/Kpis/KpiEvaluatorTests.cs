using System.Globalization;
using Metrics.Kpis;
using Metrics.Model;
using Metrics.Model.Facts;
using Metrics.Tests.Storage;
using Metrics.Tests.Storage.Ingestion;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Kpis;

/// <summary>What is asked in one piece and what is asked bit by bit.</summary>
public sealed class KpiEvaluatorTests : IAsyncLifetime
{
    private MetricsDatabase database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await MetricsDatabase.CreateAsync("2026-06-30T12:00:00Z");
        var runs = Enumerable.Range(1, 29).Select(day => new PipelineRun
        {
            Pipeline = day % 3 == 0 ? "load_b" : "load_a",
            RunId = $"r{day}",
            Attempt = 1,
            State = day % 4 == 0 ? RunState.Failed : RunState.Success,
            ScheduledFor = Batches.At(string.Create(CultureInfo.InvariantCulture, $"2026-06-{day:00}T01:00:00Z")),
        });
        await database.WriteAsync(
        [
            new Dataset { Id = "a", Tier = 0 }, new Dataset { Id = "b", Tier = 1 },
            new Pipeline { Id = "load_a", Datasets = ["a"] }, new Pipeline { Id = "load_b", Datasets = ["b"] },
            .. runs,
        ]);
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Many_days_by_dataset_are_the_days_one_by_one()
    {
        var whole = await AskAsync("2026-06-02/2026-06-29", Grain.Day);
        var days = new List<KpiRow>();
        for (var day = 2; day < 29; day++) days.AddRange(await AskAsync(string.Create(CultureInfo.InvariantCulture, $"2026-06-{day:00}"), null));

        var streamed = await database.Evaluator.StreamAsync(Question("2026-06-02/2026-06-29", Grain.Day), Cancellation).ToListAsync(Cancellation);

        whole.Count.ShouldBe(27);
        streamed.Select(Told).ShouldBe(whole.Select(Told), "days made as they are read, some at a time");
        whole.Select(Told).ShouldBe(days.Select(Told));
        whole.Count(r => r.Previous is not null).ShouldBeGreaterThan(5);

        KpiRequest Question(string period, Grain? grain) =>
            new(Period.Parse(period, database.Settings.Calendar)) { Kpis = ["pipeline_success_rate"], Grain = grain, By = [Dimension.Dataset] };

        Task<IReadOnlyList<KpiRow>> AskAsync(string period, Grain? grain) => database.Evaluator.EvaluateAsync(Question(period, grain), Cancellation);

        static string Told(KpiRow row) => string.Create(CultureInfo.InvariantCulture,
            $"{row.Period.Text} {row.Group[Dimension.Dataset]} {row.Value} of {row.N} {row.Status} {row.Target?.Value} before {row.Previous} {row.Unattributed}");
    }
}
