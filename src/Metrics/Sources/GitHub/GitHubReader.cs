using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.GitHub;

/// <summary>
/// Knows what a JSON object of GitHub's is by its members, whichever API or webhook it comes from, and takes out the fragments of
/// pull requests, deployments and issues.
/// </summary>
internal sealed class GitHubReader(SourceConnection connection)
{
    private readonly IReadOnlyList<string> environments = connection.List("environments");
    private readonly IReadOnlyList<string> incidentLabels = connection.List("incident_labels");

    /// <summary>What was found; null for an object that is none of GitHub's that are read here.</summary>
    public IEnumerable<Reading>? Read(string place, JsonElement json)
    {
        if (json.At("data") is { ValueKind: JsonValueKind.Object } data)
            return Errors(place, json).Concat(Repository(place, data.At("repository")));
        if (json.Has("errors") && json.Has("data")) return Errors(place, json);
        if (json.At("repository") is { ValueKind: JsonValueKind.Object } repository)
        {
            if (repository.Has("pullRequests") || repository.Has("pullRequest") || repository.Has("issues") || repository.Has("deployments"))
                return Repository(place, repository);
            if (repository.Text("full_name") is { } name && Webhook(place, json, name) is { } readings) return readings;
        }

        return json.RepositoryName() is { } within ? Record(json, within) : null;
    }

    private static IEnumerable<Reading> Errors(string place, JsonElement json) => json.At("errors").Items().Select(e => new RecordRejected(
        $"{place}, {string.Join('.', e.At("path").Items().Select(p => p.ToString()))}", JsonPrivacy.Shown(e.At("path")),
        $"GitHub left this out: {e.Text("type") ?? "error"}. Check the rights of the token on it; the next full pull asks again."));

    private IEnumerable<Reading> Repository(string place, JsonElement repository)
    {
        var name = repository.Text("nameWithOwner");
        IEnumerable<JsonElement> nodes =
        [
            .. repository.At("pullRequests").Nodes(), .. One(repository.At("pullRequest")),
            .. repository.At("issues").Nodes(), .. repository.At("deployments").Nodes(),
        ];
        return nodes.SelectMany(n => ((name ?? n.RepositoryName()) is { } within ? Record(n, within) : null) ??
        [
            new RecordRejected(place, JsonPrivacy.Shown(n), "This names no repository or number, without which it cannot be known again; ask for nameWithOwner and number."),
        ]);
    }

    private static IEnumerable<JsonElement> One(JsonElement node) => node.ValueKind == JsonValueKind.Object ? [node] : [];

    private IEnumerable<Reading>? Webhook(string place, JsonElement json, string repository)
    {
        var action = json.Text("action");
        if (json.At("issue") is { ValueKind: JsonValueKind.Object } issue)
            return action is null || issue.Has("pull_request") ? null : Issue(issue, repository, action);
        if (json.At("deployment") is { ValueKind: JsonValueKind.Object } deployment)
        {
            return Deployment(deployment, repository).Concat(
                IsProduction(deployment) ? Status(json.At("deployment_status"), repository, deployment.Id()) : []);
        }

        if (json.At("pull_request") is not { ValueKind: JsonValueKind.Object } pull || action is null || json.Has("comment") || json.Has("thread"))
            return null;
        if (pull.Moment("updated_at") is null)
            return [new RecordRejected(place, "", "The pull request has no updated_at; it is needed to know which of two events is the later one.")];
        var readings = Pull(pull, repository);
        if (json.At("review") is { ValueKind: JsonValueKind.Object } review && pull.Whole("number") is { } number)
            readings = readings.Concat(Review(review, repository, number));
        return action switch
        {
            "ready_for_review" => readings.Append(Fragments.Event(Entity(pull, repository), "ready", pull.Moment("updated_at")!.Value)),
            "converted_to_draft" => readings.Append(Fragments.Event(Entity(pull, repository), "draft", pull.Moment("updated_at")!.Value)),
            _ => readings,
        };
    }

    /// <summary>An object of the REST API, or a node of the GraphQL API.</summary>
    private IEnumerable<Reading>? Record(JsonElement json, string repository)
    {
        var isPull = json.HasEither("merged_at", "mergedAt") || json.Has("reviews") || json.Has("timelineItems");
        if (isPull && json.Whole("number") is not null) return Pull(json, repository);
        if (json.Has("submitted_at") && json.NumberIn("pull_request_url") is { } number) return Review(json, repository, number);
        if (json.Has("event") && json.At("issue") is { ValueKind: JsonValueKind.Object } issue) return Event(json, issue, repository);
        if (json.Has("environment") && json.HasEither("sha", "commitOid") && json.Id() is not null) return Deployment(json, repository);
        if (json.NumberIn("deployment_url") is { } deployment && json.Has("state")) return Status(json, repository, deployment);
        var isIssue = json.Whole("number") is not null && json.Has("state") && json.HasEither("closed_at", "closedAt");
        if (!isIssue) return null;
        return json.Has("pull_request") ? [] : Issue(json, repository, action: null);
    }

    private static string Entity(JsonElement pull, string repository) => GitHubFragments.Pull(repository, pull.Whole("number")!);

