using Metrics.Sources;
using Metrics.Storage;
using Metrics.Storage.Ingestion;
using Metrics.Tests.Sources.Canonical;
using Metrics.Tests.Sources.GitHub;

namespace Metrics.Tests.Storage.Ingestion;

/// <summary>What goes in time, and what goes because a person asks.</summary>
public sealed class HousekeepingTests
{
    private const string Now = "2026-11-21T12:00:00Z";

    [Fact]
    public async Task Landed_content_goes_after_its_time_and_records_stay()
    {
        await using var database = await MetricsDatabase.CreateAsync(Now);
        await database.ImportAsync(("incidents.csv", "incident_id,severity,detected_at\na,1,2026-11-01T00:00:00Z\n"));

        (await Expire(TimeSpan.FromDays(1))).ShouldBe(0);
        (await Expire(TimeSpan.Zero - TimeSpan.FromSeconds(1))).ShouldBe(1);
        (await database.TextAsync("select count(*) from fact.incident")).ShouldBe("1");
        (await database.TextAsync("select count(*) from ingest.batch")).ShouldBe("1");

        Task<int> Expire(TimeSpan kept) => new Housekeeping(database.Application, database.Clock).ExpireAsync(kept, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Somebody_who_is_erased_is_nowhere_and_the_others_stay()
    {
        await using var database = await MetricsDatabase.CreateAsync(Now);
        var connection = GitHubSamples.Connection();
        foreach (var number in new[] { 1, 2 })
        {
            var node = GitHubSamples.Node(number, "19:00", merged: "19:00", author: number == 1 ? "ada" : "grace");
            await Sources.FragmentBook.WriteAsync(database, connection, Payload.OfBytes("page.json", System.Text.Encoding.UTF8.GetBytes(GitHubSamples.Answer("pullRequests", node))));
        }

        var (ada, grace) = (ReadingText.Redactor.Hash("ada")!, ReadingText.Redactor.Hash("grace")!);
        (await CountAsync(database, ada)).ShouldBeGreaterThan(1);
        var others = await CountAsync(database, grace);

        var erased = await new Housekeeping(database.Application, database.Clock).EraseAsync(ada, TestContext.Current.CancellationToken);

        (erased.Records > 0, erased.Payloads > 0).ShouldBe((true, true));
        (await CountAsync(database, ada)).ShouldBe(0);
        (await CountAsync(database, grace)).ShouldBe(others);
        var entry = (await new AuditLog(database.Application).ListAsync(1, TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        entry.Action.ShouldBe("person.erased");
        entry.Detail.ShouldNotContain(ada);
    }

    /// <summary>Rows of records, fragments and landed pieces that hold a text.</summary>
    private static async Task<int> CountAsync(MetricsDatabase database, string text) => int.Parse(
        (await database.TextAsync(
            $"""
            (select count(*) from fact.pull_request t where strpos(to_jsonb(t)::text, '{text}') > 0) +
            (select count(*) from ingest.fragment t where strpos(body, '{text}') > 0) +
            (select count(*) from ingest.landed t where position('{text}'::bytea in body) > 0)
            """))!, System.Globalization.CultureInfo.InvariantCulture);
}
