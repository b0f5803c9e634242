using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Metrics.Server.Hosting;
using Metrics.Server.Web;

namespace Metrics.Tests.Api;

/// <summary>The service on a real port and a real database.</summary>
public sealed class ServiceTests : IAsyncLifetime
{
    private RunningService service = null!;

    private HttpClient Client => service.Client;

    public async ValueTask InitializeAsync() => service = await RunningService.StartAsync(
        ("datasets.csv", "dataset,valid_from,tier,team\norders,,0,sales\ncustomers,,1,crm\n"),
        ("pipelines.csv", "pipeline,datasets\np,orders\n"),
        ("pipeline_runs.csv", "pipeline,run_id,attempt,scheduled_for,state\np,1,1,2026-08-01T00:00:00Z,success\np,2,1,2026-08-02T00:00:00Z,failed\n"));

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task Flat_rows_by_tier_come_over_graphql()
    {
        var rows = await AskAsync(
            """{ kpiRows(period: { period: "2026-Q3" }, kpis: ["pipeline_success_rate"], by: [TIER]) { nodes { kpi tier tierLabel value numerator denominator n formatted status target } } }""");

        rows.GetProperty("data").GetProperty("kpiRows").GetProperty("nodes").GetRawText().ShouldBe(
            """[{"kpi":"pipeline_success_rate","tier":0,"tierLabel":"Tier 0","value":0.5,"numerator":1,"denominator":2,"n":2,"formatted":"50.0 %","status":"MISSED","target":0.99},{"kpi":"pipeline_success_rate","tier":1,"tierLabel":"Tier 1","value":null,"numerator":0,"denominator":0,"n":0,"formatted":"–","status":"NO_DATA","target":0.97}]""");
    }

