using System.Diagnostics;
using System.Globalization;

namespace Metrics.Benchmarks.Api;

/// <summary>Rows by dataset and day as CSV, ever more of them, and the memory that the server takes for them.</summary>
internal static class ExportBenchmark
{
    /// <summary>Of a thousand datasets each.</summary>
    private static readonly int[] DaysOfRows = [5, 50, 250];

    private static readonly DateOnly First = new(2025, 7, 1);

    /// <summary>A heap of at most 100 MB, so that the process is about as large as what it holds, and fails if it would hold more.</summary>
    private static readonly Dictionary<string, string> Small = new() { ["DOTNET_gcServer"] = "0", ["DOTNET_GCHeapHardLimit"] = "0x6400000" };

    public static async Task RunAsync(ApiOptions options, string scratch, ApiReport report, CancellationToken cancellation)
    {
        var rows = new List<string[]> { new[] { "rows", "bytes", "first byte", "all", "rows/s", "memory before", "peak meanwhile", "after" } };
        await using var ours = await OurServer.StartAsync(options, scratch, cancellation, Small);
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        await ExportAsync(DaysOfRows[0]); // Warms up.
        foreach (var days in DaysOfRows)
        {
            ApiBenchmark.Say($"An export of {days} days …");
            rows.Add(await ExportAsync(days));
        }

        report.Add("Rows by dataset and day as CSV", rows);

        async Task<string[]> ExportAsync(int days)
        {
            var period = string.Create(CultureInfo.InvariantCulture, $"{First:yyyy-MM-dd}/{First.AddDays(days):yyyy-MM-dd}");
            ForgetPeak(ours.Id);
            var before = Memory(ours.Id, "VmRSS:");
            var start = Stopwatch.GetTimestamp();
            using var answer = await http.GetAsync(
                new Uri($"http://127.0.0.1:{ours.Port}/graphql/persisted/dataset-days?period={Uri.EscapeDataString(period)}&format=csv"),
                HttpCompletionOption.ResponseHeadersRead, cancellation);
            answer.EnsureSuccessStatusCode();
            var head = Stopwatch.GetElapsedTime(start);
            var (bytes, lines) = await CountAsync(await answer.Content.ReadAsStreamAsync(cancellation), cancellation);
            var whole = Stopwatch.GetElapsedTime(start);
            var count = lines - 1;
            return
            [
                ApiReport.Number(count), ApiReport.Megabytes(bytes), $"{ApiReport.Number(head.TotalMilliseconds)} ms", $"{ApiReport.Number(whole.TotalMilliseconds)} ms",
                ApiReport.Number(count / whole.TotalSeconds), ApiReport.Megabytes(before),
                ApiReport.Megabytes(Memory(ours.Id, "VmHWM:")), ApiReport.Megabytes(Memory(ours.Id, "VmRSS:")),
            ];
        }
    }

    private static async Task<(long Bytes, long Lines)> CountAsync(Stream body, CancellationToken cancellation)
    {
        var (bytes, lines) = (0L, 0L);
        var buffer = new byte[64 * 1024];
        while (await body.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            bytes += read;
            lines += buffer.AsSpan(0, read).Count((byte)'\n');
        }

        return (bytes, lines);
    }

    /// <summary>From here on, the peak is that of what follows.</summary>
    private static void ForgetPeak(int process) => File.WriteAllText($"/proc/{process}/clear_refs", "5");

    private static long Memory(int process, string name) => 1024 * long.Parse(
        File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(),
        CultureInfo.InvariantCulture);
}
