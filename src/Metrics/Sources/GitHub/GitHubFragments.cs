using Metrics.Model.Facts;

namespace Metrics.Sources.GitHub;

/// <summary>A pull request as it stood when it was seen.</summary>
internal sealed record PullState(string Repository, string Number)
{
    public string? Title { get; init; }
    public GitHubUser? Author { get; init; }
    public DateTimeOffset? Opened { get; init; }
    public DateTimeOffset? Closed { get; init; }
    public DateTimeOffset? Merged { get; init; }
    public bool Draft { get; init; }
    public string? Base { get; init; }
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The commit that merging made; deployments name it.</summary>
    public string? Commit { get; init; }
}

/// <summary>Lines added and deleted.</summary>
internal sealed record PullSize(int Additions, int Deletions);

/// <summary>Files that a pull request changes; the first hundred.</summary>
internal sealed record PullPaths(IReadOnlyList<string> Paths);

/// <summary>A review; a dismissed one has lost what it said.</summary>
internal sealed record ReviewSeen(GitHubUser? Author, string State, DateTimeOffset At);

/// <summary>A deployment to production as it was asked for.</summary>
internal sealed record DeploymentSeen(string Repository, string Id, string Commit, string Environment)
{
    public string? Task { get; init; }
    public string? Ref { get; init; }
    public DateTimeOffset? Created { get; init; }
}

/// <summary>What a deployment reported.</summary>
internal sealed record StatusSeen(string State, DateTimeOffset At);

/// <summary>An issue as it stood when it was seen.</summary>
internal sealed record IssueState(string Repository, string Number)
{
    public string? Title { get; init; }
    public DateTimeOffset? Opened { get; init; }
    public DateTimeOffset? Closed { get; init; }
    public string? Reason { get; init; }
    public IReadOnlyList<string> Labels { get; init; } = [];
    public bool Gone { get; init; }
}

/// <summary>Who did something: a stand-in for a person, or a bot by name.</summary>
internal sealed record GitHubUser(string Login, string? Kind);

/// <summary>What fragments are called, and how they are found.</summary>
internal static class GitHubFragments
{
    public static string Pull(string repository, string number) => $"pull {repository}#{number}";

    public static string Issue(string repository, string number) => $"issue {repository}#{number}";

    public static string Deployment(string repository, string id) => $"deployment {repository}/{id}";

    /// <summary>What was brought together under a commit: the pull request that made it, and its deployments.</summary>
    public static string Commit(string repository, string sha) => $"commit {repository}@{sha}";

    /// <summary>All deployments to one environment, in whose order a rollback says which of them failed.</summary>
    public static string Environment(DeploymentSeen asked) => $"environment {asked.Repository}/{asked.Environment}";

    extension(IReadOnlyList<FragmentSeen> fragments)
    {
        public T? Get<T>(string name) where T : class => fragments.FirstOrDefault(f => f.Name == name) is { } found ? Fragments.Body<T>(found) : null;

        /// <summary>All whose name begins so, as <c>review 80</c>, <c>review 81</c>.</summary>
        public IEnumerable<T> All<T>(string kind) => fragments.Named(kind).Select(Fragments.Body<T>);

        public IEnumerable<FragmentSeen> Named(string kind) => fragments.Where(f => f.Name.StartsWith($"{kind} ", StringComparison.Ordinal));
    }
}
