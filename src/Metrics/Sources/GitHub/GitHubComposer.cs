using System.Text.RegularExpressions;
using Metrics.Model.Facts;

namespace Metrics.Sources.GitHub;

/// <summary>Makes records of all that is known of a pull request, a deployment, an issue.</summary>
internal sealed partial class GitHubComposer(ReadContext context)
{
    private readonly HashSet<string> serviceAccounts =
        [.. context.Connection.List("service_accounts").SelectMany(a => (string[])[a, context.Redactor.Hash(a)!])];

    public IEnumerable<Reading> Compose(IReadOnlyList<FragmentSeen> fragments) => fragments[0].Entity.Split(' ')[0] switch
    {
        "pull" => Pull(fragments),
        "deployment" => Deployment(fragments),
        "environment" => Rollbacks(fragments),
        "commit" => Changes(fragments),
        "issue" => Issue(fragments),
        _ => [],
    };

    private IEnumerable<Reading> Pull(IReadOnlyList<FragmentSeen> fragments)
    {
        // Reviews may come before the pull request itself.
        if (fragments.Get<PullState>("state") is not { } state) yield break;
        var size = fragments.Get<PullSize>("size");
        var reviews = fragments.All<ReviewSeen>("review")
            .Where(r => !IsBot(r.Author) && (r.Author is null || r.Author.Login != state.Author?.Login))
            .Where(r => state.Merged is null || r.At <= state.Merged)
            .ToList();
        var approved = Earliest(reviews.Where(r => r.State == "approved"), state.Opened);
        var updated = fragments.Max(f => f.Version);
        var raw = Raw(state, fragments.Get<PullPaths>("paths"));
        var team = context.Mapping.Match("team", raw, out var mapped) ? mapped : TeamOf(state.Author);
        var record = new PullRequest
        {
            Repository = state.Repository,
            Number = state.Number,
            Title = state.Title,
            Author = context.Redactor.Hash(state.Author?.Login),
            AuthorIsBot = IsBot(state.Author),
            Team = team,
            DraftUntil = DraftUntil(state, fragments),
            OpenedAt = state.Opened,
            FirstReviewAt = Earliest(reviews, state.Opened),
            ApprovedAt = approved,
            MergedAt = state.Merged,
            ClosedAt = state.Closed,
            Additions = size?.Additions,
            Deletions = size?.Deletions,
            IsDataCode = context.Mapping.Apply("data_code", raw) is not "false",
            Source = GitHubSource.SourceName,
            UpdatedAt = updated,
        };
        yield return Checked(record, $"{state.Repository}#{state.Number}");
        if (state is { Merged: { } merged, Commit: { } commit })
        {
            yield return Fragments.Of(
                GitHubFragments.Commit(state.Repository, commit), $"pull {state.Number}", updated,
                new MergedPull(state.Title, team, approved, merged, state.Labels));
        }
    }

    // A review may be older than the pull request it is counted with: a fork's, a transferred one's. It waited for nothing.
    private static DateTimeOffset? Earliest(IEnumerable<ReviewSeen> reviews, DateTimeOffset? opened)
    {
        DateTimeOffset? first = reviews.Select(r => (DateTimeOffset?)r.At).Min();
        return first < opened ? opened : first;
    }

    /// <summary>The last time that it left the draft state; none while it is a draft.</summary>
    private static DateTimeOffset? DraftUntil(PullState state, IReadOnlyList<FragmentSeen> fragments) =>
        state is { Draft: true, Merged: null }
            ? null
            : fragments.Named("ready").Select(f => (DateTimeOffset?)f.Version).Where(at => state.Merged is null || at <= state.Merged).Max();

