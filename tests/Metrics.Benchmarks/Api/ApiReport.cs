using System.Globalization;
using Metrics.Benchmarks.Load;

namespace Metrics.Benchmarks.Api;

/// <summary>Tables and notes of a run, in the order in which they were made.</summary>
internal sealed class ApiReport
{
    private readonly List<Func<Func<Table, string>, string>> parts = [];

    public void Note(string note) => parts.Add(_ => note + "\n\n");

    public void Add(string title, params IEnumerable<string[]> rows)
    {
        var table = new Table(title, [.. rows]);
        parts.Add(write => write(table));
    }

    public string ToText() => string.Concat(parts.Select(p => p(t => t.ToText())));

    public string ToMarkdown() => string.Concat(parts.Select(p => p(t => t.ToMarkdown())));

    public static string Number(double value) => value.ToString(value < 10 ? "N1" : "N0", CultureInfo.InvariantCulture);

    public static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N1} MB");

    public static string Milliseconds(LatencyHistogram latencies, double share) =>
        latencies.Percentile(share)?.TotalMilliseconds.ToString("N1", CultureInfo.InvariantCulture) ?? "–";
}
