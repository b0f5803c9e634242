using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Web;
using Metrics.Model.Facts;

namespace Metrics.Sources.GitHub;

/// <summary>Pull requests, deployments and labelled issues of GitHub.</summary>
public sealed partial class GitHubSource : ISweepSource, IPushSource
{
    internal const string SourceName = "github";

    private const string What = "answers of GitHub's APIs or its webhooks";

    // What else GitHub tells, it tells for nothing.
    private static readonly string[] Events = ["pull_request", "pull_request_review", "deployment", "deployment_status", "issues"];

    public string Name => SourceName;

    public string Description =>
        "GitHub: pull requests with their reviews, deployments and labelled issues, by its GraphQL API, webhooks, or files of either.";

    public SourceSettings Settings { get; } = new()
    {
        Options =
        [
            new("repositories", OptionKind.List, "What to read: owner/name, or owner/* for all of an owner's."),
            new("api_url", OptionKind.Url, "https://HOST/api/v3 for GitHub Enterprise Server.") { Default = "https://api.github.com" },
            new("app_id", OptionKind.Text, "The GitHub App to sign in as, with app_private_key."),
            new("installation_id", OptionKind.Text, "The app's installation in the organisation."),
            new("environments", OptionKind.List, "Deployments to these are changes; others are not read.") { Default = "production" },
            new("rollback_tasks", OptionKind.List, "A deployment with this task takes back the one before it, which then counts as failed."),
            new("incident_labels", OptionKind.List, "Issues with one of these labels are incidents; without it issues are not read."),
            new("service_accounts", OptionKind.List, "Users that are no people, beside GitHub's bots."),
            new("members", OptionKind.List, "login=team: the team of an author, where no rule says another."),
            new("page_size", OptionKind.Number, "Pull requests asked for at once, at most 100.") { Default = "50" },
        ],
        Secrets =
        [
            new("token", "A fine-grained token with read access to pull requests, issues, deployments and metadata."),
            new("app_private_key", "The .pem key of a GitHub App with the same rights, instead of a token."),
            new("webhook_secret", "The secret that was given to GitHub with the webhook."),
        ],
        Topics =
        [
            new("team", "The team of a pull request, deployment or incident; else the author's of members.", "repository", "base", "title", "label", "path", "environment", "task", "ref"),
            new("data_code", "Whether a pull request counts as data code; yes where no rule matches.", "repository", "base", "title", "label", "path") { Words = ["true", "false"] },
            new("dataset", "The datasets of a change or incident, separated by semicolons; else labels dataset:NAME of an incident.", "repository", "environment", "task", "ref", "title", "label"),
            new("change_kind", "The kind of a change; standard where no rule matches.", "repository", "environment", "task", "ref", "title", "label") { Words = FactWords.Of(typeof(ChangeKind)) },
            new("severity", "The severity of an incident; else the digit of labels such as sev1 and P2.", "repository", "title", "label") { Words = ["1", "2", "3", "4", "5"] },
            new("cause", "The cause of an incident.", "repository", "title", "label") { Words = FactWords.Of(typeof(IncidentCause)) },
            new("detected_by", "Who noticed an incident.", "repository", "title", "label") { Words = FactWords.Of(typeof(DetectedBy)) },
        ],
    };

    public IReadOnlyList<string> Vouches => ["pull_request", "change"];

    public IEnumerable<Payload> Fetch(IReadOnlyList<string> paths) => JsonFiles.Fetch(paths, What);

    /// <summary>Pull requests, and the issues that are incidents. A deployment has no page of its own.</summary>
    public Uri? LinkTo(SourceConnection connection, string fact, IReadOnlyList<string> key)
    {
        var place = (fact, key) switch
        {
            ("pull_request", [var repository, var number]) => $"{repository}/pull/{number}",
            ("incident", [var id]) => id.Replace("#", "/issues/", StringComparison.Ordinal),
            _ => null,
        };
        if (place is null || !Place().IsMatch(place) || connection.Url("api_url") is not { } api) return null;
        return new Uri(api.Host == "api.github.com" ? new Uri("https://github.com") : new Uri(api.GetLeftPart(UriPartial.Authority)), place);
    }

