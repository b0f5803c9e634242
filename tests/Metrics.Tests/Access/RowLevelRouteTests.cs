using Metrics.GraphQL.Types;
using Metrics.Model;
using Metrics.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Metrics.Tests.Access;

/// <summary>
/// As <see cref="RowLevelTests"/>, by every other way to ask. Lists show a record about datasets of several teams to each of them; the companies
/// here have none such.
/// </summary>
public sealed class RowLevelRouteTests : IAsyncLifetime
{
    private const string Zebra = "zebra";
    private static readonly (string Name, string Value)[] Variables = [("period", "2026-Q3"), ("since", "2026-07-01T00:00:00Z"), ("edition", "1")];
    private static readonly RowLimit Crm = new(["crm"], []);

    private RunningService both = null!;
    private RunningService alone = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        string[] settings = ["Auth:Tokens=true", "Auth:RequestsPerSecond=0"];
        both = await RunningService.StartAsync(settings, TwoTeams.Files(withZebra: true, entangled: false));
        alone = await RunningService.StartAsync(settings, TwoTeams.Files(withZebra: false, entangled: false));
        foreach (var service in (RunningService[])[both, alone]) await service.Database.Worker.RefreshAsync(cancellation: Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await both.DisposeAsync();
        await alone.DisposeAsync();
    }

    [Fact]
    public async Task Named_documents_pages_and_mistakes_are_the_same()
    {
        using var there = await both.ClientAsync("crm", limit: Crm);
        using var here = await alone.ClientAsync("crm", limit: Crm);
        string[] paths =
        [
            .. from report in Directory.EnumerateFiles(Path.Combine(Repository.Root, "queries", "reports"), "*.graphql").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)
               let document = File.ReadAllText(Path.Combine(Repository.Root, "queries", "reports", report + ".graphql"))
               from format in (string[])["json", "csv", "jsonl"]
               select $"/graphql/persisted/{report}?format={format}" + string.Concat(
                   Variables.Where(v => document.Contains($"${v.Name}:", StringComparison.Ordinal)).Select(v => $"&{v.Name}={v.Value}")),
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
    public async Task Every_list_of_the_graph_is_the_same_with_all_that_its_rows_lead_to()
    {
        using var there = await both.ClientAsync("crm", limit: Crm);
        using var here = await alone.ClientAsync("crm", limit: Crm);
        using var all = await both.ClientAsync("all");
        var own = 0;
        foreach (var (list, walk) in SchemaWalk.Lists(both.Services.GetRequiredService<Schema>()))
        {
            // Fewer rows than the walk asks for: over HTTP a query has its price.
            var query = walk.Replace("(first: 100)", "(first: 50)", StringComparison.Ordinal);
            var told = await RowLevelTests.AskAsync(there, query);
            told.ShouldBe(await RowLevelTests.AskAsync(here, query), list);
            told.ShouldNotContain(Zebra, Case.Insensitive, list);
            told.ShouldNotContain("\"errors\"", Case.Sensitive, list);
            if (told.Contains("crm", StringComparison.Ordinal) && (await RowLevelTests.AskAsync(all, query)).Contains(Zebra, StringComparison.Ordinal)) own++;
        }

        own.ShouldBeGreaterThan(8);
    }
}
