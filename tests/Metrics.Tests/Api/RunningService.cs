using System.Net.Http.Headers;
using Metrics.Model;
using Metrics.Server.Hosting;
using Metrics.Server.Web;
using Metrics.Storage.Access;
using Metrics.Tests.Storage;
using Microsoft.AspNetCore.Builder;

namespace Metrics.Tests.Api;

/// <summary>The service on a real port, over a database of its own.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private readonly WebApplication app;

    private RunningService(MetricsDatabase database, Product product, WebApplication app, DirectoryInfo output)
    {
        (Database, Product, this.app, Output) = (database, product, app, output);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public MetricsDatabase Database { get; }

    public Product Product { get; }

    /// <summary>The folder of the PDFs that it offers.</summary>
    public DirectoryInfo Output { get; }

    public HttpClient Client { get; }

    /// <param name="files">Canonical files to import before it starts.</param>
    public static Task<RunningService> StartAsync(params (string Name, string Text)[] files) => StartAsync([], files);

    /// <param name="more">Settings, as Name=value.</param>
    /// <param name="files">Canonical files to import before it starts.</param>
    public static async Task<RunningService> StartAsync(IEnumerable<string> more, params (string Name, string Text)[] files)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var output = Directory.CreateTempSubdirectory("metrics-out-");
        var database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");
        if (files.Length > 0) await database.ImportAsync(files);
        var settings = Settings.Load(
        [
            $"ConnectionStrings:Metrics={database.ConnectionString}", $"ConnectionStrings:MetricsReader={database.ReaderConnectionString}",
            "Urls=http://127.0.0.1:0", .. more,
        ]);
        var product = await Product.OpenAsync(settings, output.FullName, database.Clock, cancellation);
        var built = WebHost.Build(product, settings, output.FullName);
        await built.StartAsync(cancellation);
        return new RunningService(database, product, built, output);
    }

    /// <summary>A client with a new token.</summary>
    public async Task<HttpClient> ClientAsync(string name, string scope = Scopes.Read, RowLimit? limit = null)
    {
        var (_, secret) = await Tokens.CreateAsync(new NewToken(name, [scope], limit ?? RowLimit.Everything, null), "ada", TestContext.Current.CancellationToken);
        return new HttpClient { BaseAddress = Client.BaseAddress, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", secret) } };
    }

    public AccessTokenStore Tokens => new(Database.Application, Database.Clock);

    /// <summary>The services of the running program.</summary>
    public IServiceProvider Services => app.Services;

    /// <summary>Stops it in order, as Ctrl-C does.</summary>
    public Task StopAsync() => app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        await Product.DisposeAsync();
        await Database.DisposeAsync();
        Output.Delete(recursive: true);
    }
}