    private IEnumerable<Reading> Deployment(IReadOnlyList<FragmentSeen> fragments)
    {
        if (fragments.Get<DeploymentSeen>("asked") is not { } asked) yield break;
        var statuses = fragments.All<StatusSeen>("status").ToList();
        var succeeded = First(statuses, "success");
        var failed = First(statuses, "failure", "error");
        if ((succeeded ?? failed) is not { } at) yield break;
        var deployed = new DeployedCommit(asked, at, IsFailed: failed is not null);
        var version = fragments.Max(f => f.Version);
        yield return Fragments.Of(GitHubFragments.Commit(asked.Repository, asked.Commit), $"deployment {asked.Id}", version, deployed);
        if (context.Connection.List("rollback_tasks").Count > 0)
            yield return Fragments.Of(GitHubFragments.Environment(asked), $"deployment {asked.Id}", version, deployed);
    }

    /// <summary>A rollback says that the deployment before it failed, and takes that back from those it was said of before.</summary>
    private IEnumerable<Reading> Rollbacks(IReadOnlyList<FragmentSeen> fragments)
    {
        const int Reconsidered = 20;
        var all = fragments.All<DeployedCommit>("deployment").OrderBy(d => d.At).ThenBy(d => d.Asked.Id, StringComparer.Ordinal).ToList();
        for (var i = 0; i < all.Count; i++)
        {
            if (!IsRollback(all[i].Asked)) continue;
            var isLast = true;
            for (var j = i - 1; j >= Math.Max(0, i - Reconsidered) && !IsRollback(all[j].Asked); j--)
            {
                var before = all[j].Asked;
                yield return Fragments.Of(
                    GitHubFragments.Commit(before.Repository, before.Commit), $"rollback {before.Id}", all[i].At, new RolledBack(before.Id, isLast));
                isLast = false;
            }
        }
    }

    private bool IsRollback(DeploymentSeen asked) =>
        asked.Task is { } task && context.Connection.List("rollback_tasks").Contains(task, StringComparer.OrdinalIgnoreCase);

    private static DateTimeOffset? First(List<StatusSeen> statuses, params string[] states) =>
        statuses.Where(s => states.Contains(s.State)).Select(s => (DateTimeOffset?)s.At).Min();

    private IEnumerable<Reading> Changes(IReadOnlyList<FragmentSeen> fragments)
    {
        var pull = fragments.All<MergedPull>("pull").OrderBy(p => p.Merged).FirstOrDefault();
        var rolledBack = fragments.All<RolledBack>("rollback").Where(r => r.IsTrue).Select(r => r.Id).ToHashSet();
        foreach (var deployed in fragments.All<DeployedCommit>("deployment"))
        {
            var asked = deployed.Asked;
            var raw = new RawAttributes
            {
                { "repository", asked.Repository }, { "environment", asked.Environment }, { "task", asked.Task }, { "ref", asked.Ref },
                { "title", pull?.Title }, { "label", pull?.Labels ?? [] },
            };
            yield return Checked(new Change
            {
                ChangeId = $"{asked.Repository}/deployments/{asked.Id}",
                Title = pull?.Title ?? $"{asked.Repository}@{asked.Commit[..Math.Min(8, asked.Commit.Length)]} to {asked.Environment}",
                Kind = Word<ChangeKind>("change_kind", raw) ?? (IsRollback(asked) ? ChangeKind.Emergency : ChangeKind.Standard),
                Datasets = List("dataset", raw),
                Team = context.Mapping.Match("team", raw, out var team) ? team : pull?.Team,
                ApprovedAt = pull?.Approved <= deployed.At ? pull?.Approved : null,
                DeployedAt = deployed.At,
                Failed = deployed.IsFailed || rolledBack.Contains(asked.Id),
                Source = GitHubSource.SourceName,
                UpdatedAt = fragments.Max(f => f.Version),
            }, $"{asked.Repository}/deployments/{asked.Id}");
        }
    }

