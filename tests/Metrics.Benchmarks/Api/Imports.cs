using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Metrics.Benchmarks.Kpis;
using Metrics.Model.Facts;

namespace Metrics.Benchmarks.Api;

/// <summary>
/// Sends newer versions of the same runs to the server, over and over: now failed, now as they were. After each it asks for the quarter
/// that they are in, whose answer must count it. The server recomputes their day meanwhile, as it does in service.
/// </summary>
internal sealed class Imports : IDisposable
{
    private const int MostRuns = 1000;
    private const int Most = 120;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromMinutes(1) };
    private readonly ServerProcess server;
    private readonly IReadOnlyList<string> versions;
    private readonly int runs;
    private int sent;
    private int counted;
    private int recomputed;

    private Imports(ServerProcess server, IReadOnlyList<string> versions) =>
        (this.server, this.versions, runs) = (server, versions, File.ReadLines(versions[0]).Count() - 1);

    public string Told =>
        $"Meanwhile {sent} imports of {KpiReport.Number(runs)} runs each; {counted} of {sent} answers right after them counted them; {recomputed} recomputations.";

    /// <summary>Makes the files beforehand, so that they cost nothing later.</summary>
    public static async Task<Imports> PrepareAsync(ServerProcess server, BenchmarkDatabase database, string scratch, CancellationToken cancellation)
    {
        await using var connection = await database.Application.OpenConnectionAsync(cancellation);
        var files = new List<string>();
        for (var version = 1; version <= Most; version++)
        {
            var file = Path.Combine(scratch, $"{version}.csv");
            await CanonicalExport.WriteAsync<PipelineRun>(connection, string.Create(CultureInfo.InvariantCulture,
                $"""
                select (jsonb_populate_record(null::fact.pipeline_run, to_jsonb(r) || jsonb_build_object(
                  'updated_at', updated_at + interval '{version} seconds', 'state', '{(version % 2 == 1 ? "failed" : "success")}'))).*
                from (
                  select * from fact.pipeline_run where scheduled_for >= '2026-09-28' and attempt = 1 and state = 'success' and trigger = 'scheduled'
                  order by scheduled_for, pipeline limit {MostRuns}) r
                """), file, cancellation);
            files.Add(file);
        }

        return new Imports(server, files);
    }

    /// <summary>Imports for as long as the work lasts, and leaves the runs as they were.</summary>
    public async Task BesideAsync(Func<Task> work, CancellationToken cancellation)
    {
        var before = await SucceededAsync(cancellation);
        var lines = server.Lines.Count;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var importing = ImportAsync(before, stopping.Token, cancellation);
        await work();
        recomputed = server.Lines.Skip(lines).Count(l => l.Contains("Computed", StringComparison.Ordinal));
        await stopping.CancelAsync();
        await importing;
    }

    private async Task ImportAsync(double before, CancellationToken stopping, CancellationToken cancellation)
    {
        for (; !stopping.IsCancellationRequested || sent % 2 == 1; sent++)
        {
            if (sent == versions.Count) throw new InvalidDataException($"There are no more than {Most} versions to import.");
            using var file = new StreamContent(File.OpenRead(versions[sent]));
            using var answer = await http.PostAsync(Address("/ingest/canonical?file=pipeline_runs.csv"), file, cancellation);
            var told = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
            if (!answer.IsSuccessStatusCode || told.GetProperty("changed").GetInt32() != runs) throw new InvalidDataException($"An import was answered {(int)answer.StatusCode}: {told}");
            if (await SucceededAsync(cancellation) == before - (sent % 2 == 0 ? runs : 0)) counted++;
            await Task.Delay(Pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Runs of the quarter that succeeded at the first try, as the server says.</summary>
    private async Task<double> SucceededAsync(CancellationToken cancellation)
    {
        const string Query = $$"""{ kpiRows(kpis: ["{{HandWritten.Kpi}}"], period: { period: "2026-Q3" }) { nodes { numerator } } }""";
        using var answer = await http.PostAsJsonAsync(Address("/graphql"), new { query = Query }, cancellation);
        var told = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        return told.GetProperty("data").GetProperty("kpiRows").GetProperty("nodes")[0].GetProperty("numerator").GetDouble();
    }

    private Uri Address(string path) => new($"http://127.0.0.1:{server.Port}{path}");

    public void Dispose() => http.Dispose();
}
