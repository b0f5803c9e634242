using System.Diagnostics;
using System.Globalization;
using System.Text;
using Metrics.Kpis.Definitions;
using Metrics.Scorecards;
using Metrics.Scorecards.Printing;
using Metrics.Tests.Scorecards;

namespace Metrics.Benchmarks;

/// <summary>
/// How many scorecards a minute are composed, rendered, printed, read back and compared, with one printer that all share, and what
/// memory this process and the browser take over it.
/// </summary>
internal static class ScorecardBenchmark
{
    public static async Task<int> RunAsync(BenchmarkOptions options, CancellationToken cancellation)
    {
        // The product's own KPIs: as many pages as a real scorecard has.
        var platform = new MadeUpPlatform { Definitions = KpiLibrary.Load("queries/kpis").Definitions };
        await using var printer = new PdfPrinter();
        var pdf = new ScorecardPdf(printer);
        var size = (await pdf.PrintAsync(await platform.ComposeAsync(), cancellation: cancellation)).Length;

        var (printed, most) = (0, 0L);
        var watch = Stopwatch.StartNew();
        var end = TimeSpan.FromSeconds(options.Seconds);
        var workers = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(
            async () =>
            {
                while (watch.Elapsed < end)
                {
                    await pdf.PrintAsync(await platform.ComposeAsync(), cancellation: cancellation);
                    Interlocked.Increment(ref printed);
                    var now = Memory(Environment.ProcessId);
                    lock (pdf) most = Math.Max(most, now);
                }
            }, cancellation)).ToList();
        await Task.WhenAll(workers);

        var text = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} cores, {watch.Elapsed.TotalSeconds:0} s.")
            .AppendLine()
            .AppendLine("|  | scorecards/minute | scorecards | KiB each | peak memory MiB, browser included |")
            .AppendLine("|---|---:|---:|---:|---:|")
            .AppendLine(CultureInfo.InvariantCulture, $"| composed, printed, read back | {printed / watch.Elapsed.TotalMinutes:0} | {printed} | {size / 1024} | {most >> 20} |")
            .ToString();
        Console.Write(text);
        if (options.Out is { } file) await File.WriteAllTextAsync(file, text, cancellation);
        return 0;
    }

    /// <summary>Proportional memory of a process and all below it, in bytes: what processes share counts once.</summary>
    private static long Memory(int root)
    {
        var parents = Directory.GetDirectories("/proc").Select(f => int.TryParse(Path.GetFileName(f), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0).ToDictionary(id => id, id => Number($"/proc/{id}/status", "PPid:"));
        return parents.Keys.Where(IsBelow).Sum(id => (long)Number($"/proc/{id}/smaps_rollup", "Pss:")) * 1024;

        bool IsBelow(int id) => id == root || (parents.TryGetValue(id, out var parent) && parent > 0 && IsBelow(parent));
    }

    private static int Number(string file, string name)
    {
        try
        {
            var line = File.ReadLines(file).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
            return line is null ? 0 : int.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
