using System.Globalization;
using System.Text;
using Metrics.Kpis.Waivers;
using Metrics.Model;
using Metrics.Scorecards;
using Metrics.Scorecards.Editions;

namespace Metrics.Tests.Api.Records;

/// <summary>Two teams in two domains with so many records each of every kind; all names of the one begin with own, of the other with foreign.</summary>
internal static class TwoTeams
{
    public static (string Name, string Text)[] Files(int count) =>
    [
        ("teams.csv", Rows("team,name,domain", 1, (who, _) => $"{who}-team,{who} Team,{who}-domain")),
        ("datasets.csv", Rows("dataset,valid_from,tier,team,domain,data_product,description", count, (who, i) => $"{who}-{i},,{i % 3},{who}-team,{who}-domain,{who}-product,{who} data")),
        ("lineage.csv", Rows("upstream,downstream", count, (who, i) => $"{who}-{i},{who}-{(i + 1) % count}")),
        ("pipelines.csv", Rows("pipeline,name,datasets,team", count, (who, i) => $"{who}-p{i},{who} load,{who}-{i},{who}-team")),
        ("pipeline_runs.csv", Rows("pipeline,run_id,attempt,scheduled_for,started_at,ended_at,state", count,
            (who, i) => $"{who}-p{i},{who}-r,1,{At(i)},{At(i)},{At(i)},success")),
        ("checks.csv", Rows("check_id,dataset,kind,enabled", count, (who, i) => $"{who}-c{i},{who}-{i},volume,true")),
        ("check_results.csv", Rows("check_id,run_at,status,message", count, (who, i) => $"{who}-c{i},{At(i)},fail,{who} message")),
        ("incidents.csv", Rows("incident_id,title,severity,status,datasets,team,started_at,detected_at,resolved_at", count,
            (who, i) => $"{who}-i{i},{who} trouble,1,resolved,{who}-{i},{who}-team,{At(i)},{At(i)},{At(i + 1)}")),
        ("postmortem_actions.csv", Rows("action_id,incident_id,title,created_at,due_on,status", count,
            (who, i) => $"{who}-a{i},{who}-i{i},{who} promise,{At(i)},2026-09-01,open")),
        ("pull_requests.csv", Rows("repository,number,title,team,opened_at,merged_at", count, (who, i) => $"{who}/r,{i},{who} work,{who}-team,{At(i)},{At(i + 1)}")),
        ("changes.csv", Rows("change_id,title,kind,datasets,team,approved_at,deployed_at", count, (who, i) => $"{who}-d{i},{who} change,standard,{who}-{i},{who}-team,{At(i)},{At(i)}")),
        ("costs.csv", Rows("cost_id,charge_start,charge_end,service,effective_cost,currency,dataset,pipeline,team", count,
            (who, i) => $"{who}-x{i},{At(i)},{At(i + 1)},{who} service,10,EUR,{who}-{i},{who}-p{i},{who}-team")),
        ("access_requests.csv", Rows("request_id,dataset,team,kind,requested_at", count, (who, i) => $"{who}-q{i},{who}-{i},{who}-team,custom,{At(i)}")),
        ("schema_changes.csv", Rows("change_id,dataset,detected_at,change,column,from,to,breaking", count,
            (who, i) => $"{who}-s{i},{who}-{i},{At(i)},type_changed,{who}_column,int,text,true")),
    ];

    /// <summary>A host with these records, and for each team as many scorecards with all that belongs to them.</summary>
    public static async Task<GraphHost> OpenAsync(int count)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var host = await GraphHost.OpenAsync(Files(count));
        var (database, clock, calendar) = (host.Product.Database, host.Product.Clock, host.Product.Reporting.Calendar);
        await host.Product.Worker.RefreshAsync(cancellation: cancellation);
        var desk = new ScorecardDesk(database, host.Product.Evaluator, clock);
        var (actions, waivers) = (new ReviewActions(database, clock), new WaiverStore(database, calendar, clock));
        foreach (var who in (string[])["own", "foreign"])
        {
            for (var i = 0; i < count; i++)
            {
                var period = Period.Containing(new DateOnly(2020, 1, 1).AddMonths(i), Grain.Month, calendar);
                var edition = await desk.DraftAsync(ScorecardScope.Team($"{who}-team"), period, $"{who}-ana", null, cancellation);
                await desk.CommentAsync(edition.Edition, "Summary", $"{who} words", $"{who}-ana", cancellation);
                await actions.AddAsync(edition.Edition, edition.Scope, $"{who} decision", null, null, $"{who}-ana", cancellation);
                await waivers.AddAsync(
                    host.Product.Library["freshness_adherence"], period, WaiverScope.Dataset, $"{who}-{i}", $"{who} reason", $"{who}-ana", $"{who}-ben",
                    new DateOnly(2027, 1, 1), cancellation);

                // Figures and restatements as publishing and comparing would leave them, without printing a document for each.
                await using var command = database.CreateCommand(
                    $$"""
                    insert into scorecard.value (edition, kpi, period, grouping, place, value, n, status, definition, figure)
                    values ({{edition.Edition}}, 'freshness_adherence', '{{period.Text}}', '{"dataset": "{{who}}-{{i}}"}', 0, 0.9, 10, 'MISSED', 'd', '{}');
                    insert into scorecard.restatement (edition, kpi, grouping, published, now, reasons, found_at)
                    values ({{edition.Edition}}, 'freshness_adherence', '{"dataset": "{{who}}-{{i}}"}', 0.9, 0.8, array['late data'], '2026-11-20T00:00:00Z');
                    """);
                await command.ExecuteNonQueryAsync(cancellation);
            }
        }

        return host;
    }

    private static string At(int day) => new DateTime(2026, 7, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(day).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static string Rows(string header, int count, Func<string, int, string> row)
    {
        var text = new StringBuilder(header).Append('\n');
        foreach (var who in (string[])["own", "foreign"])
            for (var i = 0; i < count; i++) text.Append(row(who, i)).Append('\n');
        return text.ToString();
    }
}
