using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Metrics.Tests.Scorecards.Notices;

/// <summary>A chat service's webhook on this machine.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    public const string Secret = "T0SECRET/B0SECRET/verysecret";

    private readonly WebApplication app;

    private Receiver(WebApplication app) => this.app = app;

    public List<JsonNode> Messages { get; } = [];

    /// <summary>What it answers; 200 where nothing is left.</summary>
    public Queue<(int Status, string? RetryAfter)> Answers { get; } = [];

    public Uri Address => new($"{app.Urls.Single()}/services/{Secret}");

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var made = builder.Build();
        var receiver = new Receiver(made);
        made.MapPost($"/services/{Secret}", async (HttpContext context) =>
        {
            var message = (await JsonNode.ParseAsync(context.Request.Body))!;
            var (status, after) = receiver.Answers.TryDequeue(out var next) ? next : (200, null);
            if (status == 200) receiver.Messages.Add(message);
            context.Response.StatusCode = status;
            if (after is not null) context.Response.Headers.RetryAfter = after;
            await context.Response.WriteAsync($"said at {context.Request.Path}");
        });
        await made.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
