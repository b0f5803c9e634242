using System.Net.Http.Headers;
using System.Text;
using Metrics.Model;
using Metrics.Storage.Access;
using Metrics.Tests.Commands;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Access;

/// <summary>The real program with every log line there is, and every secret that it is sent.</summary>
public sealed class SecretsTests
{
    [Fact]
    public async Task No_secret_is_ever_logged()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("metrics-secrets-");
        await using var provider = await LittleProvider.StartAsync();
        await using var database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");
        var (_, secret) = await new AccessTokenStore(database.Application, TimeProvider.System).CreateAsync(
            new NewToken("power-bi", [Scopes.Read], RowLimit.Everything, null), "ada", cancellation);
        var wrong = TokenSecret.Create();
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"excel:{secret}"));
        using var process = MetricsProcess.Start(folder.FullName,
        [
            "serve", "--set", $"ConnectionStrings:Metrics={database.ConnectionString}", "--set", $"ConnectionStrings:MetricsReader={database.ReaderConnectionString}",
            "--set", "Urls=http://127.0.0.1:0", "--set", "Log:Level=Trace", "--set", "Auth:Tokens=true", "--set", "Auth:RequestsPerSecond=0",
            .. provider.Settings.SelectMany(s => (string[])["--set", s]),
        ]);
        var log = new StringBuilder();
        var serving = new TaskCompletionSource<Uri>();
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var codes = new List<string>();
        try
        {
            var address = await serving.Task.WaitAsync(TimeSpan.FromMinutes(2), cancellation);
            using var client = new HttpClient { BaseAddress = address };
            foreach (var authorization in (AuthenticationHeaderValue[])[new("Bearer", secret), new("Bearer", wrong), new("Basic", basic), new("Bearer", "mtr_" + secret[4..20])])
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/graphql?query={kpis{id}}") { Headers = { Authorization = authorization } };
                using var response = await client.SendAsync(request, cancellation);
            }

            using var keyed = new HttpRequestMessage(HttpMethod.Post, "/ingest/nothing") { Headers = { { "X-Api-Key", secret } } };
            using var posted = await client.SendAsync(keyed, cancellation);
            using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = address };
            var back = (await browser.GetAsync((await browser.GetAsync("/sign-in", cancellation)).Headers.Location!, cancellation)).Headers.Location!;
            codes.Add(System.Web.HttpUtility.ParseQueryString(back.Query)["code"]!);
            using var signedIn = await browser.GetAsync(back, cancellation);
            codes.AddRange(signedIn.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0].Split('=', 2)[1]).Where(c => c.Length > 10));
            codes.Count.ShouldBe(2);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(cancellation);
            folder.Delete(recursive: true);
        }

        var text = log.ToString();
        text.ShouldContain("dbug", customMessage: "the log has everything there is");
        text.ShouldContain("trce");
        foreach (var hidden in (string[])[secret, secret[4..40], wrong, basic, LittleProvider.ClientSecret, LittleProvider.AccessToken, .. codes, Password(database.ConnectionString)])
            text.Contains(hidden, StringComparison.Ordinal).ShouldBeFalse($"the log has {hidden}");

        void Take(string? line)
        {
            if (line is null) return;
            lock (log) log.AppendLine(line);
            if (line.StartsWith("Serving ", StringComparison.Ordinal)) serving.TrySetResult(new Uri(line.Split(' ')[1].TrimEnd(',')));
        }
    }

    private static string Password(string connectionString) =>
        new Npgsql.NpgsqlConnectionStringBuilder(connectionString).Password is { Length: > 0 } password ? password : "Password=";
}
