using Metrics.Model.Facts;
using Metrics.Sources;
using static Metrics.Tests.Sources.GitHub.GitHubSamples;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Sources.GitHub;

public sealed class GitHubPullRequestTests
{
    /// <summary>Opened as a draft, ready, back and ready again; closed and reopened; an approval dismissed; merged.</summary>
    internal static readonly string[] Life =
    [
        Pushed("opened", "10:00", draft: true),
        Pushed("ready_for_review", "11:00"),
        Reviewed("submitted", 1, "helper[bot]", "commented", "11:05", kind: "Bot"),
        Reviewed("submitted", 2, "alice", "commented", "11:10"),
        Reviewed("submitted", 3, "bea", "changes_requested", "12:00"),
        Pushed("converted_to_draft", "12:30", draft: true),
        Pushed("ready_for_review", "13:00"),
        Reviewed("submitted", 4, "cid", "approved", "14:00"),
        Pushed("closed", "14:30", closed: "14:30"),
        Pushed("reopened", "14:40"),
        Reviewed("submitted", 5, "bea", "approved", "14:50"),
        Reviewed("dismissed", 4, "cid", "dismissed", "14:00", at: "15:00"),
        Pushed("closed", "15:10", merged: "15:10", commit: "c0ffee11"),
        Reviewed("submitted", 6, "dan", "approved", "16:00", merged: "15:10"),
    ];

    private static readonly string MidPull = Answer("pullRequests", Node(
        7, "13:00", timeline: $"{Ready("11:00")}, {Draft("12:30")}, {Ready("13:00")}",
        reviews: $"{Review(1, "helper", "COMMENTED", "11:05", "Bot")}, {Review(2, "alice", "COMMENTED", "11:10")}, {Review(3, "bea", "CHANGES_REQUESTED", "12:00")}"));

    internal static readonly string Last = Node(
        7, "16:00", merged: "15:10", commit: "c0ffee11", timeline: $"{Ready("11:00")}, {Draft("12:30")}, {Ready("13:00")}",
        reviews: $"""
            {Review(1, "helper", "COMMENTED", "11:05", "Bot")}, {Review(2, "alice", "COMMENTED", "11:10")}, {Review(3, "bea", "CHANGES_REQUESTED", "12:00")},
            {Review(4, "cid", "DISMISSED", "14:00")}, {Review(5, "bea", "APPROVED", "14:50")}, {Review(6, "dan", "APPROVED", "16:00")}
            """);

    private static readonly string LastPull = Answer("pullRequests", Last);

    private static readonly SourceConnection GitHub = Connection();

    [Fact]
    public async Task A_pull_request_by_its_webhooks()
    {
        var text = await FragmentBook.TextOfAsync(GitHub, Life);

        text.ShouldBe($"""
            pull_request repository=acme/pipelines number=7 title=Load orders hourly author={Hash("alice")} author_is_bot=false draft_until=2026-07-01T13:00:00Z opened_at=2026-07-01T10:00:00Z first_review_at=2026-07-01T12:00:00Z approved_at=2026-07-01T14:50:00Z merged_at=2026-07-01T15:10:00Z closed_at=2026-07-01T15:10:00Z additions=5 deletions=2 is_data_code=true source=github updated_at=2026-07-01T16:00:00Z
            """);
    }

    [Fact]
    public async Task The_same_by_pull_alone() =>
        (await FragmentBook.TextOfAsync(GitHub, [LastPull])).ShouldBe(await FragmentBook.TextOfAsync(GitHub, Life));

    [Fact]
    public async Task Any_order_with_repetitions_and_a_pull_in_between_ends_the_same()
    {
        var expected = await FragmentBook.TextOfAsync(GitHub, Life);
        for (var seed = 0; seed < 150; seed++)
        {
            var arrived = Shuffle.WithDuplicates([.. Life, seed % 2 == 0 ? MidPull : LastPull], seed);
            (await FragmentBook.TextOfAsync(GitHub, arrived)).ShouldBe(expected, $"seed {seed}");
        }
    }

