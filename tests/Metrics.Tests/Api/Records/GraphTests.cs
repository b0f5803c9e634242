using Metrics.Model;

namespace Metrics.Tests.Api.Records;

/// <summary>Every list of the graph, taken from the schema itself.</summary>
public sealed class GraphTests
{
    /// <summary>Lists of the organisation, of which a caller with a limit sees nothing.</summary>
    private static readonly string[] Organisation = ["batches", "sources", "auditLog"];

    [Fact]
    public async Task A_list_takes_as_many_statements_for_fifty_rows_as_for_five_with_all_that_the_rows_lead_to()
    {
        await using var few = await TwoTeams.OpenAsync(5);
        await using var many = await TwoTeams.OpenAsync(50);

        var counts = new List<string>();
        foreach (var (list, query) in SchemaWalk.Lists(few.Schema))
        {
            var five = await few.StatementsAsync(() => few.DataAsync(query));
            var fifty = await many.StatementsAsync(() => many.DataAsync(query));
            if (five != fifty || five == 0) counts.Add($"{list}: {five} and {fifty}");
        }

        counts.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("own-team", null)]
    [InlineData(null, "own-domain")]
    public async Task A_caller_with_a_limit_sees_nothing_of_others_in_any_list(string? team, string? domain)
    {
        await using var host = await TwoTeams.OpenAsync(3);
        var limit = new RowLimit(team is null ? [] : [team], domain is null ? [] : [domain]);

        foreach (var (list, query) in SchemaWalk.Lists(host.Schema))
        {
            host.Limit = RowLimit.Everything;
            var all = (await host.DataAsync(query)).GetRawText();
            host.Limit = limit;
            var seen = (await host.DataAsync(query)).GetRawText();

            seen.ShouldNotContain("foreign", Case.Sensitive, list);
            if (list is "kpis" or "sources") continue;
            all.ShouldContain(list == "batches" ? ".csv" : "foreign", Case.Sensitive, list);
            if (Organisation.Contains(list)) seen.ShouldContain("\"nodes\":[]", Case.Sensitive, list);
            else seen.ShouldContain("own", Case.Sensitive, list);
        }
    }

    [Fact]
    public async Task Every_list_is_filtered_and_sorted_by_every_field_that_its_arguments_name()
    {
        await using var host = await TwoTeams.OpenAsync(1);

        foreach (var query in SchemaWalk.FiltersAndSorts(host.Schema)) await host.DataAsync(query);
        (await host.DataAsync("{ incidents(where: { datasetIds: { some: { eq: \"own-0\" } }, detectedAt: { gte: \"2026-07-01T00:00:00Z\" } }) { totalCount nodes { incidentId } } }"))
            .GetProperty("incidents").GetRawText().ShouldBe("""{"totalCount":1,"nodes":[{"incidentId":"own-i0"}]}""");
    }

    [Fact]
    public async Task A_record_leads_to_the_others_and_back()
    {
        await using var host = await GraphHost.OpenAsync(TwoTeams.Files(2));

        var incident = (await host.DataAsync(
            """
            { incidents(where: { incidentId: { eq: "own-i1" } }) { nodes {
                title severity status sourceSystem team { name domain } datasets { id tier upstream { nodes { id } } runs { nodes { runId state pipeline { id } } } }
                postmortemActions { nodes { title dueOn } } batch { state rowsNew } } } }
            """)).GetProperty("incidents").GetProperty("nodes")[0];

        incident.GetRawText().ShouldBe(
            """{"title":"own trouble","severity":1,"status":"RESOLVED","sourceSystem":"canonical","team":{"name":"own Team","domain":"own-domain"},"datasets":[{"id":"own-1","tier":1,"upstream":{"nodes":[{"id":"own-0"}]},"runs":{"nodes":[{"runId":"own-r","state":"SUCCESS","pipeline":{"id":"own-p1"}}]}}],"postmortemActions":{"nodes":[{"title":"own promise","dueOn":"2026-09-01"}]},"batch":{"state":"committed","rowsNew":4}}""");
    }

