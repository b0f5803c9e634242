using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Metrics.Storage.Access;

namespace Metrics.Tests.Api;

/// <summary>The recipes of docs/bi.md, each as far as it can be tried without the tool.</summary>
public sealed partial class BiRecipeTests
{
    private const string Address = "http://127.0.0.1:8080";
    private static readonly string Recipes = File.ReadAllText(Path.Combine(Repository.Root, "docs", "bi.md"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_address_query_and_program_gives_rows_with_a_token_and_nothing_without()
    {
        await using var service = await RunningService.StartAsync(
            ["Auth:Tokens=true"],
            ("datasets.csv", "dataset,valid_from,tier,team,freshness_max_age\norders,,0,sales,P1D\n"),
            ("pipelines.csv", "pipeline,datasets,team\np,orders,sales\n"),
            ("pipeline_runs.csv", "pipeline,run_id,attempt,scheduled_for,ended_at,state\np,1,1,2026-08-01T00:00:00Z,2026-08-01T01:00:00Z,success\n"));
        var (_, secret) = await service.Tokens.CreateAsync(
            new NewToken("bi", [Scopes.Read], Metrics.Model.RowLimit.Everything, null), "ada", Cancellation);

        var addresses = Addresses().Matches(Recipes).Select(m => m.Value[Address.Length..]).Where(a => a.Contains('?', StringComparison.Ordinal)).Distinct().ToList();
        addresses.Count.ShouldBeGreaterThan(2);
        foreach (var address in addresses)
        {
            (await SendAsync(service.Client, new HttpRequestMessage(HttpMethod.Get, address), null)).Status.ShouldBe(HttpStatusCode.Unauthorized, address);
            var (status, text) = await SendAsync(service.Client, new HttpRequestMessage(HttpMethod.Get, address), secret);
            status.ShouldBe(HttpStatusCode.OK, text);
            text.Split("\r\n").Length.ShouldBeGreaterThan(2, text);
        }

        var query = JsonSerializer.Serialize(new { query = Block("graphql").ShouldHaveSingleItem() });
        var (_, answer) = await SendAsync(
            service.Client, new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(query, null, "application/json") }, secret);
        answer.ShouldContain("\"periodStart\":\"2026-08-01\"");

        if (!OperatingSystem.IsLinux()) return;
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", Block("python").ShouldHaveSingleItem()])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { ["METRICS_URL"] = service.Client.BaseAddress!.ToString().TrimEnd('/'), ["METRICS_TOKEN"] = secret },
        })!;
        (await python.StandardOutput.ReadToEndAsync(Cancellation)).ShouldMatch("^[1-9][0-9]* rows; [0-9]+ missed\n$");
    }

    [Fact]
    public async Task Every_statement_runs_over_what_was_refreshed()
    {
        await using var service = await RunningService.StartAsync(
            ("datasets.csv", "dataset,valid_from,tier,team\norders,,0,sales\n"),
            ("pipelines.csv", "pipeline,datasets,team\np,orders,sales\n"),
            ("pipeline_runs.csv", "pipeline,run_id,attempt,scheduled_for,ended_at,state\np,1,1,2026-08-01T00:00:00Z,2026-08-01T01:00:00Z,success\n"));
        await service.Product.Worker.RefreshAsync(cancellation: Cancellation);
        await service.Product.BiValues.RefreshAsync(Cancellation);

        var counts = new List<int>();
        foreach (var sql in Block("sql"))
        {
            await using var command = service.Database.Application.CreateCommand(sql);
            await using var reader = await command.ExecuteReaderAsync(Cancellation);
            var rows = 0;
            while (await reader.ReadAsync(Cancellation)) rows++;
            counts.Add(rows);
        }

        counts.Count.ShouldBe(3);
        counts[0].ShouldBeGreaterThan(20);
        counts[1].ShouldBe(1);
    }

    private static List<string> Block(string language) =>
        [.. Blocks().Matches(Recipes).Where(m => m.Groups["language"].Value == language).Select(m => m.Groups["text"].Value)];

    private static async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpClient client, HttpRequestMessage request, string? secret)
    {
        using (request)
        {
            if (secret is not null) request.Headers.Add("X-Api-Key", secret);
            using var response = await client.SendAsync(request, Cancellation);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
        }
    }

    [GeneratedRegex("http://127\\.0\\.0\\.1:8080[^\\s\"`]*")]
    private static partial Regex Addresses();

    [GeneratedRegex("```(?<language>[a-z]+)\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
