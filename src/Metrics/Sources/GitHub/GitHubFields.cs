using System.Text.Json;
using System.Text.RegularExpressions;

namespace Metrics.Sources.GitHub;

/// <summary>What the REST API, webhooks and the GraphQL API call by different names.</summary>
internal static partial class GitHubFields
{
    extension(JsonElement json)
    {
        public JsonElement Either(string rest, string graph) =>
            json.At(rest) is { ValueKind: not JsonValueKind.Undefined } member ? member : json.At(graph);

        public bool HasEither(string rest, string graph) => json.Has(rest) || json.Has(graph);

        public DateTimeOffset? Moment(string rest, string graph) => json.Moment(rest) ?? json.Moment(graph);

        public string? Text(string rest, string graph) => json.Text(rest) ?? json.Text(graph);

        /// <summary>User, Bot, Organization …; null where it is not said.</summary>
        public string? Kind() => json.Text("type") ?? json.Text("__typename");

        /// <summary>The nodes of a GraphQL connection, or a REST list.</summary>
        public IEnumerable<JsonElement> Nodes() =>
            (json.ValueKind == JsonValueKind.Array ? json : json.At("nodes")).Items().Where(n => n.ValueKind == JsonValueKind.Object);

        /// <summary>An id: the global number, which all APIs share.</summary>
        public string? Id() => json.Whole("id") ?? json.Whole("fullDatabaseId") ?? json.Whole("databaseId");

        /// <summary>A whole number, also one written as text.</summary>
        public string? Whole(string name) => json.Number(name) is { } number && number == decimal.Truncate(number)
            ? ((Int128)number).ToString(System.Globalization.CultureInfo.InvariantCulture)
            : null;

        /// <summary><c>owner/name</c>, from whatever of a record says it.</summary>
        public string? RepositoryName() =>
            json.At("base").At("repo").Text("full_name")
            ?? json.At("repository").Text("full_name") ?? json.At("repository").Text("nameWithOwner")
            ?? json.At("baseRepository").OwnedName()
            ?? InAddress(json.Text("url")) ?? InAddress(json.Text("pull_request_url")) ?? InAddress(json.Text("repository_url"))
            ?? InAddress(json.Text("deployment_url")) ?? InAddress(json.Text("html_url"))
            ?? (json.Text("org") is { } org && json.Text("repo") is { } repo ? $"{org}/{repo}" : null)
            ?? json.Text("_ab_github_repository");

        /// <summary>The number in an API address: <c>…/pulls/12</c>.</summary>
        public string? NumberIn(string name) => NumberInAddress().Match(json.Text(name) ?? "") is { Success: true } found ? found.Groups[1].Value : null;

        private string? OwnedName() => json.Text("nameWithOwner")
            ?? (json.At("owner").Text("login") is { } owner && json.Text("name") is { } name ? $"{owner}/{name}" : null);
    }

    private static string? InAddress(string? address) =>
        RestAddress().Match(address ?? "") is { Success: true } rest ? rest.Groups[1].Value
        : PageAddress().Match(address ?? "") is { Success: true } page ? page.Groups[1].Value
        : null;

    [GeneratedRegex(@"/repos/([^/?#]+/[^/?#]+)")]
    private static partial Regex RestAddress();

    [GeneratedRegex(@"^https?://[^/]+/([^/?#]+/[^/?#]+)/(?:pull|issues|deployments)\b")]
    private static partial Regex PageAddress();

    [GeneratedRegex(@"/(?:pulls|issues|pull|deployments)/([0-9]+)\b")]
    private static partial Regex NumberInAddress();
}
