using System.Text.Json;
using Metrics.Model;
using Metrics.Storage.Access;
using Metrics.Tests.Api;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Metrics.Tests.Commands;

/// <summary>An assistant's client against the real program, which asks a real service.</summary>
public sealed class McpCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_lists_reads_and_runs_under_the_limits_of_the_token_and_changes_nothing()
    {
        await using var service = await RunningService.StartAsync(
            ["Auth:Tokens=true"],
            ("datasets.csv", "dataset,valid_from,tier,team\norders,,0,sales\nledger,,0,finance\n"),
            ("pipelines.csv", "pipeline,datasets,team\np,orders,sales\nq,ledger,finance\n"),
            ("pipeline_runs.csv", "pipeline,run_id,attempt,scheduled_for,ended_at,state\np,1,1,2026-08-01T00:00:00Z,2026-08-01T01:00:00Z,success\nq,2,1,2026-08-01T00:00:00Z,2026-08-01T01:00:00Z,failed\n"));
        var (_, secret) = await service.Tokens.CreateAsync(new NewToken("assistant", [Scopes.Read], new RowLimit(["sales"], []), null), "ada", Cancellation);
        await using var client = await ClientAsync(service.Client.BaseAddress!, secret);

        (await client.ListToolsAsync(cancellationToken: Cancellation)).Select(t => (t.Name, t.ProtocolTool.Annotations!.ReadOnlyHint)).ShouldBe(
            [("list_kpis", true), ("kpi_values", true), ("kpi_evidence", true), ("list_documents", true), ("run_document", true)], ignoreOrder: true);

        (await TextAsync(client, "list_kpis")).ShouldContain("\"id\":\"pipeline_success_rate\"");
        var values = await TextAsync(client, "kpi_values", ("period", "2026-Q3"), ("kpis", new[] { "pipeline_success_rate" }), ("by", new[] { "TEAM" }));
        using (var rows = JsonDocument.Parse(values))
        {
            var row = rows.RootElement.GetProperty("data").GetProperty("kpiRows").GetProperty("nodes").EnumerateArray().ShouldHaveSingleItem();
            (row.GetProperty("team").GetString(), row.GetProperty("value").GetDouble(), row.GetProperty("n").GetInt64()).ShouldBe(("sales", 1, 1));
        }

        var evidence = await TextAsync(client, "kpi_evidence", ("kpi", "pipeline_success_rate"), ("period", "2026-Q3"), ("where", new { tier = 0 }));
        evidence.ShouldContain("\"datasetIds\":[\"orders\"]");
        evidence.ShouldNotContain("ledger");
        (await TextAsync(client, "list_documents")).ShouldContain("\"name\":\"tier-scorecard\",\"description\":\"The scorecard as a table");
        var document = await TextAsync(client, "run_document", ("name", "pipeline-success-by-pipeline"), ("variables", new { period = "2026-Q3" }));
        document.ShouldContain("\"pipeline\":\"p\"");
        document.ShouldNotContain("\"pipeline\":\"q\"");

        (await CallAsync(client, "kpi_values", ("period", "2026-Q5"))).ShouldSatisfyAllConditions(
            r => r.IsError.ShouldBe(true), r => Text(r).ShouldContain("2026-Q5"));
        Text(await CallAsync(client, "run_document", ("name", "nope"))).ShouldContain("There are: access-requests-by-month");
    }

    [Fact]
    public async Task Without_a_valid_token_or_a_service_it_says_so()
    {
        await using var service = await RunningService.StartAsync(["Auth:Tokens=true"]);
        await using var stranger = await ClientAsync(service.Client.BaseAddress!, "mtr_wrong");
        var refused = await CallAsync(stranger, "list_kpis");
        (refused.IsError, Text(refused).Contains("The service answers 401", StringComparison.Ordinal)).ShouldBe((true, true), Text(refused));

        await using var lost = await ClientAsync(new Uri("http://127.0.0.1:9"), "");
        Text(await CallAsync(lost, "list_kpis")).ShouldContain("Start it with \"metrics serve\", or give its address with --url.");
    }

    private static async Task<McpClient> ClientAsync(Uri address, string secret) => await McpClient.CreateAsync(
        new StdioClientTransport(new StdioClientTransportOptions
        {
            Command = "dotnet",
            Arguments = [Path.Combine(AppContext.BaseDirectory, "Metrics.Server.dll"), "mcp", "--url", address.ToString()],
            EnvironmentVariables = new Dictionary<string, string?> { ["METRICS_TOKEN"] = secret },
        }), cancellationToken: Cancellation);

    private static async Task<string> TextAsync(McpClient client, string tool, params (string Name, object Value)[] arguments)
    {
        var result = await CallAsync(client, tool, arguments);
        (result.IsError ?? false).ShouldBeFalse(Text(result));
        return Text(result);
    }

    private static async Task<CallToolResult> CallAsync(McpClient client, string tool, params (string Name, object Value)[] arguments) =>
        await client.CallToolAsync(tool, arguments.ToDictionary(a => a.Name, a => (object?)a.Value), cancellationToken: Cancellation);

    private static string Text(CallToolResult result) => string.Concat(result.Content.OfType<TextContentBlock>().Select(c => c.Text));
}
