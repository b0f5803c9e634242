using Metrics.Model;

namespace Metrics.Tests.Api.Records;

/// <summary>Every list of the graph, taken from the schema itself.</summary>
public sealed class GraphTests
{
    /// <summary>Lists of the organisation, of which a caller with a limit sees nothing.</summary>
    private static readonly string[] Organisation = ["batches"];

    [Fact]
    public async Task A_list_takes_as_many_statements_for_fifty_rows_as_for_five_with_all_that_the_rows_lead_to()
    {
        await using var few = await GraphHost.OpenAsync(TwoTeams.Files(5));
        await using var many = await GraphHost.OpenAsync(TwoTeams.Files(50));

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
        await using var host = await GraphHost.OpenAsync(TwoTeams.Files(3));
        var limit = new RowLimit(team is null ? [] : [team], domain is null ? [] : [domain]);

        foreach (var (list, query) in SchemaWalk.Lists(host.Schema))
        {
            host.Limit = RowLimit.Everything;
            var all = (await host.DataAsync(query)).GetRawText();
            host.Limit = limit;
            var seen = (await host.DataAsync(query)).GetRawText();

            seen.ShouldNotContain("foreign", Case.Sensitive, list);
            if (!all.Contains("foreign", StringComparison.Ordinal)) continue;
            if (Organisation.Contains(list)) seen.ShouldNotContain("own", Case.Sensitive, list);
            else seen.ShouldContain("own-", Case.Sensitive, list);
        }
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
}
