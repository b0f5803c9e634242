using System.Runtime.CompilerServices;
using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.GitHub;

/// <summary>How far one list of one repository has been read.</summary>
/// <param name="Since">Everything before has been read.</param>
internal sealed record ListCursor(DateTimeOffset Since)
{
    /// <summary>Where the reading that is under way goes on; null at its beginning.</summary>
    public string? After { get; init; }

    /// <summary>The reading that is under way has come to its end.</summary>
    public bool IsDone { get; init; }
}

/// <summary>
/// How far everything has been read. The lists come newest first, so a reading counts only when it has come down to where the one
/// before began; its start is then where the next one stops.
/// </summary>
internal sealed record GitHubCursor(IReadOnlyDictionary<string, ListCursor> Lists)
{
    /// <summary>When the reading that is under way began; null between readings.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>What is vouched for so far.</summary>
    public DateTimeOffset? CoveredTo { get; init; }
}

/// <summary>Reads pull requests, deployments and issues of the configured repositories.</summary>
internal sealed class GitHubPull(PullContext context)
{
    // Statuses follow a deployment; GitHub cannot list deployments by when they changed.
    private static readonly TimeSpan DeploymentsReread = TimeSpan.FromDays(7);
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    private readonly SourceConnection connection = context.Connection;
    private readonly GitHubApi api = new(context, new GitHubAccess(context));
    private GitHubCursor cursor = context.Cursor<GitHubCursor>() ?? new GitHubCursor(new Dictionary<string, ListCursor>());

    public async IAsyncEnumerable<Page> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var isResumed = cursor.Started is not null;
        await foreach (var page in ReadAsync(cancellation)) yield return page;

        // What was begun long ago ends long ago.
        if (!isResumed) yield break;
        await foreach (var page in ReadAsync(cancellation)) yield return page;
    }

    private async IAsyncEnumerable<Page> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var started = cursor.Started ?? context.Clock.GetUtcNow();
        cursor = cursor with { Started = started };
        foreach (var repository in await new GitHubRepositories(api, connection).ListAsync(cancellation))
        {
            foreach (var list in Lists())
            {
                context.Say($"{repository}, {list.Title}");
                await foreach (var page in ReadAsync(repository, list, cancellation)) yield return page;
            }
        }

        var from = cursor.CoveredTo ?? context.Since;
        cursor = new GitHubCursor(cursor.Lists.ToDictionary(
            l => l.Key, l => l.Value.IsDone ? new ListCursor(started - Overlap) : l.Value))
        {
            CoveredTo = started,
        };
        yield return Page.Of(payload: null, cursor) with { Covered = [.. Lists().Select(l => new TimeCovered(l.Fact, from, started))] };
    }

    private async IAsyncEnumerable<Page> ReadAsync(string repository, GitHubList list, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var key = $"{repository} {list.Name}";
        var at = cursor.Lists.GetValueOrDefault(key) ?? new ListCursor(context.Since);
        var first = connection.Number("page_size") ?? 50;
        for (var number = 1; !at.IsDone; number++)
        {
            GitHubAnswer answer;
            while ((answer = await api.AskAsync(list.Query, Variables(repository, list, at, first), cancellation)).IsPartial && first > 1)
            {
                // A part that is missing may be too much at once. What fails alone is landed with its error.
                first = Math.Max(1, first / 4);
            }

            var found = Repository(answer, repository).At(list.Name);
            if (found.ValueKind != JsonValueKind.Object)
                throw new TransientSourceException($"{repository}: GitHub left out {list.Title}. The next run goes on where this one ended.");
            var oldest = found.Nodes().Select(n => n.Moment(list.OrderedBy)).OfType<DateTimeOffset>().DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
            var stop = list.Name == "deployments" ? at.Since - DeploymentsReread : at.Since;
            var info = found.At("pageInfo");
            at = info.IsTrue("hasNextPage") && oldest >= stop
                ? at with { After = info.Text("endCursor") }
                : at with { After = null, IsDone = true };

            // What did not fit comes before the cursor moves on: a pull request without its reviews would stay so.
            foreach (var more in found.Nodes().Where(n => n.At("reviews").At("pageInfo").IsTrue("hasNextPage")))
            {
                await foreach (var reviews in MoreReviewsAsync(repository, more, cancellation)) yield return Page.Of(reviews, cursor);
            }

            cursor = cursor with { Lists = new Dictionary<string, ListCursor>(cursor.Lists) { [key] = at } };
            yield return Page.Of(Payload.OfBytes($"{repository}, {list.Title}, page {number}.json", answer.Bytes), cursor);
            StopBeforeTheLimit(answer);
        }
    }

    private async IAsyncEnumerable<Payload> MoreReviewsAsync(string repository, JsonElement pull, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var number = (int)pull.Number("number")!.Value;
        var after = pull.At("reviews").At("pageInfo").Text("endCursor");
        for (var more = true; more;)
        {
            var (owner, name) = GitHubRepositories.Split(repository);
            var answer = await api.AskAsync(GitHubQueries.MoreReviews, new { owner, name, number, after }, cancellation);
            var info = Repository(answer, repository).At("pullRequest").At("reviews").At("pageInfo");
            more = info.IsTrue("hasNextPage");
            after = info.Text("endCursor");
            yield return Payload.OfBytes($"{repository}#{number}, more reviews.json", answer.Bytes);
            StopBeforeTheLimit(answer);
        }
    }

    private static JsonElement Repository(GitHubAnswer answer, string repository) =>
        answer.Data.At("repository") is { ValueKind: JsonValueKind.Object } found ? found : throw new TerminalSourceException(
            $"GitHub knows no repository {repository}, or the token may not see it. Check repositories in sources.yaml and what the token was given.");

    private Dictionary<string, object?> Variables(string repository, GitHubList list, ListCursor at, int first)
    {
        var (owner, name) = GitHubRepositories.Split(repository);
        var variables = new Dictionary<string, object?> { ["owner"] = owner, ["name"] = name, ["first"] = first, ["after"] = at.After };
        if (list.Name == "issues") variables["since"] = at.Since;
        if (list.Name == "deployments") variables["environments"] = connection.List("environments");
        return variables;
    }

    /// <summary>The last points are left to others who share the limit.</summary>
    private static void StopBeforeTheLimit(GitHubAnswer answer)
    {
        if (answer.Limit is not { } limit || limit.Remaining >= Math.Max(limit.Cost, 10)) return;
        throw new TransientSourceException(
            $"The rate limit of GitHub's GraphQL API is nearly used up ({limit.Remaining} points left). The next run goes on where this one ended.")
        {
            RetryAt = limit.ResetAt,
        };
    }

    private IEnumerable<GitHubList> Lists()
    {
        var looksAtPaths = connection.Mapping.Topics.Values.Any(rules => rules.Any(r => r.Attributes.Contains("path")));
        yield return new GitHubList("pullRequests", "pull requests", "pull_request", "updatedAt", GitHubQueries.Pulls(looksAtPaths));
        yield return new GitHubList("deployments", "deployments", "change", "createdAt", GitHubQueries.Deployments);
        if (connection.List("incident_labels").Count > 0)
            yield return new GitHubList("issues", "issues", "incident", "updatedAt", GitHubQueries.Issues);
    }

    /// <param name="Name">The connection's name in GitHub's schema.</param>
    /// <param name="OrderedBy">The moment by which it comes, newest first.</param>
    private sealed record GitHubList(string Name, string Title, string Fact, string OrderedBy, string Query);
}
