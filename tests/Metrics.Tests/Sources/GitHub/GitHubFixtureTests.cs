using System.Globalization;
using System.Text.Json;
using Metrics.Model.Facts;
using Metrics.Sources;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Sources.GitHub;

/// <summary>Real payloads, where the shared fixtures lie beside the repository; else there is nothing to check.</summary>
public sealed class GitHubFixtureTests
{
    private static readonly string? Folder = SourceFixtures.Folder("github");
    private static readonly SourceConnection GitHub = GitHubSamples.Connection(new() { ["environments"] = ["production", "github-pages"], ["incident_labels"] = ["bug"] });

    [Theory]
    [InlineData("faros/graphql_pull_requests.json", "pull_request 3")]
    [InlineData("faros/graphql_issues.json", "rejected 2")]
    [InlineData("faros/org_users.json", "refused")]
    [InlineData("faros/pull_request_comments.json", "refused")]
    [InlineData("faros/faros_github_all_streams.log", "change 1, pull_request 3, rejected 1")]
    [InlineData("faros/airbyte_streams.log", "pull_request 17, rejected 1")]
    [InlineData("go-scm/deployment.json", "none")]
    [InlineData("go-scm/pr_comments.json", "refused")]
    [InlineData("go-scm/pr_files.json", "refused")]
    [InlineData("webhooks/go-playground/deployment_status.json", "change 1")]
    [InlineData("webhooks/go-playground/ping.json", "refused")]
    [InlineData("webhooks/go-playground/pull_request.json", "pull_request 1")]
    [InlineData("webhooks/go-playground/pull_request_review.json", "pull_request 1")]
    [InlineData("webhooks/go-scm/pr_closed.json", "pull_request 1")]
    [InlineData("webhooks/go-scm/pr_edited.json", "pull_request 1")]
    [InlineData("webhooks/go-scm/pr_ready_for_review.json", "pull_request 1")]
    [InlineData("webhooks/go-scm/pr_reopened.json", "pull_request 1")]
    [InlineData("webhooks/go-scm/pr_review_submitted.json", "pull_request 1")]
    [InlineData("webhooks/go-scm/merge_group_checks_requested.json", "refused")]
    [InlineData("webhooks/octokit/deployment.created.json", "none")]
    [InlineData("webhooks/octokit/deployment_status.created.json", "change 1")]
    [InlineData("webhooks/octokit/issues.labeled.json", "incident 1")]
    [InlineData("webhooks/octokit/issues.edited.json", "incident 1")]
    [InlineData("webhooks/octokit/issues.opened.json", "incident 1")]
    [InlineData("webhooks/octokit/issues.transferred.json", "none")]
    [InlineData("webhooks/octokit/release.published.json", "refused")]
    public async Task A_real_payload_is_read_or_refused(string file, string expected)
    {
        Assert.SkipWhen(Folder is null, "The shared fixtures are not beside the repository.");
        (await SummaryAsync(File.ReadAllBytes(Path.Combine(Folder!, file)), file)).ShouldBe(expected);
    }

    [Fact]
    public async Task Every_webhook_of_a_pull_request_is_read_and_its_landed_form_reads_the_same()
    {
        Assert.SkipWhen(Folder is null, "The shared fixtures are not beside the repository.");
        var files = Directory.GetFiles(Path.Combine(Folder!, "webhooks", "octokit"), "pull_request.*").Concat(
            Directory.GetFiles(Path.Combine(Folder!, "webhooks", "octokit"), "pull_request_review.*")).ToList();
        files.Count.ShouldBe(17);
        foreach (var file in files)
        {
            var payload = Payload.OfFile(file);
            var book = new FragmentBook(GitHub);
            await book.ReadAsync(payload);
            book.All<PullRequest>().Count().ShouldBe(1, file);
            var landed = new FragmentBook(GitHub);
            await landed.ReadAsync(await Canonical.ReadingText.Redacted(GitHub.Source, payload), payload.Name);
            landed.Text.ShouldBe(book.Text, file);
        }
    }

    [Fact]
    public async Task Every_file_is_read_or_refused_with_a_reason()
    {
        Assert.SkipWhen(Folder is null, "The shared fixtures are not beside the repository.");
        foreach (var payload in GitHub.Source.Fetch([Folder!]))
        {
            if (payload.Skipped is null) (await SummaryAsync(File.ReadAllBytes(payload.Path!), payload.Name)).ShouldNotBeNull(payload.Name);
            else payload.Skipped.ShouldBe("is not named .json or .jsonl, as answers of GitHub's APIs or its webhooks are");
        }
    }

