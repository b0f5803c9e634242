using System.Globalization;
using System.Text;

namespace Metrics.Benchmarks.Kpis;

/// <summary>The table of a run, for the terminal and as Markdown.</summary>
internal sealed class KpiReport
{
    private readonly List<(string What, string Result, string Note)> rows = [];

    public void Add(string what, TimeSpan time, string note = "") => rows.Add((what, Text(time), note));

    public void Add(string what, double ratio, string note = "") =>
        rows.Add((what, ratio.ToString("0.00", CultureInfo.InvariantCulture), note));

    public void Add(string what, string result, string note = "") => rows.Add((what, result, note));

    public override string ToString()
    {
        var (first, second) = (rows.Max(r => r.What.Length), rows.Max(r => r.Result.Length));
        return string.Join('\n', rows.Select(r => $"  {r.What.PadRight(first)}  {r.Result.PadLeft(second)}  {r.Note}".TrimEnd())) + "\n";
    }

    public string ToMarkdown() => new StringBuilder("| what | result | |\n|---|---:|---|\n")
        .AppendJoin('\n', rows.Select(r => $"| {r.What} | {r.Result} | {r.Note} |")).Append('\n').ToString();

    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N0} MB");

    private static string Text(TimeSpan time) => time.TotalSeconds >= 10
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:N0} s")
        : time.TotalSeconds >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:N1} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:N1} ms");
}
