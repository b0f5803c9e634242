using Metrics.Scorecards;
using Metrics.Scorecards.Delivery;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Scorecards.Delivery;

public sealed class RecipientTests
{
    private const string File = """
        platform:
          to: [ada@example.com, "Bob B. <bob@example.com>"]
          bcc: [archive@example.com]
        domains:
          sales: { cc: [sales@example.com] }
        teams:
          orders: { to: [manager] }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_file_names_recipients_by_scope() =>
        RecipientFile.Read("recipients.yaml", File).Select(r => $"{r.Scope}: {r.Part} {r}").ShouldBe(
        [
            "Whole platform: To ada@example.com", "Whole platform: To Bob B. <bob@example.com>", "Whole platform: Bcc archive@example.com",
            "Domain sales: Cc sales@example.com", "Team orders: To manager",
        ]);

    [Fact]
    public void Every_fault_of_a_file_is_told_at_once() =>
        Should.Throw<RecipientFileException>(() => RecipientFile.Read("r.yaml", """
            platform:
              to: [manager, ada, eve@example.com, EVE@example.com]
              from: [x@example.com]
            people: {}
            teams: [orders]
            """)).Message.ReplaceLineEndings("\n").ShouldBe(
            """
            r.yaml:2: "manager" stands for the manager of a team, and Whole platform is not a team; write an address.
            r.yaml:2: "ada" is not an address; write ada@example.com or "Ada Lovelace <ada@example.com>".
            r.yaml:2: EVE@example.com is named twice for Whole platform; keep one.
            r.yaml:3: "from" is not a part of a letter's head; allowed are to, cc, bcc.
            r.yaml:4: "people" is not a scope; allowed are platform, domains, teams.
            r.yaml:5: teams must hold teams by their names.
            """);

    [Fact]
    public async Task Applying_a_file_changes_what_differs_and_nothing_else()
    {
        await using var database = await MetricsDatabase.CreateAsync("2026-07-06T12:00:00Z");
        var store = new RecipientStore(database.Application, database.Clock);
        var wanted = RecipientFile.Read("recipients.yaml", File);

        (await store.DiffAsync(wanted, Cancellation)).Count.ShouldBe(5);
        (await store.ListAsync(null, Cancellation)).ShouldBeEmpty();
        (await store.ApplyAsync(wanted, "ada", "first", Cancellation)).Count.ShouldBe(5);
        (await store.ListAsync(null, Cancellation)).ShouldBe(wanted);
        (await store.ApplyAsync(wanted, "ada", "again", Cancellation)).ShouldBeEmpty();
        var changes = await store.ApplyAsync([.. wanted.Skip(1), Recipient.Parse(ScorecardScope.Platform, "ada@example.com", MailPart.Cc)], "bob", null, Cancellation);

        changes.ShouldHaveSingleItem().ShouldBe(new RecipientChange(wanted[0], wanted[0] with { Part = MailPart.Cc }));
        await using var command = database.Application.CreateCommand("select by || ' ' || action || ' ' || subject from audit.log order by entry desc limit 1");
        (await command.ExecuteScalarAsync(Cancellation)).ShouldBe("bob recipient.change Whole platform: ada@example.com");
    }
}
