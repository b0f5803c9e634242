using Metrics.Model.Facts;
using static Metrics.Tests.Sources.GitHub.GitHubSamples;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Sources.GitHub;

public sealed class GitHubDeploymentTests
{
    internal const string Node = """
        {"databaseId": 1, "environment": "production", "commitOid": "c0ffee11", "task": "deploy", "createdAt": "2026-07-01T15:30:00Z", "updatedAt": "2026-07-01T15:50:00Z",
         "state": "ACTIVE", "ref": {"name": "main"}, "statuses": {"nodes": [{"state": "SUCCESS", "createdAt": "2026-07-01T15:50:00Z"}, {"state": "IN_PROGRESS", "createdAt": "2026-07-01T15:40:00Z"}]}}
        """;

    private static readonly string[] Merged =
    [
        Pushed("opened", "10:00"), Reviewed("submitted", 1, "bea", "approved", "12:00"), Pushed("closed", "15:10", merged: "15:10", commit: "c0ffee11"),
    ];

    [Fact]
    public async Task A_deployment_to_production_is_a_change_approved_with_the_pull_request_that_made_its_commit()
    {
        string[] history = [.. Merged, Deployed(1, "in_progress", "15:40"), Deployed(1, "success", "15:50")];
        var expected = await FragmentBook.OfAsync(Connection(), history);
        var change = expected.All<Change>().Single();
        (change.ChangeId, change.Title, change.Kind, change.Failed).ShouldBe(("acme/pipelines/deployments/1", "Load orders hourly", ChangeKind.Standard, false));
        (change.ApprovedAt, change.DeployedAt).ShouldBe((Moment("12:00"), Moment("15:50")));
        for (var seed = 0; seed < 60; seed++)
            (await FragmentBook.TextOfAsync(Connection(), Shuffle.WithDuplicates(history, seed))).ShouldBe(expected.Text, $"seed {seed}");
    }

    [Fact]
    public async Task Another_environment_is_no_change()
    {
        (await ChangesAsync([], Deployed(1, "success", "15:50", environment: "staging"))).ShouldBeEmpty();
        (await ChangesAsync(new() { ["environments"] = ["live", "Production"] }, Deployed(1, "success", "15:50"))).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_deployment_that_has_not_ended_is_none_yet() => (await ChangesAsync([], Deployed(1, "in_progress", "15:40"))).ShouldBeEmpty();

    [Fact]
    public async Task A_deployment_that_fails_is_a_failed_change()
    {
        var change = (await ChangesAsync([], Deployed(1, "failure", "15:45"))).Single();
        (change.Failed, change.DeployedAt, change.ApprovedAt, change.Title).ShouldBe((true, Moment("15:45"), null, "acme/pipelines@c0ffee11 to production"));
    }

    [Fact]
    public async Task A_rollback_says_that_the_deployment_before_it_failed_in_whatever_order_that_is_learnt()
    {
        Dictionary<string, IReadOnlyList<string>> options = new() { ["rollback_tasks"] = ["rollback"] };
        string[] history =
        [
            Deployed(1, "success", "15:00", "aaaaaaaa"), Deployed(2, "success", "16:00", "bbbbbbbb"), Deployed(3, "success", "17:00", "cccccccc"),
            Deployed(4, "success", "17:30", "bbbbbbbb", task: "rollback"), Deployed(5, "success", "18:00", "dddddddd"),
        ];
        for (var seed = 0; seed < 60; seed++)
        {
            (await ChangesAsync(options, [.. Shuffle.WithDuplicates(history, seed)])).Select(c => (c.ChangeId[^1], c.Failed, c.Kind!.Value)).Order().ToList().ShouldBe(
            [
                ('1', false, ChangeKind.Standard), ('2', false, ChangeKind.Standard), ('3', true, ChangeKind.Standard),
                ('4', false, ChangeKind.Emergency), ('5', false, ChangeKind.Standard),
            ], $"seed {seed}");
        }
    }

    [Fact]
    public async Task The_GraphQL_API_says_the_same()
    {
        (await FragmentBook.TextOfAsync(Connection(), [.. Merged, Answer("deployments", Node)]))
            .ShouldBe(await FragmentBook.TextOfAsync(Connection(), [.. Merged, Deployed(1, "in_progress", "15:40"), Deployed(1, "success", "15:50")]));
    }

    private static async Task<List<Change>> ChangesAsync(Dictionary<string, IReadOnlyList<string>> options, params string[] payloads) =>
        [.. (await FragmentBook.OfAsync(Connection(options), payloads)).All<Change>()];

    private static DateTimeOffset Moment(string time) => DateTimeOffset.Parse(At(time), System.Globalization.CultureInfo.InvariantCulture);
}
