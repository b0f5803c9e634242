using System.Diagnostics;
using System.Security.Claims;
using System.Text.Json;
using Metrics.GraphQL;
using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Types;
using Metrics.Model;
using Metrics.Server.Api;
using Metrics.Server.Hosting;
using Metrics.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Metrics.Tests.Api;

/// <summary>The product's graph without a server around it, as a caller with a limit sees it.</summary>
internal sealed class GraphHost : IAsyncDisposable
{
    private ServiceProvider? services;

    private GraphHost(MetricsDatabase database, Product product, Settings settings) => (Database, Product, Settings) = (database, product, settings);

    public MetricsDatabase Database { get; }

    public Product Product { get; }

    public Settings Settings { get; }

    public RowLimit Limit { get; set; } = RowLimit.Everything;

    /// <summary>Who asks: somebody who may do everything, unless a test says otherwise.</summary>
    public ClaimsPrincipal Caller { get; set; } = Person("ana", "publish", "admin");

    public static ClaimsPrincipal Person(string name, params string[] rights) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.Name, name), .. rights.Select(r => new Claim(ClaimTypes.Role, r))], "test"));

    private ServiceProvider Services => services ??= Build();

    public Schema Schema => Services.GetRequiredService<Schema>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="files">Canonical files to import before.</param>
    /// <param name="settings">As <c>Name=value</c>.</param>
    public static Task<GraphHost> OpenAsync((string Name, string Text)[] files, params string[] settings) => OpenPooledAsync(files, "", settings);

    /// <param name="files">Canonical files to import before.</param>
    /// <param name="pool">More of the connection strings, such as <c>;Maximum Pool Size=2</c>.</param>
    /// <param name="settings">As <c>Name=value</c>.</param>
    public static async Task<GraphHost> OpenPooledAsync((string Name, string Text)[] files, string pool, params string[] settings)
    {
        var database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");
        if (files.Length > 0) await database.ImportAsync(files);
        var all = Settings.Load([$"ConnectionStrings:Metrics={database.ConnectionString}{pool}", $"ConnectionStrings:MetricsReader={database.ReaderConnectionString}{pool}", .. settings]);
        return new GraphHost(database, await Product.OpenAsync(all, Path.GetTempPath(), database.Clock, Cancellation), all);
    }

    /// <summary>The whole response.</summary>
    public async Task<JsonElement> AskAsync(string query, params (string Name, object? Value)[] variables)
    {
        await using var scope = Services.CreateAsyncScope();
        var request = new GraphQLRequest
        {
            Document = query,
            Services = scope.ServiceProvider,
            User = Caller,
            Variables = JsonSerializer.SerializeToElement(variables.ToDictionary(v => v.Name, v => v.Value)),
        };

        // As in the server, without the synchronization context of a test.
        using var response = await Task.Run(async () => await Services.GetRequiredService<RequestExecutor>().ExecuteAsync(request, Cancellation), Cancellation);
        return JsonDocument.Parse(response.ToString()).RootElement;
    }

    /// <summary>The data of a response without errors.</summary>
    public async Task<JsonElement> DataAsync(string query, params (string Name, object? Value)[] variables)
    {
        var answer = await AskAsync(query, variables);
        answer.TryGetProperty("errors", out var errors).ShouldBeFalse($"{errors} to {(query.Length > 300 ? query[..300] : query)}");
        return answer.GetProperty("data");
    }

    /// <summary>How many SQL statements something takes on this database.</summary>
    /// <param name="with">Only those with this text; empty for all.</param>
    public async Task<int> StatementsAsync(Func<Task> work, string with = "")
    {
        var name = new Npgsql.NpgsqlConnectionStringBuilder(Database.ConnectionString).Database;
        var count = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = a =>
            {
                // Opening a connection is an activity too, and no statement.
                if (a.GetTagItem("db.query.text") is string text && text.Contains(with, StringComparison.Ordinal) && a.GetTagItem("db.namespace") as string == name) Interlocked.Increment(ref count);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await work();
        return count;
    }

    private ServiceProvider Build()
    {
        var collection = new ServiceCollection().AddLogging().AddSingleton(Product).AddScoped(_ => Limit)
            .AddScoped(_ => Product.Evaluator.Within(Limit));
        collection.AddAuthorizationBuilder().AddPolicy("publish", p => p.RequireRole("publish")).AddPolicy("admin", p => p.RequireRole("admin"));
        collection.AddGraph(Product, Settings, Product.Connections(Settings), o => o.MaxCost = 100_000_000).AddErrorFilter<Revealed>();
        return collection.BuildServiceProvider();
    }

    /// <summary>What callers are not told stands in the message of the test.</summary>
    private sealed class Revealed : IErrorFilter
    {
        public GraphQLError OnError(GraphQLError error) => error.Code == ErrorCodes.Internal ? error with { Message = error.Exception?.ToString() ?? error.Message } : error;
    }

    public async ValueTask DisposeAsync()
    {
        if (services is not null) await services.DisposeAsync();
        await Product.DisposeAsync();
        await Database.DisposeAsync();
    }
}