    [Fact]
    public async Task Lists_within_lists_are_filtered_sorted_and_paged_for_each_row()
    {
        await using var host = await GraphHost.OpenAsync(
        [
            ("teams.csv", "team,name\na,A\nb,B\n"),
            ("datasets.csv", "dataset,valid_from,team,tier\na1,,a,0\na2,,a,1\na3,,a,1\nb1,,b,1\nb2,,b,0\n"),
        ]);

        const string query =
            """
            query ($after: String) { teams { nodes { id
              datasets(first: 1, after: $after, where: { tier: { eq: 1 } }, order: [{ id: DESC }]) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } } } }
            """;
        var first = (await host.DataAsync(query)).GetProperty("teams").GetProperty("nodes");
        first[0].GetProperty("datasets").GetRawText().ShouldBe("""{"totalCount":2,"nodes":[{"id":"a3"}],"pageInfo":{"hasNextPage":true,"endCursor":"MA=="}}""");
        first[1].GetProperty("datasets").GetRawText().ShouldBe("""{"totalCount":1,"nodes":[{"id":"b1"}],"pageInfo":{"hasNextPage":false,"endCursor":"MA=="}}""");

        var second = (await host.DataAsync(query, ("after", "MA=="))).GetProperty("teams").GetProperty("nodes");
        second[0].GetProperty("datasets").GetProperty("nodes").GetRawText().ShouldBe("""[{"id":"a2"}]""");
        second[1].GetProperty("datasets").GetProperty("nodes").GetRawText().ShouldBe("[]");
    }

    [Fact]
    public async Task The_last_runs_of_each_dataset_pipeline_and_check_are_read_and_no_others()
    {
        await using var host = await GraphHost.OpenAsync(
        [
            ("datasets.csv", "dataset,valid_from\na,\nb,\n"),
            ("pipelines.csv", "pipeline,datasets\np,a;b\nq,b\n"),
            ("pipeline_runs.csv",
                "pipeline,run_id,attempt,started_at,ended_at,state\n" +
                "p,1,1,2026-08-01T00:00:00Z,2026-08-01T01:00:00Z,failed\np,1,2,2026-08-01T02:00:00Z,2026-08-01T03:00:00Z,success\n" +
                "p,2,1,2026-08-02T00:00:00Z,2026-08-02T01:00:00Z,success\np,3,,2026-08-03T00:00:00Z,,running\nq,9,1,2026-08-02T00:00:00Z,2026-08-02T00:30:00Z,success\n"),
            ("checks.csv", "check_id,dataset,kind\nk,a,volume\n"),
            ("check_results.csv", "check_id,run_at,status\nk,2026-08-01T00:00:00Z,fail\nk,2026-08-02T00:00:00Z,pass\n"),
        ]);

        (await RunsAsync("datasets", "first: 2")).ShouldBe(
            """[{"id":"a","runs":{"totalCount":4,"nodes":[{"runId":"3","attempt":null},{"runId":"2","attempt":1}],"pageInfo":{"hasNextPage":true}}},{"id":"b","runs":{"totalCount":5,"nodes":[{"runId":"3","attempt":null},{"runId":"2","attempt":1}],"pageInfo":{"hasNextPage":true}}}]""");
        (await RunsAsync("datasets", "first: 2, after: \"MQ==\", where: { state: { neq: RUNNING } }")).ShouldBe(
            """[{"id":"a","runs":{"totalCount":3,"nodes":[{"runId":"1","attempt":1}],"pageInfo":{"hasNextPage":false}}},{"id":"b","runs":{"totalCount":4,"nodes":[{"runId":"1","attempt":2},{"runId":"1","attempt":1}],"pageInfo":{"hasNextPage":false}}}]""");

        // What the order asked for leaves equal stays in the usual one, so that pages fit together.
        (await RunsAsync("datasets", "first: 3, order: [{ state: DESC }]")).ShouldBe(
            """[{"id":"a","runs":{"totalCount":4,"nodes":[{"runId":"2","attempt":1},{"runId":"1","attempt":2},{"runId":"3","attempt":null}],"pageInfo":{"hasNextPage":true}}},{"id":"b","runs":{"totalCount":5,"nodes":[{"runId":"2","attempt":1},{"runId":"9","attempt":1},{"runId":"1","attempt":2}],"pageInfo":{"hasNextPage":true}}}]""");
        (await RunsAsync("pipelines", "first: 1")).ShouldBe(
            """[{"id":"p","runs":{"totalCount":4,"nodes":[{"runId":"3","attempt":null}],"pageInfo":{"hasNextPage":true}}},{"id":"q","runs":{"totalCount":1,"nodes":[{"runId":"9","attempt":1}],"pageInfo":{"hasNextPage":false}}}]""");
        (await host.DataAsync("{ checks { nodes { results(first: 1) { nodes { runAt status } } } } }")).GetProperty("checks").GetProperty("nodes").GetRawText()
            .ShouldBe("""[{"results":{"nodes":[{"runAt":"2026-08-02T00:00:00Z","status":"PASS"}]}}]""");

        // A numbered list of all runs would read all runs.
        const string query = "{ datasets { nodes { runs(first: 1) { nodes { runId } } } } pipelines { nodes { runs(first: 1) { nodes { runId } } } } checks { nodes { results(first: 1) { nodes { runAt } } } } }";
        (await host.StatementsAsync(() => host.DataAsync(query), "LATERAL")).ShouldBe(3);
        (await host.StatementsAsync(() => host.DataAsync(query), "ROW_NUMBER")).ShouldBe(0);

        async Task<string> RunsAsync(string list, string arguments) =>
            (await host.DataAsync($"{{ {list} {{ nodes {{ id runs({arguments}) {{ totalCount nodes {{ runId attempt }} pageInfo {{ hasNextPage }} }} }} }} }}"))
                .GetProperty(list).GetProperty("nodes").GetRawText();
    }