    [Fact]
    public async Task A_value_opens_down_to_its_records_and_says_how_old_its_facts_are()
    {
        var answer = await AskAsync(
            """
            {
              kpi(id: "pipeline_success_rate") {
                value(period: { period: "2026-Q3" }, where: { tier: 0 }) { value numerator denominator }
                evidence(period: { period: "2026-Q3" }, where: { team: "sales" }, first: 1) {
                  totalCount nodes { at datasetIds numerator denominator excluded fact sourceSystem sourceKey batch { number state } datasets { tier } } pageInfo { hasNextPage }
                }
                explanation(period: { period: "2026-Q3" }) { counted leftOut { reason count } rows { tier status } facts { fact source name } }
                targets { tier text isDefault }
                history { hash }
              }
            }
            """);

        var kpi = answer.GetProperty("data").GetProperty("kpi");
        kpi.GetProperty("value").GetRawText().ShouldBe("""{"value":0.5,"numerator":1,"denominator":2}""");
        kpi.GetProperty("evidence").GetRawText().ShouldBe(
            """{"totalCount":2,"nodes":[{"at":"2026-08-01T00:00:00Z","datasetIds":["orders"],"numerator":1,"denominator":1,"excluded":null,"fact":"pipeline_run","sourceSystem":"canonical","sourceKey":"p/1/1","batch":{"number":"2","state":"committed"},"datasets":[{"tier":0}]}],"pageInfo":{"hasNextPage":true}}""");
        var explanation = kpi.GetProperty("explanation");
        explanation.GetProperty("counted").GetInt32().ShouldBe(2);
        explanation.GetProperty("rows").GetRawText().ShouldBe(
            """[{"tier":null,"status":"NO_TARGET"},{"tier":0,"status":"MISSED"},{"tier":1,"status":"NO_DATA"}]""");
        explanation.GetProperty("facts").EnumerateArray().Select(f => (f.GetProperty("fact").GetString(), Path.GetFileName(f.GetProperty("name").GetString())))
            .ShouldContain(("pipeline_run", "pipeline_runs.csv"));
        kpi.GetProperty("targets").GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task The_last_complete_quarter_can_be_asked_for_without_naming_it()
    {
        var rows = await AskAsync("""{ kpiRows(period: { last: { grain: QUARTER } }, kpis: ["incident_rate"]) { nodes { period partial } } }""");

        rows.GetProperty("data").GetProperty("kpiRows").GetProperty("nodes").GetRawText().ShouldBe("""[{"period":"2026-Q3","partial":false}]""");
    }

    [Fact]
    public async Task Datasets_are_filtered_sorted_and_counted_in_the_database()
    {
        var rows = await AskAsync("""{ datasets(where: { tier: { gte: 0 } }, order: [{ id: DESC }]) { totalCount nodes { id tier teamId lifecycle } } dataset(id: "orders") { teamId } }""");

        rows.GetProperty("data").GetRawText().ShouldBe(
            """{"datasets":{"totalCount":2,"nodes":[{"id":"orders","tier":0,"teamId":"sales","lifecycle":"ACTIVE"},{"id":"customers","tier":1,"teamId":"crm","lifecycle":"ACTIVE"}]},"dataset":{"teamId":"sales"}}""");
    }

    [Theory]
    [InlineData("""{ kpiRows(period: { period: "2026-Q3" }, kpis: ["nonsense"]) { nodes { kpi } } }""", "There is no KPI \"nonsense\".")]
    [InlineData("""{ kpiRows(period: { period: "2026-Q3" }, kpis: ["mttr_sev1"], by: [PIPELINE]) { nodes { kpi } } }""", "mttr_sev1 has no pipeline; it can be broken down by tier")]
    [InlineData("""{ kpiRows(period: { last: { grain: DAY, count: 0 } }) { nodes { kpi } } }""", "count is 0; allowed are 1 to 400.")]
    public async Task A_question_that_cannot_be_answered_says_what_can_be_asked(string query, string message)
    {
        var error = (await AskAsync(query)).GetProperty("errors")[0];

        error.GetProperty("message").GetString().ShouldStartWith(message);
        error.GetProperty("extensions").GetProperty("code").GetString().ShouldBe("BAD_USER_INPUT");
    }

    [Fact]
    public async Task The_start_page_shows_the_table_and_a_mistake_in_the_period()
    {
        var page = await Client.GetStringAsync("/?period=2026-Q3", TestContext.Current.CancellationToken);
        page.ShouldContain("Pipeline success rate");
        page.ShouldContain("50.0 %");
        WebUtility.HtmlDecode(page).ShouldContain("■ Missed");

        (await Client.GetStringAsync("/?period=2026-Q9", TestContext.Current.CancellationToken)).ShouldContain("role=\"alert\"");
    }

    [Fact]
    public async Task Only_scorecards_that_were_written_are_served()
    {
        await File.WriteAllBytesAsync(Path.Combine(service.Output.FullName, "scorecard-2026-Q3.pdf"), "%PDF-"u8.ToArray(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(service.Output.FullName, "secret.txt"), "no", TestContext.Current.CancellationToken);

        (await Client.GetAsync("/scorecards/scorecard-2026-Q3.pdf", TestContext.Current.CancellationToken)).Content.Headers.ContentType!.MediaType.ShouldBe("application/pdf");
        (await Client.GetAsync("/scorecards/secret.txt", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Client.GetAsync("/scorecards/..%2fsecret.txt", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Health_is_told_part_by_part_and_a_foreign_host_is_refused()
    {
        (await Client.GetStringAsync("/health/live", TestContext.Current.CancellationToken)).ShouldBe("live\n");
        var ready = await Client.GetFromJsonAsync<JsonElement>("/health/ready", TestContext.Current.CancellationToken);
        ready.GetProperty("parts").GetProperty("database").GetString().ShouldBe("ok");

        using var foreign = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "evil.example" } };
        (await Client.SendAsync(foreign, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public void An_address_that_others_can_reach_is_refused_while_nobody_can_sign_in() =>
        Should.Throw<SettingsException>(() => WebHost.Build(service.Product, Settings.Load(["Urls=http://0.0.0.0:8080"]), service.Output.FullName)).Message.ShouldBe(
            "Urls has \"http://0.0.0.0:8080\", which others can reach, and no authentication is configured. Use a loopback address such as http://127.0.0.1:8080, "
            + "or set Auth:Tokens=true and make a token with \"metrics tokens create\".");

    private async Task<JsonElement> AskAsync(string query)
    {
        using var response = await Client.PostAsJsonAsync("/graphql", new { query }, TestContext.Current.CancellationToken);
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }
}
