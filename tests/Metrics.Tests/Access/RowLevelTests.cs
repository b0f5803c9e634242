using System.Net;
using System.Net.Http.Json;
using Metrics.Kpis.Targets;
using Metrics.Kpis.Waivers;
using Metrics.Model;
using Metrics.Tests.Api;
using Metrics.Tests.Storage;
using Metrics.Tests.Storage.Ingestion;

namespace Metrics.Tests.Access;

/// <summary>
/// The same questions with crm's token to two companies, one with zebra in it and one without: whatever is asked, the answers are the
/// same to the letter. So nothing that crm is told depends on anything of zebra's, or of nobody's.
/// </summary>
public sealed class RowLevelTests : IAsyncLifetime
{
    private const string Zebra = "zebra";
    private static readonly RowLimit Crm = new(["crm"], []);

    private RunningService both = null!;
    private RunningService alone = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IEnumerable<string> Kpis => MetricsDatabase.Library.Definitions.Select(d => d.Id);

    public async ValueTask InitializeAsync()
    {
        string[] settings = ["Auth:Tokens=true", "Auth:RequestsPerSecond=0"];
        both = await RunningService.StartAsync(settings, TwoTeams.Files(withZebra: true));
        alone = await RunningService.StartAsync(settings, TwoTeams.Files(withZebra: false));
        (await both.Database.TextAsync("select string_agg(place || ': ' || reason, ' ') from ingest.rejected")).ShouldBeNull();
        await new TargetStore(both.Database.Application, both.Database.Clock).ApplyAsync(
            TargetFile.Read("zebra.yaml", """
                pipeline_success_rate:
                  - { team: zebra, target: "> 0.5", valid_from: ever }
                  - { dataset: zebra.orders, target: "> 0.6", valid_from: ever }
                """, MetricsDatabase.Library), Zebra, "zebra asked", Cancellation);
        await new WaiverStore(both.Database.Application, both.Database.Settings.Calendar, both.Database.Clock).AddAsync(
            MetricsDatabase.Library["pr_cycle_time"], Period.Parse("2026-Q3", both.Database.Settings.Calendar), WaiverScope.Team, Zebra, "zebra moved", Zebra, "ada", new DateOnly(2027, 1, 1), Cancellation);
        foreach (var service in (RunningService[])[both, alone]) await service.Database.Worker.RefreshAsync(cancellation: Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await both.DisposeAsync();
        await alone.DisposeAsync();
    }

    [Fact]
    public async Task Rows_by_every_dimension_and_under_every_condition_are_the_same()
    {
        string[] dimensions = ["", .. Enum.GetNames<Dimension>().Select(n => string.Concat(n.Select((c, i) => char.IsUpper(c) && i > 0 ? $"_{c}" : $"{char.ToUpperInvariant(c)}"))), "TEAM, DATASET", "TIER, DOMAIN"];
        string[] conditions =
        [
            "", "{ team: \"zebra\" }", "{ domain: \"zoo\" }", "{ dataset: \"zebra.orders\" }", "{ dataProduct: \"zebra-shop\" }", "{ pipeline: \"zebra-load\" }",
            "{ service: \"zebra-warehouse\" }", "{ stakeholderGroup: \"zebra-finance\" }", "{ unassigned: [TEAM] }", "{ tier: 1 }", "{ team: \"crm\" }", "{ dataset: \"given\" }",
        ];
        await CompareAsync(
            Crm,
            from dimension in dimensions
            from condition in conditions
            where dimension.Length == 0 || condition.Length == 0 || dimension is "TEAM" or "DATASET"
            from grain in condition.Length == 0 ? (string[])["", ", grain: MONTH"] : [""]
            select $$"""
            {
              kpiRows(period: { period: "2026-Q3" }, kpis: [{{string.Join(", ", Kpis.Select(k => $"\"{k}\""))}}], by: [{{dimension}}]{{grain}}{{(condition.Length == 0 ? "" : $", where: {condition}")}}, first: 5000) {
                totalCount
                nodes {
                  kpi period tier tierLabel team domain dataset dataProduct pipeline severity service usageUnit measure stakeholderGroup value numerator denominator n
                  lower upper target stretch status previous change yearAgo formatted reason suppressed asOf stale unattributed definitionVersion
                }
              }
            }
            """);
    }

    [Fact]
    public async Task Values_records_and_explanations_are_the_same() =>
        await CompareAsync(
            Crm,
            from kpi in Kpis
            let dimensions = MetricsDatabase.Library[kpi].Dimensions
            from filter in (string[])["", .. dimensions.Contains(Dimension.Team) ? [", where: { team: \"zebra\" }"] : Array.Empty<string>(), .. dimensions.Contains(Dimension.Dataset) ? [", where: { dataset: \"zebra.orders\" }"] : Array.Empty<string>()]
            let period = MetricsDatabase.Library[kpi].Grains.Contains(Grain.Quarter) ? "2026-Q3" : "2026-08"
            select $$"""
            {
              kpi(id: "{{kpi}}") {
                id version targets { tier team dataset text origin } targetHistory { appliedBy reason target { team dataset } } history { hash }
                value(period: { period: "{{period}}" }{{filter}}) { value numerator denominator n status reason previous unattributed }
                evidence(period: { period: "{{period}}" }{{filter}}, first: 5000) {
                  totalCount nodes { at tier team domain datasetIds datasets { id } pipeline severity numerator denominator value excluded note fact sourceSystem connection sourceKey batch { number } }
                }
                explanation(period: { period: "{{period}}" }{{filter}}) {
                  counted leftOut { reason count } rows { tier value n status reason } facts { fact source batch name committedAt coveredUntil }
                }
              }
            }
            """);

    [Fact]
    public async Task A_limit_by_domain_holds_as_one_by_team_does() =>
        await CompareAsync(
            new RowLimit([], ["people"]),
            from dimension in (string[])["", "TEAM", "DOMAIN", "DATASET", "TIER"]
            select $$"""{ kpiRows(period: { period: "2026-Q3" }, by: [{{dimension}}], first: 5000) { totalCount nodes { kpi tier team domain dataset value numerator denominator n status reason unattributed } } }""");

    [Fact]
    public async Task Named_documents_pages_and_mistakes_are_the_same()
    {
        using var there = await both.ClientAsync("crm", limit: Crm);
        using var here = await alone.ClientAsync("crm", limit: Crm);
        string[] paths =
        [
            .. from report in Directory.EnumerateFiles(Path.Combine(Repository.Root, "queries", "reports"), "*.graphql").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)
               from format in (string[])["json", "csv", "jsonl"]
               select $"/graphql/persisted/{report}?period=2026-Q3&format={format}",
            "/", "/?period=2026-Q3", "/?period=2026-08", "/?period=nonsense", "/scorecards/1", "/scorecards/scorecard-zebra.pdf", "/graphql/persisted/nothing", "/graphql?sdl",
            "/graphql?query=" + Uri.EscapeDataString("""{ kpiRows(period: { period: "2026-Q3" }, kpis: ["zebras"]) { totalCount } }"""),
            "/graphql?query=" + Uri.EscapeDataString("""{ kpiRows(period: { period: "2026-Q3" }, kpis: ["mttr_sev1"], by: [PIPELINE]) { totalCount } }"""),
        ];
        foreach (var path in paths)
        {
            using var one = await there.GetAsync(path, Cancellation);
            using var other = await here.GetAsync(path, Cancellation);
            one.StatusCode.ShouldBe(other.StatusCode, path);
            var text = await one.Content.ReadAsStringAsync(Cancellation);
            text.ShouldBe(await other.Content.ReadAsStringAsync(Cancellation), path);
            if (!path.Contains(Zebra, StringComparison.Ordinal)) text.ShouldNotContain(Zebra, Case.Insensitive, path);
        }
    }

