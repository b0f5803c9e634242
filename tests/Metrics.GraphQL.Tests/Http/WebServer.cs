using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Metrics.GraphQL.Tests.Http;

/// <summary>The shop on a real Kestrel, on a loopback port of its own.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private WebServer(WebApplication app)
    {
        this.app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public string Url => $"{app.Urls.First()}/graphql";

    public static async Task<WebServer> StartAsync(Action<GraphQLOptions>? configure = null, Action<IServiceCollection>? services = null, params Type[] types)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<Shop>();
        builder.Services.AddGraphQLServer(configure).AddTypes([typeof(ShopQueries), typeof(ShopMutations), typeof(ProductFields), typeof(Product), .. types]);
        services?.Invoke(builder.Services);
        var built = builder.Build();
        built.MapGraphQL();
        await built.StartAsync(TestContext.Current.CancellationToken);
        return new WebServer(built);
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? accept = null, string? body = null, string? contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (contentType is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> PostAsync(string body, string? accept = null) => SendAsync(HttpMethod.Post, "/graphql", accept, body);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }
}

internal static class HttpResponseMessageExtensions
{
    public static Task<string> TextAsync(this HttpResponseMessage response) =>
        response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
