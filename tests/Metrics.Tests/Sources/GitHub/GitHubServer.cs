using System.Text.Json;
using Metrics.Tests.Sync;
using Microsoft.AspNetCore.Http;

namespace Metrics.Tests.Sources.GitHub;

/// <summary>Speaks as much of GitHub Enterprise Server's API as a pull asks for: lists newest first, in pages behind cursors.</summary>
internal sealed class GitHubServer : IAsyncDisposable
{
    private LoopbackApi? api;

    /// <summary>Pull requests: number, when updated, node.</summary>
    public List<(int Number, string Updated, string Node)> Pulls { get; } = [];

    public List<(int Id, string Created, string Node)> Deployments { get; } = [];

    public List<(int Number, string Updated, string Node)> Issues { get; } = [];

    /// <summary>What follows the first hundred reviews of a pull request, by cursor.</summary>
    public Dictionary<string, string> MoreReviews { get; } = [];

    /// <summary>Answers in place of the API where it gives true: query, variables.</summary>
    public Func<HttpContext, string, JsonElement, Task<bool>> Instead { get; set; } = (_, _, _) => Task.FromResult(false);

    /// <summary>List and variables of every question.</summary>
    public List<string> Questions { get; } = [];

    public List<string> Tokens { get; } = [];

    public string Address => $"{api!.Url}api/v3";

    public LoopbackApi Api => api!;

    public static async Task<GitHubServer> StartAsync()
    {
        var server = new GitHubServer();
        server.api = await LoopbackApi.StartAsync(server.AnswerAsync);
        return server;
    }

    public ValueTask DisposeAsync() => api!.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Tokens.Add(context.Request.Headers.Authorization.ToString());
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var asked = body.Length == 0 ? default : JsonDocument.Parse(body).RootElement;
        var query = asked.ValueKind == JsonValueKind.Object ? asked.GetProperty("query").GetString()! : "";
        var variables = asked.ValueKind == JsonValueKind.Object ? asked.GetProperty("variables") : default;
        if (await Instead(context, query, variables)) return;
        context.Response.ContentType = "application/json";
        if (context.Request.Path != "/api/graphql")
        {
            context.Response.StatusCode = 404;
            return;
        }

        Questions.Add($"{(query.Contains("pullRequests(") ? "pulls" : query.Contains("deployments(") ? "deployments" : query.Contains("issues(") ? "issues" : "other")} " +
            $"first {Number(variables, "first")} after {Text(variables, "after") ?? "-"}");
        await context.Response.WriteAsync(Answer(query, variables));
    }

    private string Answer(string query, JsonElement variables)
    {
        if (query.Contains("repositoryOwner("))
            return """{"data": {"repositoryOwner": {"repositories": {"pageInfo": {"hasNextPage": false}, "nodes": [{"nameWithOwner": "acme/pipelines"}]}}}}""";
        if (Text(variables, "name") != "pipelines")
            return """{"data": {"repository": null}, "errors": [{"type": "NOT_FOUND", "path": ["repository"], "message": "Could not resolve to a Repository with the name 'acme/other'."}]}""";
        if (query.Contains("pullRequest("))
        {
            var more = MoreReviews[Text(variables, "after")!];
            return $$$"""{"data": {"repository": {"nameWithOwner": "acme/pipelines", "pullRequest": {"number": {{{Number(variables, "number")}}}, "reviews": {"pageInfo": {"hasNextPage": false}, "nodes": [{{{more}}}]} } } } }""";
        }

        return query.Contains("pullRequests(") ? List("pullRequests", Pulls, variables)
            : query.Contains("deployments(") ? List("deployments", Deployments, variables)
            : List("issues", Issues, variables);
    }

    private static string List(string name, List<(int Id, string At, string Node)> all, JsonElement variables)
    {
        // A cursor names the last of its page, so that what moves to the top does not shift what is below.
        var ordered = all.OrderByDescending(p => p.At, StringComparer.Ordinal).ThenByDescending(p => p.Id).ToList();
        var after = Text(variables, "after");
        var rest = after is null ? ordered : ordered.Where(p => string.CompareOrdinal(Key(p), after) < 0).ToList();
        var page = rest.Take(Number(variables, "first")).ToList();
        return GitHubSamples.Answer(name, string.Join(", ", page.Select(p => p.Node)), page.Count < rest.Count ? Key(page[^1]) : null);
    }

    private static string Key((int Id, string At, string Node) item) => $"{item.At} {item.Id:D4}";

    private static string? Text(JsonElement variables, string name) =>
        variables.ValueKind == JsonValueKind.Object && variables.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int Number(JsonElement variables, string name) =>
        variables.ValueKind == JsonValueKind.Object && variables.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : 0;
}
