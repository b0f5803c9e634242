using static Metrics.Tests.Sources.GitHub.GitHubSamples;

namespace Metrics.Tests.Sources.GitHub;

/// <summary>What GitHub's REST API answers about the history that <see cref="GitHubPullRequestTests.Life"/> tells by webhooks, its deployment and its incident.</summary>
internal static class GitHubFiles
{
    private const string Api = "https://api.github.com/repos/acme/pipelines";

    public static string[] All { get; } =
    [
        $$"""
        {"number": 7, "title": "Load orders hourly", "user": {"login": "alice", "type": "User"}, "created_at": "{{At("10:00")}}", "updated_at": "{{At("16:00")}}",
         "closed_at": "{{At("15:10")}}", "merged_at": "{{At("15:10")}}", "draft": false, "merge_commit_sha": "c0ffee11", "labels": [], "additions": 5, "deletions": 2,
         "base": {"ref": "main", "repo": {"full_name": "acme/pipelines"} } }
        """,
        $"[{Review(1, "helper", "COMMENTED", "11:05", "Bot")}, {Review(2, "alice", "COMMENTED", "11:10")}, {Review(3, "bea", "CHANGES_REQUESTED", "12:00")}, " +
        $"{Review(4, "cid", "DISMISSED", "14:00")}, {Review(5, "bea", "APPROVED", "14:50")}, {Review(6, "dan", "APPROVED", "16:00")}]",
        $"[{Event("ready_for_review", "11:00")}, {Event("convert_to_draft", "12:30")}, {Event("ready_for_review", "13:00")}, {Event("merged", "15:10")}]",
        $$"""[{"id": 1, "sha": "c0ffee11", "ref": "main", "task": "deploy", "environment": "production", "created_at": "{{At("15:30")}}", "updated_at": "{{At("15:50")}}", "url": "{{Api}}/deployments/1"}]""",
        $"[{Status("success", "15:50")}, {Status("in_progress", "15:40")}]",
        $$"""
        [{"number": 40, "title": "Orders are late", "state": "closed", "state_reason": "completed", "created_at": "{{At("10:00")}}", "updated_at": "{{At("12:00")}}", "closed_at": "{{At("12:00")}}",
          "url": "{{Api}}/issues/40", "labels": [{"name": "incident"}, {"name": "sev1"}]}]
        """,
    ];

    private static string Review(int id, string reviewer, string state, string at, string kind = "User") => $$"""
        {"id": {{id}}, "user": {"login": "{{reviewer}}", "type": "{{kind}}"}, "state": "{{state}}", "submitted_at": "{{At(at)}}", "pull_request_url": "{{Api}}/pulls/7"}
        """;

    private static string Event(string what, string at) => $$"""
        {"event": "{{what}}", "created_at": "{{At(at)}}", "url": "{{Api}}/issues/events/1", "issue": {"number": 7} }
        """;

    private static string Status(string state, string at) => $$"""
        {"id": 101, "state": "{{state}}", "created_at": "{{At(at)}}", "updated_at": "{{At(at)}}", "deployment_url": "{{Api}}/deployments/1"}
        """;
}
