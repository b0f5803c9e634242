using System.Buffers.Text;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Metrics.Sources.GitHub;

/// <summary>
/// Requests with credentials: a token, or a GitHub App's, whose tokens last an hour and are renewed before they end. Addresses
/// follow from <c>api_url</c>, for github.com and for GitHub Enterprise Server.
/// </summary>
internal sealed class GitHubAccess(PullContext context)
{
    private static readonly TimeSpan RenewedBefore = TimeSpan.FromMinutes(5);

    private readonly SourceConnection connection = context.Connection;
    private string? installationToken;
    private DateTimeOffset expiresAt;

    /// <summary>With a slash at its end.</summary>
    public Uri RestAddress => connection.Url("api_url")!;

    // GitHub Enterprise Server has /api/v3 and, beside it, /api/graphql.
    public Uri GraphQLAddress => RestAddress.AbsolutePath.EndsWith("/v3/", StringComparison.Ordinal)
        ? new Uri(RestAddress, "../graphql")
        : new Uri(RestAddress, "graphql");

    public async Task<HttpRequestMessage> RequestAsync(HttpMethod method, Uri address, CancellationToken cancellation)
    {
        var request = Unauthorized(method, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(cancellation));
        return request;
    }

    private static HttpRequestMessage Unauthorized(HttpMethod method, Uri address)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.Accept.ParseAdd("application/vnd.github+json");
        request.Headers.UserAgent.ParseAdd("metrics");
        request.Headers.Add("X-GitHub-Api-Version", "2022-11-28");
        return request;
    }

    private async Task<string> TokenAsync(CancellationToken cancellation)
    {
        if (connection.Secret("app_private_key") is not { } key) return connection.RequiredSecret("token");
        if (installationToken is not null && context.Clock.GetUtcNow() < expiresAt - RenewedBefore) return installationToken;
        var app = connection.Text("app_id");
        var installation = connection.Text("installation_id");
        if (app is null || installation is null)
        {
            throw new TerminalSourceException($"{connection.Title} has an app_private_key; it needs app_id and installation_id under options too. " +
                "Both stand on the app's and the installation's page in GitHub's settings.");
        }

        var request = Unauthorized(HttpMethod.Post, new Uri(RestAddress, $"app/installations/{Uri.EscapeDataString(installation)}/access_tokens"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AppToken(app, key, context.Clock.GetUtcNow()));
        using var response = await context.Http.SendAsync(request, cancellation);
        await response.EnsureOkAsync(cancellation);
        using var answer = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellation), cancellationToken: cancellation);
        installationToken = answer.RootElement.Text("token") ?? throw new TerminalSourceException(
            $"{request.RequestUri} gave no token; check that app_id and installation_id belong together.");
        expiresAt = answer.RootElement.Moment("expires_at") ?? context.Clock.GetUtcNow().AddMinutes(50);
        return installationToken;
    }

    /// <summary>A JSON Web Token signed with RS256, good for nine minutes; a minute is left for clocks that disagree.</summary>
    internal static string AppToken(string app, string privateKey, DateTimeOffset now)
    {
        using var rsa = RSA.Create();
        try
        {
            // An environment variable often carries the key on one line.
            rsa.ImportFromPem(privateKey.Replace("\\n", "\n", StringComparison.Ordinal));
        }
        catch (Exception broken) when (broken is ArgumentException or CryptographicException)
        {
            throw new TerminalSourceException(
                "app_private_key is no PEM private key; take the .pem file that GitHub gave when the key was generated, line breaks as they are or as \\n.", broken);
        }

        var claims = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"iat":{{now.AddMinutes(-1).ToUnixTimeSeconds()}},"exp":{{now.AddMinutes(9).ToUnixTimeSeconds()}},"iss":{{JsonSerializer.Serialize(app)}}}""");
        var signed = $"{Encode("""{"alg":"RS256","typ":"JWT"}""")}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