    private static IEnumerable<Reading> Pull(JsonElement pull, string repository)
    {
        var number = pull.Whole("number")!;
        var entity = GitHubFragments.Pull(repository, number);
        if (pull.Moment("updated_at", "updatedAt") is { } version)
        {
            var merged = pull.Moment("merged_at", "mergedAt");
            var closed = pull.Moment("closed_at", "closedAt");
            yield return Fragments.Of(entity, "state", version, new PullState(repository, number)
            {
                Title = pull.Text("title"),
                Author = User(pull.Either("user", "author")),
                Opened = pull.Moment("created_at", "createdAt"),
                Closed = closed,
                Merged = merged,
                Draft = pull.IsTrue("draft") || pull.IsTrue("isDraft"),
                Base = pull.At("base").Text("ref") ?? pull.Text("baseRefName"),
                Labels = [.. pull.At("labels").Nodes().Select(l => l.Text("name")).OfType<string>()],
                Commit = merged is null ? null : pull.Text("merge_commit_sha") ?? pull.At("mergeCommit").Text("oid"),
            }, rank: merged is not null ? 2 : closed is not null ? 1 : 0);
            if (pull.Number("additions") is { } additions && pull.Number("deletions") is { } deletions)
                yield return Fragments.Of(entity, "size", version, new PullSize((int)additions, (int)deletions));
            if (pull.At("files").Nodes().Select(f => f.Text("path")).OfType<string>().ToList() is { Count: > 0 } paths)
                yield return Fragments.Of(entity, "paths", version, new PullPaths(paths));
        }

        foreach (var review in pull.At("reviews").Nodes().SelectMany(r => Review(r, repository, number))) yield return review;
        foreach (var item in pull.At("timelineItems").Nodes())
        {
            if (item.Moment("createdAt") is not { } at) continue;
            if (item.Kind() == "ReadyForReviewEvent") yield return Fragments.Event(entity, "ready", at);
            if (item.Kind() == "ConvertToDraftEvent") yield return Fragments.Event(entity, "draft", at);
        }
    }

    // Of one review a dismissal stands: it is the higher rank of the same version, whenever it is seen.
    private static IEnumerable<Reading> Review(JsonElement review, string repository, string number)
    {
        if (review.Moment("submitted_at", "submittedAt") is not { } at || review.Text("state")?.ToLowerInvariant() is not { } state || state == "pending")
            yield break;
        var id = review.Id() ?? review.Text("url")?.Split('-')[^1] ?? at.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        yield return Fragments.Of(
            GitHubFragments.Pull(repository, number), $"review {id}", at,
            new ReviewSeen(User(review.Either("user", "author")), state, at), rank: state == "dismissed" ? 1 : 0);
    }

    private static IEnumerable<Reading> Event(JsonElement json, JsonElement issue, string repository)
    {
        if (issue.Whole("number") is not { } number || json.Moment("created_at") is not { } at) yield break;
        var entity = GitHubFragments.Pull(repository, number);
        if (json.Text("event") == "ready_for_review") yield return Fragments.Event(entity, "ready", at);
        if (json.Text("event") == "convert_to_draft") yield return Fragments.Event(entity, "draft", at);
    }

    private IEnumerable<Reading> Deployment(JsonElement json, string repository)
    {
        if (json.Id() is not { } id || json.Text("sha", "commitOid") is not { } sha || json.Text("environment") is not { } environment
            || json.Moment("created_at", "createdAt") is not { } created || !IsProduction(json)) yield break;
        var entity = GitHubFragments.Deployment(repository, id);
        yield return Fragments.Of(entity, "asked", created, new DeploymentSeen(repository, id, sha, environment)
        {
            Task = json.Text("task"),
            Ref = json.Text("ref") ?? json.At("ref").Text("name"),
            Created = created,
        });
        foreach (var status in json.At("statuses").Nodes().SelectMany(s => Status(s, repository, id))) yield return status;
        if (json.Has("statuses")) yield break;
        foreach (var status in Status(json.At("latestStatus"), repository, id, json.Moment("updatedAt"))) yield return status;
    }

    private bool IsProduction(JsonElement deployment) =>
        deployment.Text("environment") is { } environment && environments.Contains(environment, StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<Reading> Status(JsonElement status, string repository, string? deployment, DateTimeOffset? otherwise = null)
    {
        var at = status.Moment("created_at", "createdAt") ?? status.Moment("updated_at", "updatedAt") ?? otherwise;
        if (deployment is null || at is null || status.Text("state")?.ToLowerInvariant() is not { } state) yield break;
        yield return Fragments.Of(
            GitHubFragments.Deployment(repository, deployment), $"status {state} {at.Value.ToUnixTimeMilliseconds()}", at.Value,
            new StatusSeen(state, at.Value));
    }

    private IEnumerable<Reading> Issue(JsonElement issue, string repository, string? action)
    {
        if (issue.Whole("number") is not { } number || issue.Moment("updated_at", "updatedAt") is not { } version) yield break;
        var closed = issue.Moment("closed_at", "closedAt");
        IReadOnlyList<string> labels = [.. issue.At("labels").Nodes().Select(l => l.Text("name")).OfType<string>()];
        var entity = GitHubFragments.Issue(repository, number);

        // Remembered, so that an issue that loses the label, or goes, is taken back.
        if (labels.Any(l => incidentLabels.Contains(l, StringComparer.OrdinalIgnoreCase)))
            yield return new FragmentSeen(entity, "incident", version, "{}");
        yield return Fragments.Of(entity, "state", version, new IssueState(repository, number)
        {
            Title = issue.Text("title"),
            Opened = issue.Moment("created_at", "createdAt"),
            Closed = closed,
            Reason = issue.Text("state_reason", "stateReason")?.ToLowerInvariant(),
            Labels = labels,
            Gone = action is "deleted" or "transferred",
        }, rank: action is "deleted" or "transferred" ? 2 : closed is null ? 0 : 1);
    }

    private static GitHubUser? User(JsonElement user) => user.Text("login") is { } login ? new GitHubUser(login, user.Kind()) : null;
}
