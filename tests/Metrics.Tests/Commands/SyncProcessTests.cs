using System.Globalization;
using Metrics.Tests.Storage;
using Metrics.Tests.Storage.Ingestion;
using Metrics.Tests.Sync;
using Microsoft.AspNetCore.Http;

namespace Metrics.Tests.Commands;

/// <summary>The real program against a server that speaks PagerDuty's API, two incidents a page, though a hundred are asked for.</summary>
public sealed class SyncProcessTests : IAsyncLifetime
{
    private const int Incidents = 7;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("metrics-sync-");
    private MetricsDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_sync_that_is_killed_in_the_middle_goes_on_where_it_was_and_loses_and_doubles_nothing()
    {
        var reached = new TaskCompletionSource();
        var hangs = true;
        await using var api = await LoopbackApi.StartAsync(async context =>
        {
            if (hangs && context.Request.Query["offset"] == "4" && context.Request.Query.ContainsKey("since"))
            {
                reached.TrySetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }

            await AnswerAsync(context);
        });
        var arguments = await ArgumentsAsync(api);
        using (var process = MetricsProcess.Start(folder.FullName, arguments))
        {
            await reached.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        (await database.TextAsync("select count(*) from fact.incident")).ShouldBe("4");
        (await database.TextAsync("select covered from ingest.coverage where fact = 'incident'")).ShouldBeNull();

        hangs = false;
        api.Asked.Clear();
        var (code, output, errors) = await MetricsProcess.RunAsync(folder.FullName, arguments);

        code.ShouldBe(0, errors);
        output.ShouldStartWith("pagerduty/main: ");
        api.Asked.First(a => a.Contains("since=", StringComparison.Ordinal)).ShouldContain("offset=4");
        (await database.TextAsync("select count(*) || ' ' || count(acknowledged_at) from fact.incident where deleted_at is null")).ShouldBe($"{Incidents} {Incidents}");
        (await database.TextAsync("select count(*) from fact.history")).ShouldBe("0");
        (await database.TextAsync("select count(*) from ingest.coverage where fact = 'incident'")).ShouldBe("1");
    }

    [Fact]
    public async Task Of_two_processes_one_pulls_and_the_other_says_so()
    {
        var reached = new TaskCompletionSource();
        var goesOn = new TaskCompletionSource();
        await using var api = await LoopbackApi.StartAsync(async context =>
        {
            if (context.Request.Query["offset"] == "4" && context.Request.Query.ContainsKey("since"))
            {
                reached.TrySetResult();
                await goesOn.Task;
            }

            await AnswerAsync(context);
        });
        var arguments = await ArgumentsAsync(api);
        var first = MetricsProcess.RunAsync(folder.FullName, arguments);
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        var asked = api.Asked.Count;

        var second = await MetricsProcess.RunAsync(folder.FullName, arguments);

        (second.Code, second.Output).ShouldBe((0, ""));
        second.Errors.ShouldContain("pagerduty/main: another process is at it; nothing was done here.");
        api.Asked.Count.ShouldBe(asked);
        goesOn.SetResult();
        var (code, output, errors) = await first;
        code.ShouldBe(0, errors);
        output.ShouldContain($"{Incidents} new, 0 changed, 0 same, 0 rejected");
        (await database.TextAsync("select count(*) from fact.incident")).ShouldBe($"{Incidents}");
        (await database.TextAsync("select sum(rows_new) from ingest.batch")).ShouldBe($"{Incidents}");
        (await database.TextAsync("select count(*) - count(distinct name) from ingest.batch")).ShouldBe("0");
    }

    private async Task<string[]> ArgumentsAsync(LoopbackApi api)
    {
        Environment.SetEnvironmentVariable("METRICS_TEST_PAGERDUTY_TOKEN", "t");
        var file = Path.Combine(folder.FullName, "sources.yaml");
        await File.WriteAllTextAsync(file, $$"""
            connections:
              - source: pagerduty
                name: main
                since: 2026-06-01
                allow_private_addresses: true
                options: { api_url: "{{api.Url}}" }
                secrets: { token: "${METRICS_TEST_PAGERDUTY_TOKEN}" }
            """, TestContext.Current.CancellationToken);
        return
        [
            "sync", "pagerduty", "--no-wait", "--now", "2026-07-02T00:00:00Z", "--set", $"Sources:File={file}", "--set", $"ConnectionStrings:Metrics={database.ConnectionString}",
            "--set", $"ConnectionStrings:MetricsReader={database.ReaderConnectionString}",
        ];
    }

    private static Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (path.Length == 3)
        {
            return context.Response.WriteAsync($$$"""
                {"log_entries":[{"id":"A{{{path[1]}}}","type":"acknowledge_log_entry","created_at":"2026-06-10T10:05:00Z","incident":{"id":"{{{path[1]}}}","type":"incident_reference"}}],"more":false}
                """);
        }

        var offset = int.Parse(context.Request.Query["offset"]!, CultureInfo.InvariantCulture);
        var all = context.Request.Query.ContainsKey("since") ? Incidents : 0;
        var incidents = Enumerable.Range(0, all).Skip(offset).Take(2).Select(i => $$$"""
            {"id":"P{{{i}}}","type":"incident","incident_number":{{{i}}},"title":"Late","status":"resolved","urgency":"high","created_at":"2026-06-10T10:00:00Z",
             "last_status_change_at":"2026-06-10T12:00:00Z","updated_at":"2026-06-10T12:00:00Z","resolved_at":"2026-06-10T12:00:00Z","priority":{"summary":"P1"},
             "service":{"id":"S","type":"service_reference","summary":"Orders"},"teams":[],"acknowledgements":[],"assignments":[]}
            """);
        return context.Response.WriteAsync($$"""{"incidents":[{{string.Join(',', incidents)}}],"limit":2,"offset":{{offset}},"more":{{(offset + 2 < all ? "true" : "false")}}}""");
    }
}
