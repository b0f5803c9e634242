using System.Text.Json;
using Metrics.Benchmarks.Load;

namespace Metrics.Benchmarks.Api;

/// <summary>A server that is asked for one KPI by tier, in its own words.</summary>
/// <param name="Request">The question about some days.</param>
/// <param name="Rows">The rows of an answer.</param>
/// <param name="Figure">Tier and value of a row.</param>
internal sealed record ApiContestant(
    string Name, ServerProcess Server, Func<Days, byte[]> Request, Func<JsonElement, JsonElement> Rows, Func<JsonElement, (int Tier, double Value)> Figure)
{
    private const string Kpi = Kpis.HandWritten.Kpi;

    public static ApiContestant Posted(ServerProcess server) => new(
        "ours", server,
        days => HttpText.Post("/graphql", JsonSerializer.Serialize(new
        {
            query = $$"""query ($period: Period!) { kpiRows(kpis: ["{{Kpi}}"], period: { period: $period }, by: [TIER]) { nodes { kpi tier value stale } } }""",
            variables = new { period = days.Period },
        })),
        OurRows, OurFigure);

    public static ApiContestant Persisted(ServerProcess server) => new(
        "ours, as a persisted document by GET", server,
        days => HttpText.Get($"/graphql/persisted/success-by-tier?period={Uri.EscapeDataString(days.Period)}"),
        OurRows, OurFigure);

    public static ApiContestant Yoga(ServerProcess server) => new(
        "graphql-yoga, SQL by hand", server,
        days => HttpText.Post("/graphql", JsonSerializer.Serialize(new
        {
            query = "query ($from: String!, $to: String!) { successByTier(from: $from, to: $to) { kpi tier value } }",
            variables = new { from = days.Start, to = days.End },
        })),
        answer => answer.GetProperty("data").GetProperty("successByTier"),
        row => (row.GetProperty("tier").GetInt32(), row.GetProperty("value").GetDouble()));

    /// <summary>It gives the two sums; the client divides.</summary>
    public static ApiContestant PostGraphile(ServerProcess server) => new(
        "PostGraphile 4, pg-aggregates", server,
        days => HttpText.Post("/graphql", JsonSerializer.Serialize(new
        {
            query = """
                query ($from: Date!, $to: Date!) {
                  allDatasetDays(filter: { day: { greaterThanOrEqualTo: $from, lessThan: $to } }) {
                    groupedAggregates(groupBy: TIER) { keys sum { succeeded runs } }
                  }
                }
                """,
            variables = new { from = days.Start, to = days.End },
        })),
        answer => answer.GetProperty("data").GetProperty("allDatasetDays").GetProperty("groupedAggregates"),
        row =>
        {
            var sums = row.GetProperty("sum");
            return (Number<int>(row.GetProperty("keys")[0]), Number<double>(sums.GetProperty("succeeded")) / Number<double>(sums.GetProperty("runs")));
        });

    public static ApiContestant Cube(ServerProcess server) => new(
        "Cube 0.32, cache in memory", server,
        days => HttpText.Post("/cubejs-api/v1/load", JsonSerializer.Serialize(new
        {
            query = new
            {
                measures = (string[])["DatasetDay.value"],
                dimensions = (string[])["DatasetDay.tier"],
                timeDimensions = new[] { new { dimension = "DatasetDay.day", dateRange = (string[])[days.Start, new Days(days.From, days.To.AddDays(-1), "").End] } },
            },
        })),
        answer => answer.GetProperty("data"),
        row => (Number<int>(row.GetProperty("DatasetDay.tier")), Number<double>(row.GetProperty("DatasetDay.value"))));

    private static JsonElement OurRows(JsonElement answer) => answer.GetProperty("data").GetProperty("kpiRows").GetProperty("nodes");

    private static (int, double) OurFigure(JsonElement row) => (row.GetProperty("tier").GetInt32(), row.GetProperty("value").GetDouble());

    /// <summary>Large numbers are text in JSON, to some.</summary>
    private static T Number<T>(JsonElement value) where T : IParsable<T> =>
        T.Parse(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText(), System.Globalization.CultureInfo.InvariantCulture);
}
