using System.Net;
using Metrics.Server.Access;
using Metrics.Storage;
using Metrics.Tests.Api;
using Metrics.Tests.Storage.Ingestion;
using Microsoft.Extensions.DependencyInjection;

namespace Metrics.Tests.Access;

/// <summary>What leaves the service as a file is in the audit log.</summary>
public sealed class ExportLogTests : IAsyncLifetime
{
    private const string Entries = "select coalesce(string_agg(by || ' ' || action || ' ' || subject || ' ' || detail::text, E'\\n' order by entry), '') from audit.log where action = 'data.exported'";

    private RunningService service = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => service = await RunningService.StartAsync(
        ["Auth:Tokens=true"], ("incidents.csv", "incident_id,severity,detected_at\na,1,2026-08-01T00:00:00Z\n"));

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task Every_export_is_noted_with_who_and_what_and_reading_is_not()
    {
        await File.WriteAllBytesAsync(Path.Combine(service.Output.FullName, "scorecard-2026-Q3.pdf"), "%PDF-"u8.ToArray(), Cancellation);
        using var client = await service.ClientAsync("power-bi");
        foreach (var path in (string[])
        [
            "/graphql/persisted/tier-scorecard?period=2026-Q3&format=csv", "/graphql/persisted/tier-scorecard?period=2026-Q3&format=jsonl",
            "/graphql/persisted/tier-scorecard?period=2026-Q3&format=json", "/scorecards/scorecard-2026-Q3.pdf", "/",
        ])
            (await client.GetAsync(path, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK, path);
        (await client.GetAsync("/graphql/persisted/tier-scorecard?period=nonsense&format=csv", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await service.Client.GetAsync("/graphql/persisted/tier-scorecard?period=2026-Q3&format=csv", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/scorecards/scorecard-2026-Q3.pdf"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await service.Services.GetRequiredService<ExportLog>().WriteAsync(Cancellation);

        (await service.Database.TextAsync(Entries)).ShouldBe(
            """
            token power-bi data.exported /graphql/persisted/tier-scorecard {"query": "?period=2026-Q3&format=csv", "format": "text/csv"}
            token power-bi data.exported /graphql/persisted/tier-scorecard {"query": "?period=2026-Q3&format=jsonl", "format": "application/jsonl"}
            token power-bi data.exported /scorecards/scorecard-2026-Q3.pdf {"query": "", "format": "application/pdf"}
            """);
        (await new AuditLog(service.Database.Application).VerifyAsync(cancellation: Cancellation)).Fault.ShouldBeNull();
    }

    [Fact]
    public async Task What_was_noted_before_an_orderly_end_is_written()
    {
        using var client = await service.ClientAsync("power-bi");
        for (var i = 0; i < 7; i++) (await client.GetAsync("/graphql/persisted/tier-scorecard?period=2026-Q3&format=csv", Cancellation)).EnsureSuccessStatusCode();

        await service.StopAsync();

        (await service.Database.TextAsync("select count(*) from audit.log where action = 'data.exported'")).ShouldBe("7");
    }
}
