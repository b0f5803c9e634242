using System.Text.Json;
using Metrics.Model.Facts;
using Metrics.Server.Demo;

namespace Metrics.Tests.Demo;

/// <summary>The demo company as of one August day, written once for all tests and read back.</summary>
[CollectionDefinition(Collection)]
public sealed class DemoFiles : ICollectionFixture<DemoFiles>, IDisposable
{
    public const string Collection = "demo company";

    public static readonly DateTimeOffset Now = new(2026, 8, 19, 14, 30, 0, TimeSpan.Zero);

    private readonly Dictionary<FactSchema, List<CanonicalRow>> rows = [];
    private IReadOnlyList<(string Folder, JsonElement Json)>? runResults;

    public DemoFiles()
    {
        Target = Directory.CreateTempSubdirectory("demo-").FullName;
        Folders = DemoCompany.Write(Seed, Target, Now);
        Time = new Timeline(Now);
    }

    public static string Seed { get; } = Path.Combine(Root(), "seed");

    public string Target { get; }

    public DemoFolders Folders { get; }

    internal Timeline Time { get; }

    internal List<T> Read<T>() where T : Fact => [.. Rows<T>().Select(r => r.Record).OfType<T>()];

    internal List<CanonicalRow> Rows<T>() where T : Fact => Rows(FactSchema.Of<T>());

    internal List<CanonicalRow> Rows(FactSchema schema) => rows.TryGetValue(schema, out var known)
        ? known
        : rows[schema] = CanonicalRow.ReadAll(schema, Path.Combine(Folders.Canonical, schema.File + ".csv"));

    /// <summary>All run results by the name of their folder, in order.</summary>
    internal IReadOnlyList<(string Folder, JsonElement Json)> RunResults() =>
        runResults ??= [.. Directory.GetDirectories(Folders.Dbt).Order(StringComparer.Ordinal)
            .Select(d => (Path.GetFileName(d), Json(Path.Combine(d, "run_results.json"))))];

    internal JsonElement Manifest() => Json(Path.Combine(Folders.Dbt, "manifest.json"));

    internal static JsonElement Json(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    public void Dispose() => Directory.Delete(Target, recursive: true);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Metrics.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
