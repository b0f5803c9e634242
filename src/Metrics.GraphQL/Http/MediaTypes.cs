using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Metrics.GraphQL.Http;

/// <summary>The media types spoken, and how one is chosen.</summary>
internal static class MediaTypes
{
    public const string GraphQLResponse = "application/graphql-response+json";
    public const string Json = "application/json";
    public const string Csv = "text/csv";
    public const string JsonLines = "application/jsonl";
    public const string Html = "text/html";

    /// <summary>The offer that the caller likes best; the first when it names none; null when it accepts none of them.</summary>
    public static string? Negotiate(HttpRequest request, params IReadOnlyList<string> offers)
    {
        // What most clients send needs no reading.
        if (request.Headers.Accept is [{ } exact] && offers.Contains(exact)) return exact;
        var accept = request.GetTypedHeaders().Accept;
        if (accept.Count == 0) return request.Headers.Accept.Count == 0 || string.IsNullOrWhiteSpace(request.Headers.Accept) ? offers[0] : null;
        return offers
            .Select((offer, index) => (Offer: offer, Index: index, Match: Match(accept, offer)))
            .Where(o => o.Match.Quality > 0)
            .OrderByDescending(o => o.Match.Quality).ThenBy(o => o.Match.Position).ThenBy(o => o.Index)
            .Select(o => o.Offer)
            .FirstOrDefault();
    }

    /// <summary>How much an offer is liked: the quality that the most specific entry gives it, and where that entry stands.</summary>
    private static (double Quality, int Position) Match(IList<MediaTypeHeaderValue> accept, string offer)
    {
        var media = new MediaTypeHeaderValue(offer);
        var best = accept
            .Where(a => a.MatchesAllTypes || (a.MatchesAllSubTypes ? a.Type == media.Type : a.MediaType == media.MediaType && IsUtf8(a)))
            .OrderByDescending(a => a.MatchesAllTypes ? 0 : a.MatchesAllSubTypes ? 1 : 2)
            .FirstOrDefault();
        return best is null ? (0, 0) : (best.Quality ?? 1, accept.IndexOf(best));
    }

    private static bool IsUtf8(MediaTypeHeaderValue accept) =>
        !accept.Charset.HasValue || accept.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a body is JSON in UTF-8; nothing else is read, so that no form on a foreign page can post here.</summary>
    public static bool IsJsonBody(HttpRequest request) =>
        request.Headers.ContentEncoding.Count == 0 && IsJson(request.ContentType);

    /// <summary>The value of Content-Type for one of these in UTF-8.</summary>
    public static string InUtf8(string mediaType) => mediaType switch
    {
        Json => "application/json; charset=utf-8",
        GraphQLResponse => "application/graphql-response+json; charset=utf-8",
        _ => $"{mediaType}; charset=utf-8",
    };

    private static bool IsJson(string? contentType) =>
        contentType is Json or "application/json; charset=utf-8"
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)
            && IsUtf8(type));
}
