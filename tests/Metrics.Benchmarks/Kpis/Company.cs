using System.Globalization;
using System.Text;

namespace Metrics.Benchmarks.Kpis;

/// <summary>
/// A made-up company of 1,000 datasets over 24 months: its catalogue as canonical files, and how many records it leaves.
/// The same for the same number of runs.
/// </summary>
internal sealed record Company(long Runs)
{
    public const int Datasets = 1000;
    public const int Teams = 50;
    public const int Domains = 10;

    /// <summary>The first moment of the first month.</summary>
    public static readonly DateTimeOffset Start = new(2024, 10, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Now: the evening of the last day of a quarter, so that a running quarter and closed ones can be looked at.</summary>
    public static readonly DateTimeOffset Now = new(2026, 9, 30, 18, 0, 0, TimeSpan.Zero);

    /// <summary>The last moment of a record: what has begun has also ended by now.</summary>
    public static readonly DateTimeOffset End = Now - TimeSpan.FromHours(1);

    /// <summary>Of a thousand first attempts so many fail; seven in ten of those are tried again.</summary>
    public const int FailuresPerThousand = 28;

    /// <summary>First attempts.</summary>
    public long Scheduled => (long)(Runs / (1 + FailuresPerThousand * 0.7 / 1000));

    public long Costs => Runs / 10;
    public long PullRequests => Runs / 200;
    public long Incidents => Runs / 1000;

    /// <summary>A load may fail once before its data is too old.</summary>
    private int FreshForHours => Math.Max(1, (int)Math.Ceiling(2.2 * Datasets * (End - Start).TotalHours / Scheduled));

    /// <summary>The catalogue, and a file without a record for each fact that is generated: the source vouches for it.</summary>
    public async Task WriteCatalogueAsync(string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        await WriteAsync("teams", "team,name,domain", Enumerable.Range(0, Teams).Select(t => $"team_{t:00},Team {t},domain_{t % Domains}"));
        await WriteAsync("datasets",
            "dataset,valid_from,name,tier,team,domain,description,classification,freshness_max_age,freshness_deadline,data_product",
            Enumerable.Range(0, Datasets).SelectMany(DatasetVersions));
        await WriteAsync("pipelines", "pipeline,name,team,schedule,datasets,system",
            Enumerable.Range(0, Datasets).Select(d => $"load_{d:0000},Load {d},team_{d % Teams:00},@hourly,dataset_{d:0000},airflow"));
        await WriteAsync("checks", "check_id,dataset,kind",
            Enumerable.Range(0, Datasets).Where(d => Tier(d) < 2).SelectMany(d => Kinds(d).Select(k => $"{k}_{d:0000},dataset_{d:0000},{k}")));
        await WriteAsync("pipeline_runs", "pipeline,run_id,attempt", []);
        await WriteAsync("check_results", "check_id,run_at", []);
        await WriteAsync("costs", "cost_id,currency", []);
        await WriteAsync("pull_requests", "repository,number", []);
        await WriteAsync("incidents", "incident_id", []);

        Task WriteAsync(string name, string header, IEnumerable<string> rows) => File.WriteAllLinesAsync(
            Path.Combine(folder, $"{name}.csv"), rows.Prepend(header), new UTF8Encoding(false), cancellation);
    }

    /// <summary>One in ten has been promoted on the way.</summary>
    private IEnumerable<string> DatasetVersions(int dataset)
    {
        var freshness = dataset % 4 == 3 ? ",06:00" : $"PT{FreshForHours}H,";
        yield return Version("", Tier(dataset));
        if (dataset % 10 == 7) yield return Version("2025-08-15T10:00:00Z", 1);

        string Version(string from, int tier) => string.Create(CultureInfo.InvariantCulture,
            $"dataset_{dataset:0000},{from},Dataset {dataset},{tier},team_{dataset % Teams:00},domain_{dataset % Domains}," +
            $"What the company knows of {dataset},internal,{freshness},product_{dataset % 40}");
    }

    private static int Tier(int dataset) => (dataset % 20) switch { 0 => 0, <= 4 => 1, _ => 2 };

    private static string[] Kinds(int dataset) =>
        Tier(dataset) == 0 ? ["schema", "uniqueness", "referential", "volume"] : ["schema", "uniqueness"];
}
