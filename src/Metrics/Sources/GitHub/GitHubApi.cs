using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Metrics.Sources.GitHub;

/// <summary>One answer of the GraphQL API.</summary>
/// <param name="Bytes">As it came.</param>
/// <param name="Json">The same, parsed.</param>
internal sealed record GitHubAnswer(byte[] Bytes, JsonElement Json)
{
    public JsonElement Data => Json.At("data");

    /// <summary>Part of what was asked is missing.</summary>
    public bool IsPartial => Json.At("errors").Items().Any();

    /// <summary>GitHub counts points; null where the answer does not say.</summary>
    public (decimal Cost, decimal Remaining, DateTimeOffset? ResetAt)? Limit =>
        Data.At("rateLimit").Number("remaining") is { } left
            ? (Data.At("rateLimit").Number("cost") ?? 1, left, Data.At("rateLimit").Moment("resetAt"))
            : null;
}

/// <summary>Asks the GraphQL API, and tells refusals from what is worth trying later.</summary>
internal sealed class GitHubApi(PullContext context, GitHubAccess access)
{
    /// <exception cref="TransientSourceException">The limit is used up, or GitHub is in trouble.</exception>
    /// <exception cref="TerminalSourceException">The question as a whole is refused.</exception>
    public async Task<GitHubAnswer> AskAsync(string query, object variables, CancellationToken cancellation)
    {
        using var request = await access.RequestAsync(HttpMethod.Post, access.GraphQLAddress, cancellation);
        request.Content = JsonContent.Create(new { query, variables });
        using var response = await context.Http.SendAsync(request, cancellation);
        await response.EnsureOkAsync(cancellation);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellation);
        JsonElement json;
        try
        {
            json = JsonSerializer.Deserialize<JsonElement>(bytes);
        }
        catch (JsonException e)
        {
            throw new TransientSourceException($"{access.GraphQLAddress} answered 200 with what is no JSON; the next run goes on where this one ended.", e);
        }

        var answer = new GitHubAnswer(bytes, json);
        if (answer.Data.ValueKind == JsonValueKind.Object && !IsLimited(answer)) return answer;
        var said = string.Join("; ", json.At("errors").Items().Select(e => e.Text("message")).OfType<string>().Distinct().Take(3));
        if (IsLimited(answer))
        {
            throw new TransientSourceException($"The rate limit of GitHub's GraphQL API is used up ({said}). The next run goes on where this one ended.")
            {
                RetryAt = answer.Limit?.ResetAt ?? ResetOf(response),
            };
        }

        // A question without data and without a type of error is GitHub's own trouble; a mistake in it would show at once.
        throw json.At("errors").Items().Any(e => e.Text("type") is not null)
            ? new TerminalSourceException($"GitHub refused the question: {said}. Check repositories and the rights of the token.")
            : new TransientSourceException($"GitHub could not answer: {said}. The next run goes on where this one ended.");
    }

    private static bool IsLimited(GitHubAnswer answer) =>
        answer.Json.At("errors").Items().Any(e => e.Text("type") is "RATE_LIMITED" or "RATE_LIMIT");

    private static DateTimeOffset? ResetOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-ratelimit-reset", out var values)
        && long.TryParse(values.FirstOrDefault(), CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
