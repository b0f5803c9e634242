using Metrics.Storage;
using Metrics.Tests.Storage.Ingestion;

namespace Metrics.Tests.Storage;

public sealed class AuditLogTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_chain_is_whole_until_somebody_changes_an_entry()
    {
        await using var database = await WithEntriesAsync(3);
        var log = new AuditLog(database.Application);
        var verdict = await log.VerifyAsync(cancellation: Cancellation);
        (verdict.Entries, verdict.Fault).ShouldBe((3, null));

        await TamperAsync(database, "update audit.log set by = 'eve' where entry = 2");

        (await log.VerifyAsync(cancellation: Cancellation)).Fault
            .ShouldBe("Entry 2 (test.done, thing 2) was changed: its hash is not that of its content.");
    }

    [Theory]
    [InlineData("update audit.log set detail = '{\"n\": 4}' where entry = 3", "Entry 3 (test.done, thing 3) was changed: its hash is not that of its content.")]
    [InlineData("update audit.log set at = at + interval '1 microsecond' where entry = 1", "Entry 1 (test.done, thing 1) was changed: its hash is not that of its content.")]
    [InlineData("delete from audit.log where entry = 2", "Entry 2 is missing: after entry 1 comes 3.")]
    [InlineData(
        "delete from audit.log where entry = 2; update audit.log set entry = 2 where entry = 3",
        "Entry 2 does not follow entry 1: it names another hash than that of the entry before.")]
    public async Task Whatever_is_changed_or_taken_out_shows(string sql, string fault)
    {
        await using var database = await WithEntriesAsync(3);

        await TamperAsync(database, sql);

        (await new AuditLog(database.Application).VerifyAsync(cancellation: Cancellation)).Fault.ShouldBe(fault);
    }

    [Fact]
    public async Task An_end_that_was_cut_off_shows_to_whoever_kept_the_head()
    {
        await using var database = await WithEntriesAsync(3);
        var log = new AuditLog(database.Application);
        var head = (await log.VerifyAsync(cancellation: Cancellation)).Head!;
        await TamperAsync(database, "delete from audit.log where entry = 3");

        (await log.VerifyAsync(cancellation: Cancellation)).Fault.ShouldBeNull();
        (await log.VerifyAsync((3, head), Cancellation)).Fault.ShouldBe("Entry 3 is missing: the log ends with entry 2.");
    }

    [Fact]
    public async Task Writers_beside_each_other_make_one_chain()
    {
        await using var database = await WithEntriesAsync(0);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AppendAsync(database, 5)));

        var verdict = await new AuditLog(database.Application).VerifyAsync(cancellation: Cancellation);
        (verdict.Entries, verdict.Fault).ShouldBe((40, null));
    }

    private static async Task<MetricsDatabase> WithEntriesAsync(int number)
    {
        var database = await MetricsDatabase.CreateAsync("2026-07-01T12:00:00.1234567Z");
        await AppendAsync(database, number);
        return database;
    }

    private static async Task AppendAsync(MetricsDatabase database, int number)
    {
        await using var connection = await database.Application.OpenConnectionAsync(Cancellation);
        for (var i = 1; i <= number; i++)
            await AuditLog.AppendAsync(connection, database.Clock.GetUtcNow(), "ana", "test.done", $"thing {i}", new { n = i, text = "ä \"quoted\"\nline", rate = 0.10m }, Cancellation);
    }

    /// <summary>As the owner of the tables could, who is no match for a chain.</summary>
    private static Task TamperAsync(MetricsDatabase database, string sql) =>
        database.ExecuteAsync($"alter table audit.log disable trigger all; {sql}; alter table audit.log enable trigger all");
}
