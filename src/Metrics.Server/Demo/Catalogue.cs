namespace Metrics.Server.Demo;

/// <summary>A dataset as the seed describes it from a moment on.</summary>
internal sealed record DatasetVersion(
    string Id, DateTimeOffset? From, string Name, int Tier, string? Team, string Domain, string? Description,
    bool Active, string? Product)
{
    /// <summary>What people call it in a sentence: <c>shop orders</c>.</summary>
    public string Spoken => Id[(Id.IndexOf('.', StringComparison.Ordinal) + 1)..].Replace('.', ' ').Replace('_', ' ');
}

/// <summary>A job outside dbt.</summary>
internal sealed record SeedPipeline(string Id, string Team, Schedule? Schedule, IReadOnlyList<string> Datasets);

/// <summary>A check, run by dbt where dbt builds the dataset.</summary>
internal sealed record SeedCheck(string Id, string Dataset, string Kind, string? Column, bool Enabled, DateTimeOffset? Since);

/// <summary>That one dataset is made from another.</summary>
internal sealed record SeedEdge(string Upstream, string Downstream);

/// <summary>The seed's catalogue, read for the generator.</summary>
internal sealed class Catalogue(SeedFolder seed, Timeline time)
{
    private readonly Dictionary<string, DatasetVersion[]> versions = seed.Datasets.Rows
        .Select(r => new DatasetVersion(
            r["dataset"], time.Resolve(r["valid_from"]), r["name"],
            int.Parse(r["tier"], System.Globalization.CultureInfo.InvariantCulture), Given(r["team"]), r["domain"],
            Given(r["description"]), r["lifecycle"] != "deprecated", Given(r["data_product"])))
        .GroupBy(v => v.Id)
        .ToDictionary(g => g.Key, g => g.OrderBy(v => v.From ?? DateTimeOffset.MinValue).ToArray());

    /// <summary>The database whose tables the dbt project builds.</summary>
    public const string DbtDatabase = "analytics";

    public IReadOnlyList<string> Teams { get; } = [.. seed.Teams.Rows.Select(r => r["team"])];

    /// <summary>In the order of the seed.</summary>
    public IEnumerable<string> Datasets => versions.Keys;

    public IReadOnlyList<SeedPipeline> Pipelines { get; } = [.. seed.Pipelines.Rows.Select(r => new SeedPipeline(
        r["pipeline"], r["team"], r["schedule"].Length == 0 ? null : Schedule.Parse(r["schedule"]), r["datasets"].Split(';')))];

    public IReadOnlyList<SeedCheck> Checks { get; } = [.. seed.Checks.Rows.Select(r => new SeedCheck(
        r["check_id"], r["dataset"], r["kind"], Given(r["column"]), r["enabled"] != "false", time.Resolve(r["since"])))];

    public IReadOnlyList<SeedEdge> Edges { get; } =
        [.. seed.Lineage.Rows.Select(r => new SeedEdge(r["upstream"], r["downstream"]))];

    /// <summary>True for what the dbt project builds: its lineage, runs and checks come from dbt's artifacts.</summary>
    public static bool IsDbt(string dataset) => dataset.StartsWith(DbtDatabase + ".", StringComparison.Ordinal);

    /// <summary>The version in force, or null before the first.</summary>
    public DatasetVersion? At(string dataset, DateTimeOffset moment) =>
        versions[dataset].LastOrDefault(v => v.From is null || v.From <= moment);

    /// <summary>The newest version.</summary>
    public DatasetVersion Latest(string dataset) => versions[dataset][^1];

    public bool IsActive(string dataset, DateTimeOffset moment) => At(dataset, moment) is { Active: true };

    /// <summary>Active datasets of these tiers at a moment, in the order of the seed.</summary>
    public IReadOnlyList<DatasetVersion> ActiveAt(DateTimeOffset moment, int lowestTier, int highestTier) =>
        [.. Datasets.Select(d => At(d, moment)).OfType<DatasetVersion>()
            .Where(v => v.Active && v.Tier >= lowestTier && v.Tier <= highestTier)];

    private static string? Given(string cell) => cell.Length == 0 ? null : cell;
}