    /// <summary>Rows of the REST API beside the rows that another project makes of them; it has no ready, review and bot of ours.</summary>
    [Fact]
    public async Task Raw_rows_give_the_published_pull_requests()
    {
        Assert.SkipWhen(Folder is null, "The shared fixtures are not beside the repository.");
        var book = new FragmentBook(GitHub);
        foreach (var raw in (string[])["_raw_github_api_pull_requests", "_raw_github_api_pull_request_reviews", "_raw_github_api_events"])
            await book.ReadAsync($"[{string.Join(',', Column($"devlake/raw/{raw}.csv", "data"))}]");

        var expected = Rows("devlake/expected/pull_requests.csv").OrderBy(r => r["pull_request_key"], StringComparer.Ordinal).ToList();
        var pulls = book.All<PullRequest>().OrderBy(p => p.Number, StringComparer.Ordinal).ToList();
        pulls.Count.ShouldBe(49);
        foreach (var (pull, row) in pulls.Zip(expected))
        {
            pull.Number.ShouldBe(row["pull_request_key"]);
            pull.OpenedAt.ShouldBe(Moment(row["created_date"]));
            pull.MergedAt.ShouldBe(Moment(row["merged_date"]), pull.Number);
            pull.ClosedAt.ShouldBe(Moment(row["closed_date"]), pull.Number);
        }

        pulls.Count(p => p.MergedAt is not null).ShouldBe(26);
        pulls.Where(p => p.FirstReviewAt is not null).Select(p => (p.Number, p.FirstReviewAt, p.ApprovedAt)).ShouldBe(
        [
            ("41", Moment("2019-08-20T09:19:55Z"), null), ("51", Moment("2019-09-11T12:07:36Z"), null), ("53", Moment("2019-10-07T16:56:26Z"), null),
        ]);
    }

    [Fact]
    public async Task The_bot_of_the_bot_filter_is_a_bot()
    {
        Assert.SkipWhen(Folder is null, "The shared fixtures are not beside the repository.");
        var book = new FragmentBook(GitHub);
        await book.ReadAsync($"[{string.Join(',', Column("devlake/raw/_raw_github_api_pull_requests_bot_filter.csv", "data"))}]");
        book.All<PullRequest>().Select(p => (p.Number, p.AuthorIsBot)).ShouldBe([("1000", false), ("999", true)]);
    }

    private static async Task<string> SummaryAsync(byte[] content, string name)
    {
        var book = new FragmentBook(GitHub);
        try
        {
            await book.ReadAsync(Payload.OfBytes(name, content));
        }
        catch (SourceException)
        {
            return "refused";
        }

        var lines = book.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[0]).CountBy(w => w).OrderBy(c => c.Key, StringComparer.Ordinal);
        return string.Join(", ", lines.Select(c => $"{c.Key} {c.Value}")) is { Length: > 0 } summary ? summary : "none";
    }

    private static IEnumerable<string> Column(string file, string column) => Rows(file).Select(r => r[column]).Where(d => JsonDocument.Parse(d) is not null);

    private static List<Dictionary<string, string>> Rows(string file)
    {
        var lines = new List<Dictionary<string, string>>();
        var cells = Csv(File.ReadAllText(Path.Combine(Folder!, file)));
        foreach (var row in cells.Skip(1)) lines.Add(cells[0].Zip(row).ToDictionary(c => c.First, c => c.Second));
        return lines;
    }

    /// <summary>RFC 4180.</summary>
    internal static List<List<string>> Csv(string text)
    {
        var rows = new List<List<string>>();
        var (row, cell, isQuoted) = (new List<string>(), new System.Text.StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (isQuoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[++i]);
            else if (c == '"') isQuoted = !isQuoted;
            else if (!isQuoted && (c == ',' || c == '\n'))
            {
                row.Add(cell.ToString());
                cell.Clear();
                if (c == ',') continue;
                rows.Add(row);
                row = [];
            }
            else if (isQuoted || c != '\r') cell.Append(c);
        }

        if (cell.Length > 0 || row.Count > 0) rows.Add([.. row, cell.ToString()]);
        return rows;
    }

    private static DateTimeOffset? Moment(string text) => text.Length == 0 ? null : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
