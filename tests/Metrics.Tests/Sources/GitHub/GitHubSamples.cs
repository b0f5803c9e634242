using System.Text.Json.Nodes;
using Metrics.Sources;
using Metrics.Sources.GitHub;

namespace Metrics.Tests.Sources.GitHub;

/// <summary>Small payloads in GitHub's own formats. Times are hours and minutes of 1 July 2026.</summary>
internal static class GitHubSamples
{
    public static SourceConnection Connection(
        Dictionary<string, IReadOnlyList<string>>? options = null, Mapping? mapping = null, params (string Name, string Value)[] secrets) =>
        SourceConnection.Create(new GitHubSource(), "", options ?? [], secrets.ToDictionary(s => s.Name, s => s.Value)) with { Mapping = mapping ?? Mapping.Empty };

    public static string At(string time) => time.Length == 5 ? $"2026-07-01T{time}:00Z" : time;

    /// <summary>A <c>pull_request</c> webhook.</summary>
    public static string Pushed(string action, string at, string opened = "10:00", bool draft = false, string? closed = null, string? merged = null,
        string author = "alice", string kind = "User", string[]? labels = null, string? commit = null, string title = "Load orders hourly", int number = 7) => $$"""
        {
          "action": "{{action}}", "number": {{number}},
          "pull_request": {{Pull(at, opened, draft, closed, merged, author, kind, labels, commit, title, number)}},
          "repository": {"id": 1, "full_name": "acme/pipelines", "owner": {"login": "acme", "type": "Organization"} },
          "sender": {"login": "alice", "type": "User"}
        }
        """;

    /// <summary>A <c>pull_request_review</c> webhook.</summary>
    public static string Reviewed(string action, int id, string reviewer, string state, string submitted, string? at = null, string kind = "User",
        string author = "alice", string? merged = null) => $$"""
        {
          "action": "{{action}}",
          "review": {"id": {{id}}, "user": {"login": "{{reviewer}}", "type": "{{kind}}"}, "body": "Ask bea@acme.example", "state": "{{state}}", "submitted_at": "{{At(submitted)}}"},
          "pull_request": {{Pull(at ?? submitted, "10:00", draft: false, closed: merged, merged, author, "User", null, merged is null ? null : "c0ffee11", "Load orders hourly", 7)}},
          "repository": {"id": 1, "full_name": "acme/pipelines", "owner": {"login": "acme", "type": "Organization"} }
        }
        """;

    /// <summary>An answer of the GraphQL API with these nodes.</summary>
    public static string Answer(string list, string nodes, string? next = null, string extra = "") => $$"""
        {"data": {"rateLimit": {"cost": 1, "remaining": 4990, "resetAt": "2026-07-01T20:00:00Z"}, "repository": {"nameWithOwner": "acme/pipelines",
          "{{list}}": {"pageInfo": {"hasNextPage": {{(next is null ? "false" : "true")}}, "endCursor": {{Text(next)}} }, "nodes": [{{nodes}}] } } }{{extra}} }
        """;

    /// <summary>A pull request in the GraphQL API.</summary>
    public static string Node(int number, string updated, string opened = "10:00", bool draft = false, string? closed = null, string? merged = null,
        string reviews = "", string timeline = "", string author = "alice", string kind = "User", string labels = "", string? commit = null,
        string title = "Load orders hourly", string moreReviews = "") => $$"""
        {"number": {{number}}, "title": "{{title}}", "isDraft": {{(draft ? "true" : "false")}}, "createdAt": "{{At(opened)}}", "updatedAt": "{{At(updated)}}",
         "closedAt": {{Moment(closed ?? merged)}}, "mergedAt": {{Moment(merged)}}, "additions": 5, "deletions": 2, "baseRefName": "main",
         "author": {"__typename": "{{kind}}", "login": "{{author}}"}, "mergeCommit": {{(commit is null ? "null" : $$"""{"oid": "{{commit}}"}""")}},
         "labels": {"nodes": [{{labels}}]},
         "reviews": {"pageInfo": {"hasNextPage": {{(moreReviews.Length > 0 ? "true" : "false")}}, "endCursor": "{{moreReviews}}"}, "nodes": [{{reviews}}]},
         "timelineItems": {"nodes": [{{timeline}}]} }
        """;

    public static string Review(int id, string reviewer, string state, string submitted, string kind = "User") =>
        $$"""{"fullDatabaseId": "{{id}}", "state": "{{state}}", "submittedAt": "{{At(submitted)}}", "author": {"__typename": "{{kind}}", "login": "{{reviewer}}"} }""";

    public static string Ready(string at) => $$"""{"__typename": "ReadyForReviewEvent", "createdAt": "{{At(at)}}"}""";

    public static string Draft(string at) => $$"""{"__typename": "ConvertToDraftEvent", "createdAt": "{{At(at)}}"}""";

    /// <summary>A <c>deployment_status</c> webhook.</summary>
    public static string Deployed(int id, string state, string at, string commit = "c0ffee11", string environment = "production", string task = "deploy", string asked = "15:30") => $$"""
        {
          "action": "created",
          "deployment_status": {"id": {{id}}01, "state": "{{state}}", "created_at": "{{At(at)}}", "updated_at": "{{At(at)}}", "environment": "{{environment}}"},
          "deployment": {"id": {{id}}, "sha": "{{commit}}", "ref": "main", "task": "{{task}}", "environment": "{{environment}}", "created_at": "{{At(asked)}}", "updated_at": "{{At(at)}}"},
          "repository": {"id": 1, "full_name": "acme/pipelines", "owner": {"login": "acme", "type": "Organization"} }
        }
        """;

    /// <summary>An <c>issues</c> webhook.</summary>
    public static string Issue(string action, string at, string labels, string? closed = null, string? reason = null, int number = 40) => $$"""
        {
          "action": "{{action}}",
          "issue": {"number": {{number}}, "title": "Orders are late", "state": "{{(closed is null ? "open" : "closed")}}", "state_reason": {{Text(reason)}},
            "created_at": "{{At("10:00")}}", "updated_at": "{{At(at)}}", "closed_at": {{Moment(closed)}}, "user": {"login": "bea", "type": "User"},
            "labels": [{{string.Join(", ", labels.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(l => $$"""{"name": "{{l}}"}"""))}}]},
          "repository": {"id": 1, "full_name": "acme/pipelines", "owner": {"login": "acme", "type": "Organization"} }
        }
        """;

    private static string Pull(string at, string opened, bool draft, string? closed, string? merged, string author, string kind, string[]? labels, string? commit, string title, int number) => $$"""
        {
          "id": 900{{number}}, "number": {{number}}, "state": "{{(closed is null && merged is null ? "open" : "closed")}}", "title": "{{title}}", "body": "Written by Alice",
          "user": {"login": "{{author}}", "id": 5, "type": "{{kind}}", "html_url": "https://github.com/{{author}}"},
          "created_at": "{{At(opened)}}", "updated_at": "{{At(at)}}", "closed_at": {{Moment(closed ?? merged)}}, "merged_at": {{Moment(merged)}},
          "merge_commit_sha": {{Text(commit)}}, "draft": {{(draft ? "true" : "false")}}, "base": {"ref": "main"}, "head": {"label": "{{author}}:orders"},
          "labels": [{{string.Join(", ", (labels ?? []).Select(l => $$"""{"name": "{{l}}"}"""))}}], "additions": 5, "deletions": 2
        }
        """;

    private static string Moment(string? time) => time is null ? "null" : $"\"{At(time)}\"";

    private static string Text(string? text) => text is null ? "null" : JsonValue.Create(text).ToJsonString();
}