    [Fact]
    public async Task A_review_by_the_author_or_a_bot_is_no_first_review()
    {
        var pull = await SingleAsync(Life[0], Life[1], Life[2], Life[3]);
        pull.FirstReviewAt.ShouldBeNull();
        (await SingleAsync(Life[0], Life[4])).FirstReviewAt.ShouldBe(Moment("12:00"));
    }

    [Fact]
    public async Task A_configured_service_account_is_a_bot_though_GitHub_says_user()
    {
        var connection = Connection(new() { ["service_accounts"] = ["acme-deployer"] });
        var book = await FragmentBook.OfAsync(connection,
            [Pushed("opened", "10:00", author: "acme-deployer"), Reviewed("submitted", 1, "acme-deployer", "approved", "11:00", author: "acme-deployer")]);
        book.All<PullRequest>().Single().AuthorIsBot.ShouldBeTrue();
        var reviewed = await FragmentBook.OfAsync(connection, [Pushed("opened", "10:00"), Reviewed("submitted", 1, "acme-deployer", "approved", "11:00")]);
        (reviewed.All<PullRequest>().Single().FirstReviewAt, reviewed.All<PullRequest>().Single().ApprovedAt).ShouldBe((null, null));
    }

    [Theory]
    [InlineData("dependabot[bot]", "Bot")]
    [InlineData("renovate[bot]", "User")]
    public async Task An_app_is_a_bot_by_type_or_by_name(string login, string kind) =>
        (await SingleAsync(Pushed("opened", "10:00", author: login, kind: kind))).AuthorIsBot.ShouldBeTrue();

    [Fact]
    public async Task While_it_is_a_draft_it_is_not_ready()
    {
        (await SingleAsync(Life[0])).DraftUntil.ShouldBeNull();
        (await SingleAsync([.. Life[..6]])).DraftUntil.ShouldBeNull();
        (await SingleAsync([.. Life[..7]])).DraftUntil.ShouldBe(Moment("13:00"));
    }

    [Fact]
    public async Task Reopened_it_is_no_longer_closed()
    {
        (await SingleAsync([.. Life[..9]])).ClosedAt.ShouldBe(Moment("14:30"));
        (await SingleAsync([.. Life[..10]])).ClosedAt.ShouldBeNull();
    }

    [Fact]
    public async Task An_approval_that_was_dismissed_is_none() =>
        (await SingleAsync(Life[7], Life[11])).ApprovedAt.ShouldBeNull();

    [Fact]
    public async Task An_approval_after_the_merge_is_none()
    {
        var pull = await SingleAsync(Life[0], Life[12], Life[13]);
        (pull.MergedAt, pull.ApprovedAt).ShouldBe((Moment("15:10"), null));
    }

    [Fact]
    public async Task A_review_older_than_the_pull_request_waited_for_nothing() =>
        (await SingleAsync(Pushed("opened", "10:00"), Reviewed("submitted", 9, "bea", "approved", "09:30", at: "10:00")))
        .FirstReviewAt.ShouldBe(Moment("10:00"));

    [Fact]
    public async Task Reviews_wait_for_their_pull_request()
    {
        var review = """
            {"id": 4, "user": {"login": "cid", "type": "User"}, "state": "APPROVED", "submitted_at": "2026-07-01T14:00:00Z",
             "pull_request_url": "https://api.github.com/repos/acme/pipelines/pulls/7"}
            """;
        (await FragmentBook.TextOfAsync(GitHub, [review])).ShouldBe("");
        (await SingleAsync(review, Pushed("opened", "10:00"))).ApprovedAt.ShouldBe(Moment("14:00"));
    }

    [Fact]
    public async Task A_list_of_the_REST_API_and_its_events_say_the_same()
    {
        var list = """
            [{"number": 7, "title": "Load orders hourly", "user": {"login": "alice", "type": "User"}, "created_at": "2026-07-01T10:00:00Z",
              "updated_at": "2026-07-01T15:10:00Z", "closed_at": "2026-07-01T15:10:00Z", "merged_at": "2026-07-01T15:10:00Z", "draft": false,
              "merge_commit_sha": "c0ffee11", "labels": [], "base": {"ref": "main", "repo": {"full_name": "acme/pipelines"}}}]
            """;
        var events = """
            [{"id": 1, "event": "ready_for_review", "created_at": "2026-07-01T13:00:00Z", "url": "https://api.github.com/repos/acme/pipelines/issues/events/1", "issue": {"number": 7}},
             {"id": 2, "event": "closed", "created_at": "2026-07-01T15:10:00Z", "url": "https://api.github.com/repos/acme/pipelines/issues/events/2", "issue": {"number": 7}}]
            """;
        var pull = await SingleAsync(list, events);
        (pull.DraftUntil, pull.MergedAt, pull.Additions).ShouldBe((Moment("13:00"), Moment("15:10"), null));
    }