    [Fact]
    public async Task A_scorecard_has_its_figures_as_published_and_as_now_with_its_words_actions_and_restatements()
    {
        await using var host = await TwoTeams.OpenAsync(1);

        var scorecard = (await host.DataAsync(
            """
            { scorecards(where: { scope: { eq: "own-team" } }) { nodes { id scopeKind period state preparedBy
                figures { nodes { kpi dataset value now reasons status isOfPeriod } } commentary { nodes { theme text } }
                actions { nodes { text isDecision isOpen scorecard { id } } } restatements { nodes { published now isLatest } } } } }
            """)).GetProperty("scorecards").GetProperty("nodes")[0];

        scorecard.GetRawText().ShouldBe(
            """{"id":"1","scopeKind":"TEAM","period":"2020-01","state":"DRAFT","preparedBy":"own-ana","figures":{"nodes":[{"kpi":"freshness_adherence","dataset":"own-0","value":0.9,"now":0.8,"reasons":["late data"],"status":"MISSED","isOfPeriod":true}]},"commentary":{"nodes":[{"theme":"Summary","text":"own words"}]},"actions":{"nodes":[{"text":"own decision","isDecision":true,"isOpen":false,"scorecard":{"id":"1"}}]},"restatements":{"nodes":[{"published":0.9,"now":0.8,"isLatest":true}]}}""");
    }

    [Fact]
    public async Task Everything_with_a_node_id_is_found_again_by_it_and_only_by_who_may_see_it()
    {
        await using var host = await TwoTeams.OpenAsync(1);
        var kinds = new List<string>();
        foreach (var (list, type) in SchemaWalk.Nodes(host.Schema))
        {
            var nodes = (await host.DataAsync($"{{ {list} {{ nodes {{ __typename nodeId }} }} }}")).GetProperty(list).GetProperty("nodes");
            var texts = nodes.EnumerateArray().Select(n => n.GetProperty("nodeId").GetString()).ToList();
            texts.ShouldBeUnique();
            foreach (var node in nodes.EnumerateArray())
            {
                var found = await host.DataAsync("query ($id: ID!) { node(id: $id) { __typename nodeId } }", ("id", node.GetProperty("nodeId").GetString()));
                found.GetProperty("node").GetRawText().ShouldBe(node.GetRawText());
            }

            host.Limit = new RowLimit(["nobody"], []);
            foreach (var text in texts)
                (await host.DataAsync("query ($id: ID!) { node(id: $id) { nodeId } }", ("id", text))).GetProperty("node").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null, list);
            host.Limit = RowLimit.Everything;
            kinds.Add(type);
        }

        kinds.Order().ShouldBe(host.Schema.FindType("Node").ShouldBeOfType<GraphQL.Types.InterfaceType>().PossibleTypes.Select(t => t.Name).Where(n => n != "Kpi").Order());
        (await host.AskAsync("{ node(id: \"nonsense\") { nodeId } }")).GetProperty("errors")[0].GetProperty("message").GetString()
            .ShouldBe("\"nonsense\" is no node id; give the nodeId of something.");
    }

    [Fact]
    public async Task Every_dimension_is_told_with_its_kpis_and_values()
    {
        await using var host = await TwoTeams.OpenAsync(1);
        host.Limit = new RowLimit(["own-team"], []);

        var dimensions = (await host.DataAsync("{ dimensions { dimension kpis values } }")).GetProperty("dimensions").EnumerateArray().ToDictionary(
            d => d.GetProperty("dimension").GetString()!);

        dimensions["TEAM"].GetProperty("values").GetRawText().ShouldBe("""["own-team"]""");
        dimensions["DATASET"].GetProperty("values").GetRawText().ShouldBe("""["own-0"]""");
        dimensions["SEVERITY"].GetProperty("kpis").EnumerateArray().ShouldContain(k => k.GetString() == "open_incidents");
    }
}