    [Fact]
    public async Task Scorecards_are_given_to_those_whose_part_they_are_about_and_to_who_sees_everything()
    {
        foreach (var (kind, scope) in new[] { ("team", Zebra), ("team", "crm"), ("domain", "people"), ("platform", "") })
            await both.Database.ExecuteAsync(
                $"""
                insert into scorecard.edition (scope_kind, scope, period, number, state, prepared_by, prepared_at, as_of, cut, approved_by, published_at, pdf, pdf_sha256)
                values ('{kind}', '{scope}', '2026-Q3', 1, 'published', 'ada', now(), now(), pg_current_snapshot(), 'ben', now(), '%PDF', encode(sha256('%PDF'), 'hex'))
                """);
        await File.WriteAllBytesAsync(Path.Combine(both.Output.FullName, "scorecard-zebra.pdf"), "%PDF-"u8.ToArray(), Cancellation);

        (await ServedAsync(Crm)).ShouldBe("2");
        (await ServedAsync(new RowLimit([Zebra], ["people"]))).ShouldBe("1 3");
        (await ServedAsync(new RowLimit(["nobody"], []))).ShouldBe("");
        (await ServedAsync(RowLimit.Everything)).ShouldBe("1 2 3 4 scorecard-zebra.pdf /");
    }

