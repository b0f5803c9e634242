using System.CommandLine;
using System.Net.Http.Headers;
using Metrics.Server.Mcp;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Metrics.Server.Commands;

/// <summary><c>metrics mcp</c></summary>
internal static class McpCommand
{
    private const string TokenVariable = "METRICS_TOKEN";

    public static Command Create()
    {
        var url = new Option<string>("--url") { Description = "the running service", HelpName = "URL", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        var command = new Command(
            "mcp",
            "Lets an assistant list KPIs, read values with the records behind them and run trusted documents, over the Model Context Protocol on stdin and " +
            $"stdout. It only reads, from a running service, under the API token in {TokenVariable}.\n\nExample:\n  metrics mcp --url https://metrics.example.com")
        { url };
        command.SetAction(async (call, cancellation) =>
        {
            var text = call.GetRequiredValue(url);
            if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                throw new UsageException($"--url \"{text}\" is no address; write it as http://127.0.0.1:8080.");
            using var service = new HttpClient { BaseAddress = address };
            if (Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token)
                service.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var options = new McpServerOptions
            {
                ServerInfo = new Implementation { Name = "metrics", Version = typeof(McpCommand).Assembly.GetName().Version!.ToString(3) },
                ServerInstructions = "KPIs of a data platform. A null value is unknown, never zero; its reason says why. Values of a period that still runs are partial.",
                ToolCollection = [.. new MetricsTools(service).All],
            };
            await using var transport = new StdioServerTransport(options);
            await using var server = McpServer.Create(transport, options);
            await server.RunAsync(cancellation);
            return 0;
        });
        return command;
    }
}
