using System.Net.Http.Json;
using System.Text.Json;
using Metrics.GraphQL;
using Metrics.Tests.Api.Records;

namespace Metrics.Tests.Api;

/// <summary>What many KPIs are asked in one request.</summary>
public sealed class KpiGraphTests
{
    /// <summary>One of each way in which days are kept and read: sums, values, states, and what another KPI meets. A KPI that has no days runs its own SELECT.</summary>
    private static readonly string[] Kinds = ["pipeline_success_rate", "mttr_sev1", "open_incidents", "datasets_meeting_freshness", "freshness_adherence"];

    private const string Everything =
        """
        {
          kpis {
            value(period: { period: "2026-Q3" }) { value reason }
            live: value(period: { period: "2026-11" }) { value }
            rows(period: { period: "2026" }, grain: QUARTER) { nodes { value status } }
            evidence(period: { period: "2026-Q3" }) { totalCount nodes { numerator datasets { id } batch { number } } }
            explanation(period: { period: "2026-Q3" }) { counted rows { value } facts { fact } }
          }
          first: kpiRows(period: { period: "2026-Q3" }, by: [TIER]) { totalCount }
          second: kpiRows(period: { period: "2026-Q2" }, by: [TEAM]) { totalCount }
        }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{ kpis { id value(period: { period: "2026-Q3" }) { value } } }""")]
    [InlineData("""{ kpis { id rows(period: { period: "2026-Q3" }, grain: MONTH, by: [TEAM]) { totalCount nodes { value } } } }""")]
    [InlineData("""{ kpiRows(period: { period: "2026-Q3" }, by: [TIER]) { totalCount nodes { value } } }""")]
    public async Task Values_and_rows_take_as_many_statements_for_five_of_each_kind_of_KPI_as_for_one(string query)
    {
        using var one = new KpiCopies(Kinds, 1);
        using var five = new KpiCopies(Kinds, 5);
        await using var few = await OpenAsync(one);
        await using var many = await OpenAsync(five);
        var (fewAnswers, manyAnswers) = (0, 0);

        var fewStatements = await few.StatementsAsync(async () => fewAnswers = Count(await few.DataAsync(query), "\"value\":"));
        var manyStatements = await many.StatementsAsync(async () => manyAnswers = Count(await many.DataAsync(query), "\"value\":"));

        manyAnswers.ShouldBe(5 * fewAnswers);
        fewAnswers.ShouldBeGreaterThanOrEqualTo(4);
        manyStatements.ShouldBe(fewStatements);
        fewStatements.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task All_that_a_request_asks_of_all_KPIs_is_answered_from_one_view_with_two_connections_at_hand()
    {
        await using var host = await GraphHost.OpenPooledAsync(TwoTeams.Files(2), ";Maximum Pool Size=2;Timeout=5");
        await host.Product.Worker.RefreshAsync(cancellation: Cancellation);

        var views = await host.StatementsAsync(() => host.DataAsync(Everything), "pg_export_snapshot");

        views.ShouldBeInRange(1, 2, "fields at the root may be asked before those of the KPIs");
    }

    [Fact]
    public async Task Evidence_leads_to_the_record_in_its_source_system_where_that_is_known()
    {
        await using var host = await GraphHost.OpenAsync(
            [("pull_requests.csv", "source,repository,number,opened_at,merged_at\ngithub,acme/dbt,7,2026-08-01T00:00:00Z,2026-08-03T00:00:00Z\n,acme/dbt,8,2026-08-01T00:00:00Z,2026-08-04T00:00:00Z\n")]);

        var kpi = (await host.DataAsync("""{ kpi(id: "pr_cycle_time") { evidence(period: { period: "2026-Q3" }) { nodes { sourceKey url } } } }""")).GetProperty("kpi");

        kpi.GetProperty("evidence").GetProperty("nodes").GetRawText().ShouldBe(
            """[{"sourceKey":"acme/dbt/7","url":"https://github.com/acme/dbt/pull/7"},{"sourceKey":"acme/dbt/8","url":null}]""");
    }

    [Fact]
    public async Task What_cannot_be_asked_of_one_KPI_leaves_the_others_their_answers()
    {
        await using var host = await GraphHost.OpenAsync(TwoTeams.Files(2));

        var answer = await host.AskAsync(
            """
            {
              wrong: kpi(id: "mttr_sev1") { evidence(period: { period: "2026-Q3" }, where: { service: "x" }) { totalCount } }
              right: kpi(id: "mttr_sev1") { evidence(period: { period: "2026-Q3" }) { totalCount } value(period: { period: "2026-Q3" }) { n } }
            }
            """);

        answer.GetProperty("data").GetRawText().ShouldBe("""{"wrong":null,"right":{"evidence":{"totalCount":4},"value":{"n":4}}}""");
        answer.GetProperty("errors")[0].GetProperty("message").GetString().ShouldStartWith("mttr_sev1 has no service; it can be broken down by");
    }

    [Theory]
    [InlineData("""kpis: ["mttr_sev9"]""")]
    [InlineData("""kpis: ["mttr_sev1", "mttr_sev9"], category: COST""")]
    public async Task A_KPI_that_does_not_exist_is_the_callers_mistake(string arguments)
    {
        await using var host = await GraphHost.OpenAsync(TwoTeams.Files(1));

        var error = (await host.AskAsync($$"""{ kpiRows(period: { period: "2026-Q3" }, {{arguments}}) { nodes { kpi } } }""")).GetProperty("errors")[0];

        error.GetProperty("message").GetString().ShouldStartWith("There is no KPI \"mttr_sev9\"");
        error.GetProperty("extensions").GetProperty("code").GetString().ShouldBe(ErrorCodes.BadInput);
    }

    [Fact]
    public async Task A_failing_SELECT_is_an_error_of_its_KPI_and_of_no_other()
    {
        using var copies = new KpiCopies(["mttr_sev1", "pipeline_success_rate"], 1, ("pipeline_success_rate", "as numerator", "/ 0 as numerator"));
        await using var host = await GraphHost.OpenAsync(TwoTeams.Files(2), $"Kpis:Folder={copies.Folder}");

        const string Asked = """value(period: { period: "2026-Q3" }) { n } evidence(period: { period: "2026-Q3" }) { totalCount }""";
        var answer = await host.AskAsync($$"""{ wrong: kpi(id: "pipeline_success_rate_0") { {{Asked}} } right: kpi(id: "mttr_sev1_0") { {{Asked}} } }""");

        answer.GetProperty("data").GetRawText().ShouldBe("""{"wrong":null,"right":{"value":{"n":4},"evidence":{"totalCount":4}}}""");
        answer.GetProperty("errors")[0].GetProperty("message").GetString().ShouldStartWith("pipeline_success_rate_0: the SELECT failed: division by zero");
    }

    [Fact]
    public async Task Opening_every_KPI_again_and_again_is_refused_before_anything_is_asked()
    {
        await using var service = await RunningService.StartAsync();
        var query = $"{{ {string.Concat(Enumerable.Range(0, 5).Select(i => $$"""q{{i}}: kpis { evidence(period: { period: "2026-Q3" }) { totalCount } } """))} }}";

        using var response = await service.Client.PostAsJsonAsync("/graphql", new { query }, Cancellation);

        var error = (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("errors")[0];
        error.GetProperty("message").GetString()!.ShouldMatch("^The operation could cost \\d+; 2500000 is allowed. Ask for fewer fields or shorter lists");
    }

    private static async Task<GraphHost> OpenAsync(KpiCopies kpis)
    {
        var host = await GraphHost.OpenAsync(TwoTeams.Files(3), $"Kpis:Folder={kpis.Folder}");
        await host.Product.Worker.RefreshAsync(cancellation: Cancellation);
        return host;
    }

    private static int Count(JsonElement data, string text) => data.GetRawText().Split(text).Length - 1;

    /// <summary>A folder with several KPIs for one of the product's, the same but for the id.</summary>
    private sealed class KpiCopies : IDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("metrics-kpis-");

        public KpiCopies(IEnumerable<string> kpis, int copies, params (string Kpi, string Text, string Other)[] changes)
        {
            foreach (var kpi in kpis)
            {
                var text = File.ReadAllText(Path.Combine(Repository.Root, "queries", "kpis", kpi + ".sql"));
                foreach (var (_, old, other) in changes.Where(c => c.Kpi == kpi)) text = text.Replace(old, other, StringComparison.Ordinal);
                for (var i = 0; i < copies; i++)
                {
                    var lines = text.Split('\n').Where(l => !l.StartsWith("companions:", StringComparison.Ordinal))
                        .Select(l => l == $"id: {kpi}" ? $"id: {kpi}_{i}" : l.Replace("of: freshness_adherence", $"of: freshness_adherence_{i}", StringComparison.Ordinal));
                    File.WriteAllText(Path.Combine(folder.FullName, $"{kpi}_{i}.sql"), string.Join('\n', lines));
                }
            }
        }

        public string Folder => folder.FullName;

        public void Dispose() => folder.Delete(recursive: true);
    }
}
