using System.Net;
using Metrics.Sources;

namespace Metrics.Sync;

/// <summary>
/// Follows redirects of requests that only read. Within one origin everything goes along; to another, nothing but what is
/// asked for: no credentials, and never from https to http.
/// </summary>
internal sealed class RedirectHandler : DelegatingHandler
{
    private const int Most = 5;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var count = 0; ; count++)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (request.Method != HttpMethod.Get || Target(request, response) is not { } target) return response;
            response.Dispose();
            var from = request.RequestUri!;
            if (count == Most) throw new TerminalSourceException($"{from.GetLeftPart(UriPartial.Path)} redirects more than {Most} times. Check the address in sources.yaml.");
            if (from.Scheme == "https" && target.Scheme != "https")
                throw new TerminalSourceException($"{from.GetLeftPart(UriPartial.Path)} redirects to {target.GetLeftPart(UriPartial.Path)}, without encryption. Check the address in sources.yaml.");
            request = Next(request, target);
        }
    }

    private static Uri? Target(HttpRequestMessage request, HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && response.Headers.Location is { } location
        && new Uri(request.RequestUri!, location) is { Scheme: "http" or "https" } target ? target : null;

    private static HttpRequestMessage Next(HttpRequestMessage request, Uri target)
    {
        var isHome = Uri.Compare(request.RequestUri, target, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
        var next = new HttpRequestMessage(HttpMethod.Get, target);
        foreach (var (name, values) in request.Headers)
            if (isHome || name is "Accept" or "User-Agent") next.Headers.TryAddWithoutValidation(name, values);
        return next;
    }
}