    [Fact]
    public async Task Rules_say_the_team_and_what_is_data_code()
    {
        var mapping = new Mapping(new Dictionary<string, IReadOnlyList<MappingRule>>
        {
            ["team"] = [Rule("team-$1", ("label", "codeowner:*"))],
            ["data_code"] = [Rule("true", ("path", "models/*")), Rule("false", ("repository", "acme/pipelines"))],
        });
        var connection = Connection(new() { ["members"] = ["alice=orders"] }, mapping);
        var book = await FragmentBook.OfAsync(connection,
        [
            Pushed("opened", "10:00", labels: ["codeowner:billing"], number: 1),
            Pushed("opened", "10:00", number: 2),
            Answer("pullRequests", Node(3, "10:00").Replace("\"labels\"", "\"files\": {\"nodes\": [{\"path\": \"docs/a.md\"}, {\"path\": \"models/orders.sql\"}]}, \"labels\"", StringComparison.Ordinal)),
        ]);
        book.All<PullRequest>().Select(p => (p.Number, p.Team, p.IsDataCode)).ShouldBe(
        [
            ("1", "team-billing", false), ("2", "orders", false), ("3", "orders", true),
        ]);
    }

    [Fact]
    public async Task What_is_landed_names_nobody_and_reads_the_same()
    {
        var payload = Payload.OfBytes("posted.json", System.Text.Encoding.UTF8.GetBytes(Life[4]));
        var landed = await Canonical.ReadingText.Redacted(GitHub.Source, payload);

        foreach (var personal in (string[])["alice", "bea", "Alice", "acme.example"]) landed.ShouldNotContain(personal);
        landed.ShouldContain(Hash("bea"));
        (await FragmentBook.TextOfAsync(GitHub, [landed])).ShouldBe(await FragmentBook.TextOfAsync(GitHub, [Life[4]]));
    }

    [Fact]
    public async Task Errors_beside_the_data_are_kept_as_rejected_records()
    {
        var book = await FragmentBook.OfAsync(GitHub,
        [
            Answer("pullRequests", $"{Node(7, "10:00")}, null", extra: """, "errors": [{"type": "FORBIDDEN", "path": ["repository", "pullRequests", "nodes", 1], "message": "Resource protected by organization SAML"}]"""),
        ]);
        book.All<PullRequest>().Count().ShouldBe(1);
        book.Rejected.ShouldBe(
        [
            "rejected posted.json, repository.pullRequests.nodes.1: GitHub left this out: FORBIDDEN. Check the rights of the token on it; the next full pull asks again. <[\"repository\",\"pullRequests\",\"nodes\",1]>",
        ]);
    }

    [Fact]
    public async Task A_file_that_holds_something_else_is_refused() =>
        (await Should.ThrowAsync<SourceException>(() => FragmentBook.TextOfAsync(GitHub, ["""{"login": "alice", "id": 3}"""])))
        .Message.ShouldBe("posted.json: holds none of answers of GitHub's APIs or its webhooks, but {login}.");

    internal static string Hash(string login) => Canonical.ReadingText.Redactor.Hash(login)!;

    internal static MappingRule Rule(string value, params (string Attribute, string Pattern)[] when) =>
        MappingRule.Create(when.Select(w => KeyValuePair.Create(w.Attribute, w.Pattern)), value);

    private static async Task<PullRequest> SingleAsync(params string[] payloads) => (await FragmentBook.OfAsync(GitHub, payloads)).All<PullRequest>().Single();

    private static DateTimeOffset Moment(string time) => DateTimeOffset.Parse(At(time), System.Globalization.CultureInfo.InvariantCulture);
}