    private IEnumerable<Reading> Issue(IReadOnlyList<FragmentSeen> fragments)
    {
        var wanted = context.Connection.List("incident_labels");
        if (wanted.Count == 0 || fragments.Get<IssueState>("state") is not { } state) yield break;
        var raw = new RawAttributes { { "repository", state.Repository }, { "title", state.Title }, { "label", state.Labels } };
        var isIncident = state.Labels.Any(l => wanted.Contains(l, StringComparer.OrdinalIgnoreCase)) && !state.Gone;
        var id = $"{state.Repository}#{state.Number}";
        if (!isIncident && !fragments.Any(f => f.Name == "incident")) yield break;
        yield return Checked(new Incident
        {
            IncidentId = id,
            Title = state.Title,
            Severity = Severity(raw),
            Status = Status(state),
            Datasets = List("dataset", raw) is { Length: > 0 } mapped ? mapped : [.. LabelValues(state.Labels, "dataset:")],
            Team = context.Mapping.Match("team", raw, out var team) ? team : LabelValues(state.Labels, "team:").FirstOrDefault(),
            DetectedAt = state.Opened,
            ResolvedAt = state.Closed,
            DetectedBy = Word<DetectedBy>("detected_by", raw),
            Cause = Word<IncidentCause>("cause", raw),
            Source = GitHubSource.SourceName,
            UpdatedAt = fragments.Max(f => f.Version),
            Deleted = !isIncident,
        }, id);
    }

    private static IncidentStatus Status(IssueState state) => state switch
    {
        { Closed: null } => IncidentStatus.Open,
        { Reason: "not_planned" } => IncidentStatus.FalseAlarm,
        { Reason: "duplicate" } => IncidentStatus.Duplicate,
        _ => IncidentStatus.Resolved,
    };

    /// <summary>By a rule, else the digit of a label such as sev1, severity: 2, P1.</summary>
    private int? Severity(RawAttributes raw)
    {
        if (context.Mapping.Match("severity", raw, out var mapped)) return mapped is [>= '1' and <= '5'] ? mapped[0] - '0' : null;
        return raw["label"].Select(l => SeverityLabel().Match(l)).Where(m => m.Success).Select(m => (int?)(m.Groups["digit"].ValueSpan[0] - '0')).Min();
    }

    private static IEnumerable<string> LabelValues(IEnumerable<string> labels, string prefix) =>
        labels.Where(l => l.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).Select(l => l[prefix.Length..].Trim()).Where(v => v.Length > 0);

    private static RawAttributes Raw(PullState state, PullPaths? paths) => new()
    {
        { "repository", state.Repository }, { "base", state.Base }, { "title", state.Title }, { "label", state.Labels }, { "path", paths?.Paths ?? [] },
    };

    private string? TeamOf(GitHubUser? author) => author is null ? null : context.Connection.List("members")
        .Select(m => m.Split('=', 2, StringSplitOptions.TrimEntries))
        .Where(m => m.Length == 2 && (m[0] == author.Login || context.Redactor.Hash(m[0]) == author.Login))
        .Select(m => m[1]).FirstOrDefault();

    private bool IsBot(GitHubUser? user) =>
        user is not null && (user.Kind == "Bot" || GitHubPrivacy.IsBotName(user.Login) || serviceAccounts.Contains(user.Login));

    private T? Word<T>(string topic, RawAttributes raw) where T : struct, Enum =>
        context.Mapping.Apply(topic, raw) is { } word && FactWords.Find(typeof(T), word) is T found ? found : null;

    private string[] List(string topic, RawAttributes raw) =>
        context.Mapping.Apply(topic, raw)?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static Reading Checked(Fact record, string place) =>
        record.Fault() is { } fault ? new RecordRejected(place, place, fault) : new RecordRead(record);

    [GeneratedRegex(@"^(sev|severity|p|priority)[\s:/_-]*(?<digit>[1-5])$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex SeverityLabel();

    private sealed record MergedPull(string? Title, string? Team, DateTimeOffset? Approved, DateTimeOffset Merged, IReadOnlyList<string> Labels);

    private sealed record RolledBack(string Id, bool IsTrue);

    private sealed record DeployedCommit(DeploymentSeen Asked, DateTimeOffset At, bool IsFailed);
}
