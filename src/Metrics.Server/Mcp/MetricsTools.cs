using System.ComponentModel;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace Metrics.Server.Mcp;

/// <summary>
/// What an assistant may do: list KPIs, read values with the records behind them, and run trusted documents. Each asks the running service
/// over HTTP, under the caller's token, so that the same rights and limits hold; none changes anything.
/// </summary>
/// <param name="service">Its address and token.</param>
internal sealed class MetricsTools(HttpClient service)
{
    private const string Rows =
        "kpi periodStart periodEnd partial tier team domain dataset dataProduct pipeline severity value formatted unit numerator denominator n target status previous change yearAgo reason stale definitionVersion";

    private const string Evidence =
        "at tier team domain datasetIds pipeline severity numerator denominator value excluded note fact sourceSystem connection sourceKey";

    /// <summary>The tools, ready to be offered.</summary>
    public IEnumerable<McpServerTool> All =>
    [
        Tool(ListKpisAsync, "list_kpis"), Tool(KpiValuesAsync, "kpi_values"), Tool(KpiEvidenceAsync, "kpi_evidence"),
        Tool(ListDocumentsAsync, "list_documents"), Tool(RunDocumentAsync, "run_document"),
    ];

    [Description("Every KPI with its definition in words, unit, direction, targets, and the dimensions and grains it can be asked by.")]
    private Task<string> ListKpisAsync(CancellationToken cancellation) => QueryAsync(
        "{ kpis { id name category unit direction description formula owner dimensions grains companions targets { tier team dataset value } version } }", [], cancellation);

    [Description("Values of KPIs over a period, with target, status, comparison and, where a value is unknown, the reason. Do not add up or average rows; ask for the breakdown you need.")]
    private Task<string> KpiValuesAsync(
        [Description("2026-Q3, 2026-07, 2026-W31, 2026 or 2026-07-01/2026-09-16 (end excluded)")] string period,
        [Description("ids of KPIs; all when left out")] string[]? kpis = null,
        [Description("DAY, WEEK, MONTH, QUARTER or YEAR: one row for each; the period as one when left out")] string? grain = null,
        [Description("dimensions to break down by, such as TIER, TEAM, DOMAIN, DATASET")] string[]? by = null,
        [Description("an object of dimension and value, such as {\"tier\": 0, \"team\": \"sales\"}")] JsonObject? where = null,
        CancellationToken cancellation = default) => QueryAsync(
        $"query($kpis: [ID!], $period: Period!, $grain: Grain, $by: [Dimension!], $where: KpiRowFilterInput) {{ kpiRows(kpis: $kpis, period: {{ period: $period }}, grain: $grain, by: $by, where: $where, first: 1000) {{ totalCount nodes {{ {Rows} }} }} }}",
        new JsonObject { ["kpis"] = List(kpis), ["period"] = period, ["grain"] = grain, ["by"] = List(by), ["where"] = where?.DeepClone() }, cancellation);

    [Description("The source records behind a KPI's value, those left out included, with the reason. The KPI's aggregation over those that count gives the value.")]
    private Task<string> KpiEvidenceAsync(
        [Description("a KPI's id")] string kpi, [Description("as for kpi_values")] string period,
        [Description("as for kpi_values")] JsonObject? where = null, [Description("at most so many, 1 to 1000")] int first = 100,
        CancellationToken cancellation = default) => QueryAsync(
        $"query($kpi: ID!, $period: Period!, $where: KpiRowFilterInput, $first: Int) {{ kpi(id: $kpi) {{ value(period: {{ period: $period }}, where: $where) {{ formatted value numerator denominator n status reason }} evidence(period: {{ period: $period }}, where: $where, first: $first) {{ totalCount nodes {{ {Evidence} }} }} }} }}",
        new JsonObject { ["kpi"] = kpi, ["period"] = period, ["where"] = where?.DeepClone(), ["first"] = Math.Clamp(first, 1, 1000) }, cancellation);

    [Description("The trusted documents: prepared reports by name, with what they tell and the variables they take.")]
    private Task<string> ListDocumentsAsync(CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, "graphql/persisted"), cancellation);

    [Description("Runs a trusted document, such as tier-scorecard.")]
    private Task<string> RunDocumentAsync(
        [Description("its name")] string name, [Description("its variables, such as {\"period\": \"2026-Q3\"}")] JsonObject? variables = null,
        CancellationToken cancellation = default)
    {
        var query = string.Join('&', (variables ?? []).Where(v => v.Value is not null).Select(v =>
            $"{Uri.EscapeDataString(v.Key)}={Uri.EscapeDataString(v.Value is JsonValue value && value.TryGetValue<string>(out var text) ? text : v.Value!.ToJsonString())}"));
        return SendAsync(new HttpRequestMessage(HttpMethod.Get, $"graphql/persisted/{Uri.EscapeDataString(name)}?{query}"), cancellation);
    }

    private Task<string> QueryAsync(string query, JsonObject variables, CancellationToken cancellation) =>
        SendAsync(
            new HttpRequestMessage(HttpMethod.Post, "graphql")
            {
                Content = new StringContent(new JsonObject { ["query"] = query, ["variables"] = variables }.ToJsonString(), Encoding.UTF8, "application/json"),
            }, cancellation);

    /// <exception cref="McpException">The service does not answer, or refuses; it says why.</exception>
    private async Task<string> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            using (request)
            {
                request.Headers.Accept.ParseAdd("application/json");
                using var response = await service.SendAsync(request, cancellation);
                var text = await response.Content.ReadAsStringAsync(cancellation);
                if (response.IsSuccessStatusCode) return Answer(text);
                throw new McpException($"The service answers {(int)response.StatusCode}: {text}");
            }
        }
        catch (HttpRequestException gone)
        {
            throw new McpException($"The service at {service.BaseAddress} does not answer ({gone.Message}). Start it with \"metrics serve\", or give its address with --url.", gone);
        }
    }

    /// <summary>Errors of GraphQL are errors of the tool, in the service's words.</summary>
    private static string Answer(string text)
    {
        using var answer = JsonDocument.Parse(text);
        return answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("errors", out var errors)
            ? throw new McpException(string.Join(' ', errors.EnumerateArray().Select(e => e.GetProperty("message").GetString())))
            : text;
    }

    private static JsonArray? List(string[]? values) => values is null ? null : [.. values.Select(v => (JsonNode)v)];

    private static McpServerTool Tool(Delegate method, string name) =>
        McpServerTool.Create(method, new McpServerToolCreateOptions { Name = name, ReadOnly = true, Idempotent = true, Destructive = false, OpenWorld = false });
}
