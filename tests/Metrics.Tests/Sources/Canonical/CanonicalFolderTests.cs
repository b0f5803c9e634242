using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using Metrics.Sources;
using Metrics.Sources.Canonical;

namespace Metrics.Tests.Sources.Canonical;

public sealed class CanonicalFolderTests : IDisposable
{
    private const string Facts =
        "access_requests, access_reviews, alerts, backfills, changes, check_results, checks, compute_usage, costs, datasets, " +
        "incidents, lineage, pipeline_runs, pipelines, postmortem_actions, product_usage, pull_requests, requisitions, roadmap_items, " +
        "run_outputs, schema_changes, survey_invitations, survey_responses, team_months, teams, usage_units";

    private const string Names = "allowed are names that end in .csv, .jsonl or .ndjson, or in one of these and .gz";

    private readonly CanonicalSource source = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("canonical");

    // Payload makes decompression strict, if it comes before the first one; here other tests may have been first.
    [ModuleInitializer]
    internal static void UnpackStrictly() => RuntimeHelpers.RunClassConstructor(typeof(Payload).TypeHandle);

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_folder_gives_its_canonical_files_and_says_what_it_leaves_out()
    {
        foreach (var name in new[] { "teams.csv", "incidents.jsonl", "checks.ndjson.gz", "pipeline_runs.2026-07.csv", "notes.txt", "tickets.csv", "incidents.json" })
            Write(name, "");
        folder.CreateSubdirectory("old");
        source.Fetch([folder.FullName]).Select(p => (Path.GetFileName(p.Name), p.Skipped)).ShouldBe(
        [
            ("checks.ndjson.gz", null),
            ("incidents.json", $"\"incidents.json\" is neither CSV nor JSON Lines; {Names}"),
            ("incidents.jsonl", null),
            ("notes.txt", $"\"notes.txt\" is neither CSV nor JSON Lines; {Names}"),
            ("pipeline_runs.2026-07.csv", null),
            ("teams.csv", null),
            ("tickets.csv", $"\"tickets\" is not the name of a fact; allowed before the first dot are {Facts}"),
            ("old", "it is a folder inside the folder; name it itself to import it"),
        ]);
    }

    [Fact]
    public void A_file_named_twice_is_read_once() =>
        source.Fetch([Write("teams.csv", ""), folder.FullName]).Count().ShouldBe(1);

    [Fact]
    public void A_named_file_that_is_not_canonical_is_refused()
    {
        var file = Write("tickets.csv", "");
        Should.Throw<SourceException>(() => source.Fetch([file])).Message.ShouldBe(
            $"{file}: \"tickets\" is not the name of a fact; allowed before the first dot are {Facts}.");
    }

    [Fact]
    public void A_path_that_does_not_exist_is_refused() =>
        Should.Throw<SourceException>(() => source.Fetch(["no/such/folder"])).Message.ShouldBe(
            "no/such/folder: there is no such file or folder; check the path, or where the command is run.");

    [Fact]
    public void A_folder_without_canonical_files_is_refused()
    {
        Should.Throw<SourceException>(() => source.Fetch([folder.FullName])).Message.ShouldBe(
            $"{folder.FullName}: holds no canonical file. It is empty.");
        Write("notes.txt", "");
        Should.Throw<SourceException>(() => source.Fetch([folder.FullName])).Message.ShouldBe(
            $"{folder.FullName}: holds no canonical file. \"notes.txt\" is neither CSV nor JSON Lines; {Names}.");
    }

    [Fact]
    public async Task A_compressed_file_is_unpacked()
    {
        var path = Path.Combine(folder.FullName, "teams.csv.gz");
        await using (var gzip = new GZipStream(File.Create(path), CompressionMode.Compress))
            gzip.Write("team\na\n"u8);
        (await ReadingText.Of(source, source.Fetch([path]).Single())).ShouldBe("team team=a\ncovered team");
    }

    [Fact]
    public async Task A_compressed_file_that_is_cut_off_is_refused()
    {
        var whole = new MemoryStream();
        await using (var gzip = new GZipStream(whole, CompressionMode.Compress, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes("team\n" + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"t{i}\n"))));
        var cut = Payload.OfBytes("teams.csv.gz", whole.ToArray().AsMemory(0, (int)whole.Length / 2));
        (await Should.ThrowAsync<SourceException>(() => ReadingText.Of(source, cut))).Message.ShouldStartWith("teams.csv.gz: cannot be unpacked after line ");
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }
}
