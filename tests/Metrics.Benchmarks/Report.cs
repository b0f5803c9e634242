using System.Globalization;
using System.Text;

namespace Metrics.Benchmarks;

/// <summary>The tables of a run, for the terminal and as Markdown.</summary>
internal sealed class Report(BenchmarkOptions options, DateTimeOffset at)
{
    private readonly List<string> notes = [];
    private readonly List<(Scenario Scenario, Dictionary<Contestant, Measurement> Measurements)> scenarios = [];

    public List<DocumentResult> Documents { get; } = [];

    public void Note(string note) => notes.Add(note);

    public void Add(Scenario scenario, Dictionary<Contestant, Measurement> measurements) => scenarios.Add((scenario, measurements));

    public string ToText() => Write(t => t.ToText());

    public string ToMarkdown() => Write(t => t.ToMarkdown());

    private string Write(Func<Table, string> table)
    {
        var text = new StringBuilder(string.Create(
            CultureInfo.InvariantCulture, $"{at:yyyy-MM-dd}, {Environment.ProcessorCount} cores, {options.Seconds} s per cell in interleaved rounds.\n\n"));
        foreach (var note in notes) text.Append(note).Append("\n\n");
        foreach (var (scenario, measurements) in scenarios)
            text.Append(table(new Table($"{scenario.Shape.Name}, {scenario.Connections} connections", Rows(measurements))));
        text.Append(table(new Table("Parse and validate a document of 40 fields, one thread, no cache",
            [["", "ops/s", "bytes/op"], .. Documents.Select(d => new[] { d.Name, Number(d.PerSecond), Number(d.BytesPerOperation) })])));
        return text.ToString();
    }

    private static List<string[]> Rows(Dictionary<Contestant, Measurement> measurements)
    {
        var floor = measurements[Contestant.Floor];
        return
        [
            ["", "requests/s", "of the floor", "p50 ms", "p99 ms", "CPU µs/request", "floor's CPU", "bytes/request"],
            .. measurements.Select(m => new[]
            {
                m.Key.Name,
                Number(m.Value.PerSecond),
                Percent(m.Value.ShareOf(floor)),
                Milliseconds(m.Value.Latencies.Percentile(0.5)),
                Milliseconds(m.Value.Latencies.Percentile(0.99)),
                m.Value.ProcessorTimePerRequest.ToString("N1", CultureInfo.InvariantCulture),
                Percent(floor.ProcessorTimePerRequest / m.Value.ProcessorTimePerRequest),
                Number(m.Value.AllocatedPerRequest),
            }),
        ];
    }

    internal static string Number(double? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "–";

    internal static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} %");

    internal static string Milliseconds(TimeSpan? time) => time?.TotalMilliseconds.ToString("0.00", CultureInfo.InvariantCulture) ?? "–";
}
