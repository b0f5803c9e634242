using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Metrics.Sources.GitHub;

/// <summary>The configured repositories, and all that exists in them.</summary>
internal sealed class GitHubRepositories(GitHubApi api, SourceConnection connection)
{
    /// <summary>As configured; <c>owner/*</c> stands for all of an owner's that the token may see.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation)
    {
        var all = new List<string>();
        foreach (var given in connection.List("repositories"))
        {
            var (owner, name) = Split(given);
            if (name == "*") await AddAllAsync(owner, all, cancellation);
            else all.Add(given);
        }

        return all.Count > 0 ? [.. all.Distinct(StringComparer.OrdinalIgnoreCase)] : throw new TerminalSourceException(
            $"{connection.Title} names no repository; add repositories: [owner/name] or [owner/*] under options in sources.yaml.");
    }

    public static (string Owner, string Name) Split(string repository) => repository.Split('/') is [{ Length: > 0 } owner, { Length: > 0 } name]
        ? (owner, name)
        : throw new TerminalSourceException($"\"{repository}\" is no repository; write owner/name, or owner/* for all of an owner's.");

    /// <summary>Everything of one kind that a repository has now.</summary>
    /// <param name="list"><c>pullRequests</c>, <c>issues</c> or <c>deployments</c>.</param>
    public async IAsyncEnumerable<(string Repository, string Id)> ExistingAsync(
        string repository, string list, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (owner, name) = Split(repository);
        for (string? after = null, before = ""; after != before;)
        {
            before = after;
            var answer = await api.AskAsync(GitHubQueries.Numbers(list), new { owner, name, first = 100, after }, cancellation);
            var found = answer.Data.At("repository").At(list);
            if (answer.IsPartial || found.ValueKind != JsonValueKind.Object)
                throw new TransientSourceException($"{repository}: GitHub did not list {list} whole; nothing was taken for deleted.");
            foreach (var node in found.Nodes())
                if ((node.Whole("number") ?? node.Whole("databaseId")) is { } id)
                    yield return (answer.Data.At("repository").Text("nameWithOwner") ?? repository, id);
            if (found.At("pageInfo").IsTrue("hasNextPage")) after = found.At("pageInfo").Text("endCursor");
        }
    }

    private async Task AddAllAsync(string owner, List<string> all, CancellationToken cancellation)
    {
        string? after = null;
        do
        {
            var answer = await api.AskAsync(GitHubQueries.Repositories, new { owner, after }, cancellation);
            if (answer.Data.At("repositoryOwner") is not { ValueKind: JsonValueKind.Object } found)
                throw new TerminalSourceException($"GitHub knows no owner {owner}, or the token may not see it. Check repositories in sources.yaml.");
            var repositories = found.At("repositories");
            all.AddRange(repositories.Nodes().Select(n => n.Text("nameWithOwner")).OfType<string>());
            after = repositories.At("pageInfo").IsTrue("hasNextPage") ? repositories.At("pageInfo").Text("endCursor") : null;
        }
        while (after is not null);
    }
}