    [Fact]
    public async Task What_a_limited_token_sees_is_what_the_whole_organisation_sees_of_that_team()
    {
        using var all = await both.ClientAsync("all");
        using var crm = await both.ClientAsync("crm", limit: Crm);
        var compared = 0;
        foreach (var kpi in MetricsDatabase.Library.Definitions.Where(d => d.Dimensions.Contains(Dimension.Team)))
        {
            var period = kpi.Grains.Contains(Grain.Quarter) ? "2026-Q3" : "2026-08";
            var whole = await AskAsync(all, $$"""{ kpi(id: "{{kpi.Id}}") { value(period: { period: "{{period}}" }, where: { team: "crm" }) { value numerator denominator n previous } } }""");
            var limited = await AskAsync(crm, $$"""{ kpi(id: "{{kpi.Id}}") { value(period: { period: "{{period}}" }) { value numerator denominator n previous } } }""");
            limited.ShouldBe(whole, kpi.Id);
            if (!whole.Contains("\"n\":0", StringComparison.Ordinal)) compared++;
        }

        compared.ShouldBeGreaterThan(25);
    }

    [Fact]
    public async Task A_limit_to_nothing_shows_nothing_and_nothing_as_green()
    {
        using var nobody = await both.ClientAsync("nobody", limit: new RowLimit(["no-such-team"], []));
        var answer = await AskAsync(nobody, """{ kpiRows(period: { period: "2026-Q3" }, kpis: ["incident_rate", "data_downtime", "pipeline_success_rate"], where: { team: "zebra" }) { nodes { value n status reason } } }""");

        answer.ShouldContain("\"reason\":\"Team zebra is not among what you may see.\"");
        answer.ShouldNotContain("\"value\":0");
        answer.ShouldNotContain("MET");
        answer.ShouldNotContain("EXCEEDED");
    }

    private async Task<string> ServedAsync(RowLimit limit)
    {
        using var client = await both.ClientAsync("reader", limit: limit);
        var served = new List<string>();
        foreach (var name in (string[])["1", "2", "3", "4", "5", "scorecard-zebra.pdf"])
            if ((await client.GetAsync($"/scorecards/{name}", Cancellation)).StatusCode == HttpStatusCode.OK) served.Add(name);
        if ((await client.GetStringAsync("/", Cancellation)).Contains(Zebra, StringComparison.Ordinal)) served.Add("/");
        await both.Tokens.RevokeAsync("reader", "ada", Cancellation);
        return string.Join(' ', served);
    }

    private async Task CompareAsync(RowLimit limit, IEnumerable<string> queries)
    {
        using var there = await both.ClientAsync("limited", limit: limit);
        using var here = await alone.ClientAsync("limited", limit: limit);
        var (answered, records) = (0, 0);
        foreach (var query in queries)
        {
            var told = await AskAsync(there, query);
            told.ShouldBe(await AskAsync(here, query), query);
            if (!query.Contains(Zebra, StringComparison.Ordinal) && !query.Contains("zoo", StringComparison.Ordinal))
            {
                told.ShouldNotContain(Zebra, Case.Insensitive, query);
                told.ShouldNotContain("zoo", Case.Insensitive, query);
            }

            told.ShouldNotContain("\"errors\"", Case.Sensitive, query);
            answered++;
            if (told.Contains("crm", StringComparison.Ordinal)) records++;
        }

        answered.ShouldBeGreaterThan(4);
        records.ShouldBeGreaterThan(1, "crm does see its own");
    }

    private static async Task<string> AskAsync(HttpClient client, string query)
    {
        using var response = await client.PostAsJsonAsync("/graphql", new { query }, Cancellation);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }
}
