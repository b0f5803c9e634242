using System.Net;
using System.Text;

namespace Metrics.Sources;

/// <summary>Answers of an API as payloads or as typed failures.</summary>
public static class SourceResponses
{
    private const int Quoted = 300;

    /// <summary>Asks for an address and gives the answer as a payload, wholly in memory (at most 64 MB).</summary>
    /// <exception cref="SourceException">The API refuses or does not answer; the type says whether trying again may help.</exception>
    public static Task<Payload> GetPayloadAsync(this HttpClient http, Uri address, string name, CancellationToken cancellation) =>
        http.SendForPayloadAsync(new HttpRequestMessage(HttpMethod.Get, address), name, cancellation);

    /// <summary>Sends a request and gives the answer as a payload, wholly in memory (at most 64 MB).</summary>
    /// <param name="name">How people refer to the payload; with <see cref="Payload.Headers"/> all that a reader knows beside the content.</param>
    /// <exception cref="SourceException">The API refuses or does not answer; the type says whether trying again may help.</exception>
    public static async Task<Payload> SendForPayloadAsync(
        this HttpClient http, HttpRequestMessage request, string name, CancellationToken cancellation)
    {
        using var response = await http.SendAsync(request, cancellation);
        await response.EnsureOkAsync(cancellation);
        return Payload.OfBytes(name, await response.Content.ReadAsByteArrayAsync(cancellation));
    }

    /// <summary>Returns for 2xx; else throws with address (without query), status, the answer's beginning, and what to do.</summary>
    /// <exception cref="TerminalSourceException">The API refuses.</exception>
    /// <exception cref="TransientSourceException">It asks for patience.</exception>
    public static async Task EnsureOkAsync(this HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.IsSuccessStatusCode) return;
        var address = response.RequestMessage?.RequestUri is { } uri ? uri.GetLeftPart(UriPartial.Path) : "The API";
        var said = await QuoteAsync(response, cancellation);
        var message = $"{address} answered {(int)response.StatusCode} {response.ReasonPhrase}{said}. {Advice(response.StatusCode)}";
        throw IsTransient(response.StatusCode) ? new TransientSourceException(message) : new TerminalSourceException(message);
    }

    /// <summary>Statuses after which the same request may succeed.</summary>
    public static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or (HttpStatusCode)425 || (int)status >= 500;

    private static string Advice(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => "Check the credentials under secrets in sources.yaml and the environment variable they name.",
        HttpStatusCode.Forbidden => "The credentials are known but lack a right; \"metrics sources list\" says which they need.",
        HttpStatusCode.NotFound => "Check the address and names under options in sources.yaml; some APIs answer so where a right is missing.",
        HttpStatusCode.TooManyRequests => "The rate limit is used up; the next run goes on where this one ended.",
        >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout => "The next run goes on where this one ended.",
        _ => "Check the options of the connection in sources.yaml.",
    };

    private static async Task<string> QuoteAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var content = await response.Content.ReadAsStreamAsync(cancellation);
        var bytes = new byte[Quoted * 4];
        var read = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        var text = string.Join(' ', Encoding.UTF8.GetString(bytes, 0, read).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length == 0 ? "" : $": {(text.Length > Quoted ? text[..Quoted] + "…" : text)}";
    }
}
