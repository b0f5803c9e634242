using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Metrics.Sources.Airflow;

/// <summary>A server's API of the version that it speaks, logged in.</summary>
internal sealed partial class AirflowApi
{
    private readonly PullContext context;
    private readonly Uri root;
    private AuthenticationHeaderValue? credentials;

    private AirflowApi(PullContext context)
    {
        this.context = context;
        root = context.Connection.Url("base_url") ?? throw new TerminalSourceException(
            $"{context.Connection.Title} has no option \"base_url\"; add the address of Airflow's web server in sources.yaml.");
    }

    /// <summary><c>v1</c> (Airflow 2) or <c>v2</c> (Airflow 3).</summary>
    public string Name { get; private set; } = "v2";

    /// <summary>As the server gives it: <c>2.10.4</c>.</summary>
    public string Version { get; private set; } = "";

    public bool IsV2 => Name == "v2";

    /// <summary>Runs can be asked for by the moment of their last change: since 2.6.</summary>
    public bool HasUpdatedAt => IsV2 || IsAtLeast(2, 6);

    /// <summary>Earlier tries of a task are kept: since 2.10.</summary>
    public bool HasTries => IsV2 || IsAtLeast(2, 10);

    /// <summary>The server's clock at its last answer; null where it names none.</summary>
    public DateTimeOffset? ServerTime { get; private set; }

    /// <exception cref="SourceException">The server does not answer, or refuses.</exception>
    public static async Task<AirflowApi> OpenAsync(PullContext context, CancellationToken cancellation)
    {
        var api = new AirflowApi(context);
        using (var version = await context.Http.GetAsync(new Uri(api.root, "api/v2/version"), cancellation))
        {
            if (version.IsSuccessStatusCode && await JsonOrNullAsync(version, cancellation) is { } answer)
            {
                using (answer) api.Version = answer.RootElement.Text("version") ?? "";
                api.credentials = await api.LogInAsync(cancellation);
                return api;
            }
        }

        api.Name = "v1";
        api.credentials = api.Basic();
        using (var version = await api.GetAsync("api/v1/version", cancellation)) api.Version = version.RootElement.Text("version") ?? "";
        return api;
    }

    /// <summary>A path below the API's version.</summary>
    public string Path(string path) => $"api/{Name}/{path}";

    /// <summary>An answer. A token that has expired is renewed once.</summary>
    /// <exception cref="SourceException">The server refuses, asks for patience, or answers something that is no JSON.</exception>
    public async Task<JsonDocument> GetAsync(string path, CancellationToken cancellation) =>
        await GetOrNullAsync(path, cancellation) ?? throw new TerminalSourceException(
            $"{new Uri(root, path).GetLeftPart(UriPartial.Path)} answered 404 Not Found. Check base_url in sources.yaml: the address of the web server, without /api.");

    /// <summary>An answer; null where the server knows no such thing.</summary>
    public async Task<JsonDocument?> GetOrNullAsync(string path, CancellationToken cancellation)
    {
        var response = await SendAsync(path, cancellation);
        if (response.StatusCode == HttpStatusCode.Unauthorized && IsV2 && context.Connection.Secret("token") is null)
        {
            response.Dispose();
            credentials = await LogInAsync(cancellation);
            response = await SendAsync(path, cancellation);
        }

        using (response)
        {
            if (response.StatusCode == HttpStatusCode.NotFound) return null;
            await response.EnsureOkAsync(cancellation);
            ServerTime = response.Headers.Date ?? ServerTime;
            return await JsonOrNullAsync(response, cancellation) ?? throw new TerminalSourceException(
                $"{new Uri(root, path).GetLeftPart(UriPartial.Path)} answered something that is no JSON: perhaps a page to log in. " +
                "Check base_url in sources.yaml, and that the server lets programs in.");
        }
    }

    private Task<HttpResponseMessage> SendAsync(string path, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(root, path));
        request.Headers.Authorization = credentials;
        return context.Http.SendAsync(request, cancellation);
    }

    private async Task<AuthenticationHeaderValue> LogInAsync(CancellationToken cancellation)
    {
        if (context.Connection.Secret("token") is { } given) return new("Bearer", given);
        using var response = await context.Http.PostAsJsonAsync(
            new Uri(root, "auth/token"), new { username = User(), password = context.Connection.RequiredSecret("password") }, cancellation);
        await response.EnsureOkAsync(cancellation);
        using var answer = await JsonOrNullAsync(response, cancellation);
        return answer?.RootElement.Text("access_token") is { } token ? new("Bearer", token) : throw new TerminalSourceException(
            $"{new Uri(root, "auth/token")} gave no access_token. Where the server has another way to log in, give it a token as the secret \"token\".");
    }

    private AuthenticationHeaderValue Basic() => context.Connection.Secret("token") is { } given
        ? new("Bearer", given)
        : new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User()}:{context.Connection.RequiredSecret("password")}")));

    private string User() => context.Connection.Text("user") ?? throw new TerminalSourceException(
        $"{context.Connection.Title} has neither the secret \"token\" nor the option \"user\"; add one of them in sources.yaml.");

    private bool IsAtLeast(int major, int minor)
    {
        var form = VersionForm().Match(Version);
        return form.Success
            && (int.Parse(form.Groups["major"].ValueSpan, CultureInfo.InvariantCulture), int.Parse(form.Groups["minor"].ValueSpan, CultureInfo.InvariantCulture))
                .CompareTo((major, minor)) >= 0;
    }

    private static async Task<JsonDocument?> JsonOrNullAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            return await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellation), cancellationToken: cancellation);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A(?<major>\d{1,4})\.(?<minor>\d{1,4})", RegexOptions.ExplicitCapture)]
    private static partial Regex VersionForm();
}