    [GeneratedRegex("^[A-Za-z0-9_-]+/(?![.]{1,2}/)[A-Za-z0-9_.-]+/(pull|issues)/[0-9]+$")]
    private static partial Regex Place();

    public Stream Redact(Payload payload, Redactor redactor) => new GitHubPrivacy(redactor).Rewrite(payload);

    public async IAsyncEnumerable<Reading> ReadAsync(
        Payload payload, ReadContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var privacy = new GitHubPrivacy(context.Redactor);
        var reader = new GitHubReader(context.Connection);
        await foreach (var reading in JsonRecords.ReadAsync(payload, privacy, reader.Read, What, cancellation)) yield return reading;
    }

    public IEnumerable<Reading> Compose(IReadOnlyList<FragmentSeen> fragments, ReadContext context) =>
        new GitHubComposer(context).Compose(fragments);

    public IAsyncEnumerable<Page> PullAsync(PullContext context, CancellationToken cancellation) => new GitHubPull(context).RunAsync(cancellation);

    public async Task<string> TestAsync(PullContext context, CancellationToken cancellation)
    {
        var api = new GitHubApi(context, new GitHubAccess(context));
        var repositories = await new GitHubRepositories(api, context.Connection).ListAsync(cancellation);
        var (owner, name) = GitHubRepositories.Split(repositories[0]);
        var answer = await api.AskAsync(GitHubQueries.Numbers("pullRequests"), new { owner, name, first = 1, after = (string?)null }, cancellation);
        return answer.Data.At("repository").ValueKind == System.Text.Json.JsonValueKind.Object
            ? $"{repositories.Count} {(repositories.Count == 1 ? "repository" : "repositories")}, {answer.Limit?.Remaining.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unknown"} points left"
            : throw new TerminalSourceException($"GitHub knows no repository {repositories[0]}, or the token may not see it.");
    }

    public async IAsyncEnumerable<SweepPart> SweepAsync(PullContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var repositories = new GitHubRepositories(new GitHubApi(context, new GitHubAccess(context)), context.Connection);
        foreach (var repository in await repositories.ListAsync(cancellation))
        {
            yield return new SweepPart(
                FactPart.Of("pull_request").Having("repository", repository),
                repositories.ExistingAsync(repository, "pullRequests", cancellation).Select(e => (Fact)new PullRequest
                {
                    Repository = e.Repository,
                    Number = e.Id,
                    Source = SourceName,
                }));
            yield return new SweepPart(
                FactPart.Of("change").Starting("change_id", $"{repository}/deployments/"),
                repositories.ExistingAsync(repository, "deployments", cancellation).Select(e => (Fact)new Change
                {
                    ChangeId = $"{e.Repository}/deployments/{e.Id}",
                    Source = SourceName,
                }));
            yield return new SweepPart(
                FactPart.Of("incident").Starting("incident_id", $"{repository}#"),
                repositories.ExistingAsync(repository, "issues", cancellation).Select(e => (Fact)new Incident
                {
                    IncidentId = $"{e.Repository}#{e.Id}",
                    Source = SourceName,
                }));
        }
    }

    public bool? IsSigned(PushRequest request, SourceConnection connection, DateTimeOffset now) =>
        request.Header("X-Hub-Signature-256") is not { } signature ? null
            : signature.StartsWith("sha256=", StringComparison.Ordinal) && request.HasHmac(connection.Secret("webhook_secret"), signature["sha256=".Length..]);

    public PushedEvent Describe(PushRequest request)
    {
        var name = request.Header("X-GitHub-Event");
        var delivery = request.Header("X-GitHub-Delivery");
        if (name is not null && !Events.Contains(name)) return new PushedEvent(delivery, Payload: null);
        var isForm = request.Header("Content-Type")?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;
        var body = isForm
            ? Encoding.UTF8.GetBytes(HttpUtility.ParseQueryString(Encoding.UTF8.GetString(request.Body.Span))["payload"] ?? "")
            : request.Body;
        return new PushedEvent(delivery, Payload.OfBytes(name is null ? "posted.json" : $"{name} webhook.json", body));
    }
}
