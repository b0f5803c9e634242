using System.Security.Cryptography;
using Metrics.Model.Facts;
using Metrics.Server.Demo;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Demo;

[Collection(DemoFiles.Collection)]
public sealed class DemoCompanyTests(DemoFiles demo)
{
    private static readonly string[] FactsOfTheCatalogueAndMore =
        [.. FactSchema.All.Select(s => s.File).Order(StringComparer.Ordinal)];

    [Fact]
    public void The_same_day_gives_the_same_bytes_at_any_hour()
    {
        using var again = new TemporaryFolder();
        DemoCompany.Write(DemoFiles.Seed, again.Path, DemoFiles.Now.AddHours(7).ToOffset(TimeSpan.FromHours(-5)));

        Fingerprint(again.Path).ShouldBe(Fingerprint(demo.Target));
    }

    [Fact]
    public void Another_seed_throws_other_dice_and_a_second_writing_leaves_nothing_of_the_first()
    {
        using var other = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(other.Path, "dbt", "1999-01-01"));
        var said = new List<DemoProgress>();
        DemoCompany.Write(DemoFiles.Seed, other.Path, DemoFiles.Now, seed: 2, new Heard(said));

        Fingerprint(other.Path).ShouldNotBe(Fingerprint(demo.Target));
        Directory.Exists(Path.Combine(other.Path, "dbt", "1999-01-01")).ShouldBeFalse();
        said.Select(p => p.Share).ShouldBeInOrder();
        said[^1].Share.ShouldBe(1);
    }

    [Fact]
    public void There_is_a_file_for_every_fact_and_no_other() =>
        Directory.GetFiles(demo.Folders.Canonical).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)
            .ShouldBe(FactsOfTheCatalogueAndMore);

    [Fact]
    public void It_is_a_mid_size_company()
    {
        demo.Read<Team>().Count.ShouldBe(6);
        demo.Read<Team>().Select(t => t.Domain).Distinct().Count().ShouldBe(4);
        var tiers = demo.Read<Dataset>().GroupBy(d => d.Id).Select(g => g.Last().Tier).ToList();
        tiers.Count(t => t == 0).ShouldBe(12);
        tiers.Count(t => t == 1).ShouldBeInRange(18, 22);
        tiers.Count(t => t == 2).ShouldBeInRange(26, 30);
        demo.Read<PipelineRun>().Count.ShouldBeInRange(60_000, 85_000);
        (demo.Read<CheckResult>().Count + DbtTestResults()).ShouldBeInRange(50_000, 70_000);
        demo.Read<Incident>().Count.ShouldBeInRange(250, 450);
        demo.Read<PullRequest>().Count.ShouldBeInRange(2_500, 4_000);
    }

    [Fact]
    public void Its_story_has_eight_whole_quarters_and_the_running_one()
    {
        var quarters = demo.Read<PipelineRun>().GroupBy(r => demo.Time.QuarterOf(r.StartedAt ?? r.ScheduledFor!.Value))
            .ToDictionary(g => g.Key, g => g.Count());

        quarters.Keys.Order().ShouldBe(Timeline.Quarters);
        quarters.Where(q => q.Key < 0).ShouldAllBe(q => q.Value > 7_000);
        (demo.Time.Today - demo.Time.First).TotalDays.ShouldBeGreaterThanOrEqualTo(730);
    }

    [Fact]
    public void People_do_nothing_after_today_and_machines_nothing_after_tonight()
    {
        demo.Read<PipelineRun>().Max(r => r.ScheduledFor).ShouldNotBeNull().ShouldBeLessThan(demo.Time.End);
        demo.Read<CheckResult>().Max(r => r.RunAt).ShouldBeLessThan(demo.Time.End);
        demo.Read<Incident>().SelectMany(i => new[] { i.DetectedAt, i.ResolvedAt, i.PostmortemPublishedAt })
            .ShouldAllBe(t => t == null || t < demo.Time.Today);
        demo.Read<PullRequest>().SelectMany(p => new[] { p.OpenedAt, p.FirstReviewAt, p.MergedAt, p.ClosedAt })
            .ShouldAllBe(t => t == null || t < demo.Time.Today);
        demo.Read<Change>().ShouldAllBe(c => c.DeployedAt == null || c.DeployedAt < demo.Time.Today);
    }

    [Fact]
    public void A_seed_without_its_files_says_which_one_is_missing()
    {
        using var empty = new TemporaryFolder();

        Should.Throw<FileNotFoundException>(() => DemoCompany.Write(empty.Path, empty.Path, DemoFiles.Now))
            .Message.ShouldBe($"The demo's catalogue has no teams.csv in {empty.Path}; it comes with the sources, in seed/.");
    }

    private int DbtTestResults() => demo.RunResults().Sum(r => r.Json.GetProperty("results").EnumerateArray()
        .Count(e => e.GetProperty("unique_id").GetString()!.StartsWith("test.", StringComparison.Ordinal)));

    private static string Fingerprint(string folder)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            all.AppendData(System.Text.Encoding.UTF8.GetBytes(Path.GetRelativePath(folder, file)));
            all.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }

        return Convert.ToHexString(all.GetHashAndReset());
    }

    private sealed class Heard(List<DemoProgress> said) : IProgress<DemoProgress>
    {
        public void Report(DemoProgress value) => said.Add(value);
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("demo-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
