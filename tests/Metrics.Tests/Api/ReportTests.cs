using System.Net;
using System.Text.Json;
using Metrics.Model;
using Metrics.Scorecards;
using Metrics.Scorecards.Editions;

namespace Metrics.Tests.Api;

/// <summary>A small company that has something for each document, and a scorecard that is in review; shared, since nothing is changed.</summary>
public sealed class ReportedCompany : IAsyncLifetime
{
    internal RunningService Service { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Service = await RunningService.StartAsync(
            ("teams.csv", "team,name,domain\nsales,Sales,shop\n"),
            ("datasets.csv", "dataset,valid_from,tier,team,freshness_max_age,data_product\norders,,0,sales,P1D,shop\n=orders,,1,sales,P1D,shop\n"),
            ("pipelines.csv", "pipeline,datasets,team\np,orders;=orders,sales\n"),
            ("pipeline_runs.csv", "pipeline,run_id,attempt,scheduled_for,started_at,ended_at,state\np,1,1,2026-08-01T00:00:00Z,2026-08-01T00:00:00Z,2026-08-01T01:00:00Z,success\n"),
            ("incidents.csv", "incident_id,severity,status,datasets,started_at,detected_at,resolved_at,detected_by\ni,1,resolved,orders,2026-08-02T00:00:00Z,2026-08-02T01:00:00Z,2026-08-02T03:00:00Z,test\n"),
            ("pull_requests.csv", "repository,number,team,opened_at,merged_at\nr,1,sales,2026-08-01T00:00:00Z,2026-08-03T00:00:00Z\n"),
            ("costs.csv", "cost_id,charge_start,charge_end,service,effective_cost,currency\nc,2026-08-01T00:00:00Z,2026-08-02T00:00:00Z,warehouse,10,EUR\n"),
            ("usage_units.csv", "day,unit,quantity\n2026-08-01,tb_processed,4\n"),
            ("checks.csv", "check_id,dataset,kind,enabled\nk,orders,volume,true\n"),
            ("alerts.csv", "alert_id,raised_at,check_id,dataset,action_taken\na,2026-08-01T00:00:00Z,k,orders,false\n"));
        var (product, cancellation) = (Service.Product, TestContext.Current.CancellationToken);
        var desk = new ScorecardDesk(product.Database, product.Evaluator, product.Clock);
        var draft = await desk.DraftAsync(ScorecardScope.Platform, Period.Parse("2026-Q3", product.Reporting.Calendar), "ana", null, cancellation);
        await desk.ReviewAsync(draft.Edition, "ana", cancellation);
    }

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}

/// <summary>Every document of <c>queries/reports</c> by its name.</summary>
public sealed class ReportTests(ReportedCompany company) : IClassFixture<ReportedCompany>
{
    public static TheoryData<string> Reports =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "queries", "reports"), "*.graphql").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Reports))]
    public async Task It_answers_in_json_and_with_the_same_rows_as_csv_and_json_lines(string report)
    {
        using var json = JsonDocument.Parse(await TextAsync(report, "json"));
        json.RootElement.TryGetProperty("errors", out var errors).ShouldBeFalse(errors.ToString());

        var csv = (await TextAsync(report, "csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var lines = (await TextAsync(report, "jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        csv.Length.ShouldBe(lines.Length + 1, "a header and a line for each row");
        if (lines.Length == 0) return;
        using var first = JsonDocument.Parse(lines[0]);
        csv[0].Split(',').ShouldBe(first.RootElement.EnumerateObject().Select(m => m.Name));
    }

    [Theory, MemberData(nameof(Reports))]
    public void It_says_what_it_is_for_and_stands_in_the_page_for_bi_developers(string report)
    {
        File.ReadLines(Path.Combine(Repository.Root, "queries", "reports", report + ".graphql")).First().ShouldStartWith("# ");
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "bi-developer.md")).ShouldContain($"`{report}`");
    }

    [Fact]
    public async Task The_figures_are_those_of_the_records()
    {
        (await TextAsync("mttr-with-open-incidents", "csv")).ShouldContain("mttr_sev1,\"Mean time to resolve, Sev 1\",hours,2026-08-01,3,");
        (await TextAsync("unit-cost-by-service-and-month", "csv")).ShouldContain("2026-08-01,warehouse,EUR,2.5,");
        (await TextAsync("pr-cycle-by-team", "csv")).ShouldContain("pr_cycle_time,2026-08-01,sales,2,");
        (await TextAsync("freshness-by-dataset-and-day", "csv")).ShouldContain("2026-08-02,orders,");
    }

    [Fact]
    public async Task A_scorecard_is_asked_for_as_it_was_published() =>
        (await TextAsync("published-scorecard", "csv")).ShouldContain("mttr_sev1,\"Mean time to resolve, Sev 1\",RELIABILITY,hours,0,Tier 0,3,");

    [Fact]
    public async Task A_name_that_a_spreadsheet_would_run_is_made_harmless() =>
        (await TextAsync("freshness-by-dataset-and-day", "csv")).ShouldContain(",'=orders,");

    private async Task<string> TextAsync(string report, string format)
    {
        var document = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "queries", "reports", report + ".graphql"), Cancellation);
        (string Name, string Value)[] known = [("period", "2026-Q3"), ("since", "2026-07-01T00:00:00Z"), ("edition", "1")];
        var variables = string.Concat(known.Where(v => document.Contains($"${v.Name}:", StringComparison.Ordinal)).Select(v => $"&{v.Name}={v.Value}"));
        using var response = await company.Service.Client.GetAsync($"/graphql/persisted/{report}?format={format}{variables}", Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return text;
    }
}
