using System.Text;
using Metrics.Scorecards;
using Metrics.Scorecards.Delivery;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Scorecards.Delivery;

/// <summary>The ledger on a real database, letters to a real mail server.</summary>
[Collection("Chromium")]
public sealed class ScorecardSenderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everybody_gets_one_letter_however_often_it_is_sent()
    {
        await using var post = await Post.StartAsync();
        await post.AddAsync("ada@example.com", "Bob <bob@example.com>");
        var edition = await post.PublishAsync();

        (await post.SendAsync(edition)).ShouldBe("ada Sent, bob Sent");
        await post.AddAsync("eve@example.com");
        (await post.SendAsync(edition)).ShouldBe("ada Sent, bob Sent, eve Sent");

        post.Server.Letters().Select(l => l.To).ShouldBe(["ada@example.com", "bob@example.com", "eve@example.com"]);
    }

    [Fact]
    public async Task The_letter_says_what_the_document_says_and_carries_it()
    {
        await using var post = await Post.StartAsync();
        await post.AddAsync("ada@example.com");
        await post.Recipients.AddAsync(Recipient.Parse(ScorecardScope.Platform, "Bob <bob@example.com>", MailPart.Cc), "ada", Cancellation);
        await post.Recipients.AddAsync(Recipient.Parse(ScorecardScope.Platform, "secret@example.com", MailPart.Bcc), "ada", Cancellation);
        var edition = await post.PublishAsync();

        await post.SendAsync(edition);

        foreach (var taken in post.Server.Letters())
        {
            var letter = await MailServer.ParseAsync(taken.File);
            var headers = letter.GetProperty("headers").EnumerateArray().ToDictionary(h => h[0].GetString()!, h => h[1].GetString()!);
            headers["Subject"].ShouldBe("Data platform scorecard 2026-Q2: 7 of 9 KPIs meet their target; 2 at risk");
            (headers["To"], headers["Cc"]).ShouldBe(("ada@example.com", "Bob <bob@example.com>"));
            (await File.ReadAllTextAsync(taken.File, Cancellation)).ShouldNotContain("secret@");
            var send = (await post.Ledger.ListAsync(null, Cancellation)).Single(s => s.Recipient.Address == taken.To);
            headers["Message-ID"].ShouldBe($"<{send.MessageId}>");
            var parts = letter.GetProperty("parts").EnumerateArray().ToList();
            parts[^1].GetProperty("sha256").GetString().ShouldBe(edition.PdfSha256);
            var text = parts[2].GetProperty("text").GetString()!;
            text.ShouldContain("7 of 9 KPIs meet their target; 2 at risk.");
            text.ShouldContain($"Open it: https://metrics.example.com/scorecards/{edition.Edition}");
            text.ReplaceLineEndings("\n").Split('\n').ShouldAllBe(line => line.Length <= 80);
            parts[3].GetProperty("text").GetString()!.ShouldContain("7 of 9 KPIs meet their target; 2 at risk.");
        }

        post.Server.Letters().Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("draft", "a draft")]
    [InlineData("in_review", "in review")]
    [InlineData("superseded", "superseded")]
    public async Task Only_what_is_published_is_sent(string state, string word)
    {
        await using var post = await Post.StartAsync();
        await post.AddAsync("ada@example.com");
        var edition = await post.PublishAsync(state);

        (await Should.ThrowAsync<DeliveryException>(() => post.QueueAsync(edition))).Message.ShouldBe(
            $"Edition {edition.Edition} (Whole platform, 2026-Q2) is {word}: only a published edition is sent.");
        (await Should.ThrowAsync<DeliveryException>(() => post.Sender().PreviewAsync(edition.Edition, Mailbox.Parse("me@example.com"), Cancellation))).Message.ShouldEndWith(
            "only a published edition is sent.");

        // Whoever writes the ledger behind our back, and whoever holds an edition that has changed meanwhile.
        await post.Ledger.QueueAsync(edition with { State = EditionState.Published }, "example.com", "ada", Cancellation);
        await post.ExecuteAsync(
            $"insert into scorecard.send (edition, address, part, state, message_id, queued_at, queued_by, not_before) values ({edition.Edition}, 'bob@example.com', 'to', 'queued', 'x', now(), 'x', '2000-01-01')");
        await post.Sender().RunAsync(null, Cancellation);
        (await post.StatesAsync()).ShouldBe(state == "superseded" ? "bob Failed" : "bob Queued");
        post.Server.Letters().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_superseded_before_it_is_sent_is_not_sent()
    {
        await using var post = await Post.StartAsync();
        await post.AddAsync("ada@example.com");
        var edition = await post.PublishAsync();
        await post.QueueAsync(edition);
        await post.ExecuteAsync("update scorecard.edition set state = 'superseded'");

        await post.Sender().RunAsync(null, Cancellation);

        (await post.Ledger.ListAsync(null, Cancellation)).ShouldHaveSingleItem().LastError.ShouldBe("The edition was superseded before the letter was sent.");
        post.Server.Letters().ShouldBeEmpty();
    }

    [Fact]
    public async Task Failures_for_good_are_not_tried_again_and_temporary_ones_are_when_their_time_has_come()
    {
        await using var post = await Post.StartAsync();
        await post.AddAsync("once@example.com", "refuse@example.com", "refusedata@example.com", "ada@example.com");
        var edition = await post.PublishAsync();

        (await post.SendAsync(edition)).ShouldBe("ada Sent, once Queued, refuse Failed, refusedata Failed");
        (await post.SendAsync(edition)).ShouldBe("ada Sent, once Queued, refuse Failed, refusedata Failed");
        await post.Sender(clock: new FixedClock("2026-07-06T12:01:00Z")).RunAsync(null, Cancellation);

        (await post.StatesAsync()).ShouldBe("ada Sent, once Sent, refuse Failed, refusedata Failed");
        (await post.Ledger.ListAsync(null, Cancellation)).Select(s => s.LastError).ShouldBe([null, null, "550 5.1.1 No such user", "554 5.7.1 Not wanted"]);
        post.Server.Letters().Select(l => l.To).ShouldBe(["ada@example.com", "once@example.com"]);
    }

    [Fact]
    public async Task Pauses_grow_and_end()
    {
        await using var post = await Post.StartAsync();
        await post.AddAsync("defer@example.com");
        await post.QueueAsync(await post.PublishAsync());
        var (clock, waits) = (post.Database.Clock, new List<string>());

        while ((await post.Ledger.ListAsync(null, Cancellation)).Single() is { State: SendState.Queued } send)
        {
            if (send.Attempts > 0) waits.Add((send.NotBefore - clock.GetUtcNow()).ToString("c", System.Globalization.CultureInfo.InvariantCulture));
            clock = new FixedClock(send.NotBefore.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
            await post.Sender(clock: clock).RunAsync(null, Cancellation);
        }

        waits.ShouldBe(["00:01:00", "00:05:00", "00:15:00", "01:00:00", "03:00:00", "06:00:00", "12:00:00", "1.00:00:00"]);
        (await post.StatesAsync()).ShouldBe("defer Failed");
    }

    [Fact]
    public async Task A_mail_server_that_is_away_costs_nobody_anything()
    {
        await using var post = await Post.StartAsync();
        await post.AddAsync("ada@example.com", "bob@example.com");
        var edition = await post.PublishAsync();
        await post.QueueAsync(edition);

        await post.Sender(post.Server.Settings() with { Port = 9 }).RunAsync(null, Cancellation);

        (await post.StatesAsync()).ShouldBe("ada Queued, bob Queued");
        (await post.Ledger.ListAsync(null, Cancellation)).Select(s => s.Attempts).ShouldBe([1, 0]);
    }

    [Theory]
    [InlineData(false, "dropkept Sent", 1)]
    [InlineData(true, "dropkept InDoubt", 2)]
    public async Task What_is_in_doubt_waits_for_a_person(bool again, string settled, int letters)
    {
        await using var post = await Post.StartAsync();
        await post.AddAsync("dropkept@example.com");
        var edition = await post.PublishAsync();

        (await post.SendAsync(edition)).ShouldBe("dropkept InDoubt");
        await post.Sender(clock: new FixedClock("2027-01-01T00:00:00Z")).RunAsync(null, Cancellation);
        post.Server.Letters().Count.ShouldBe(1);

        var id = (await post.Ledger.ListAsync(null, Cancellation)).Single().Id;
        await post.Ledger.ResolveAsync(id, again, "ada", "asked", Cancellation);
        await post.Sender().RunAsync(null, Cancellation);
        (await post.StatesAsync()).ShouldBe(settled);
        post.Server.Letters().Count.ShouldBe(letters);
        var read = await Task.WhenAll(post.Server.Letters().Select(l => MailServer.ParseAsync(l.File)));
        read.Select(l => l.GetProperty("headers").EnumerateArray().Single(h => h[0].GetString() == "Message-ID")[1].GetString()).Distinct().Count().ShouldBe(1);
        (await AuditAsync(post)).ShouldContain($"ada scorecard.send.resolve letter {id}");
    }

    [Fact]
    public async Task Only_what_is_open_can_be_settled()
    {
        await using var post = await Post.StartAsync();
        await post.AddAsync("ada@example.com");
        await post.SendAsync(await post.PublishAsync());
        var id = (await post.Ledger.ListAsync(null, Cancellation)).Single().Id;

        (await Should.ThrowAsync<DeliveryException>(() => post.Ledger.ResolveAsync(id, again: true, "ada", "why not", Cancellation))).Message.ShouldBe(
            $"Letter {id} is sent: only one that is in doubt or has failed can be settled.");
        (await Should.ThrowAsync<DeliveryException>(() => post.Ledger.ResolveAsync(99, again: true, "ada", "why not", Cancellation))).Message.ShouldBe(
            "There is no letter 99. \"metrics send status\" lists them.");
    }

    [Fact]
    public async Task A_claim_is_in_doubt_as_soon_as_its_sender_is_gone_and_not_before()
    {
        await using var post = await Post.StartAsync();
        await post.AddAsync("ada@example.com");
        var edition = await post.PublishAsync();
        await post.QueueAsync(edition);
        Send send;
        await using (var sender = await post.Ledger.OpenSenderAsync(Cancellation))
        {
            send = (await post.Ledger.ClaimAsync(edition.Edition, sender, Cancellation))!;
            (await post.Ledger.SettleAsync(Cancellation)).ShouldBeEmpty();
            (await post.StatesAsync()).ShouldBe("ada Claimed");
        }

        (await post.Ledger.SettleAsync(Cancellation)).ShouldHaveSingleItem().Id.ShouldBe(send.Id);
        (await post.StatesAsync()).ShouldBe("ada InDoubt");
    }

    [Fact]
    public async Task A_damaged_document_goes_to_nobody()
    {
        await using var post = await Post.StartAsync();
        await post.AddAsync("ada@example.com");
        await post.SendAsync(await post.PublishAsync(pdf: Encoding.ASCII.GetBytes("%PDF-1.7 and no more")));

        var send = (await post.Ledger.ListAsync(null, Cancellation)).ShouldHaveSingleItem();
        send.State.ShouldBe(SendState.Failed);
        send.LastError.ShouldStartWith("The PDF failed the check before sending: pdfinfo finds fault with it");
        post.Server.Letters().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_document_is_checked_against_what_it_was_to_say_when_it_was_published_and_not_against_a_later_layout()
    {
        await using var post = await Post.StartAsync();
        await post.AddAsync("ada@example.com");
        var (scorecard, pdf) = await Post.PrintAsync(new MadeUpPlatform { Open = [] });
        var expected = ScorecardPdf.Expected(scorecard, new ScorecardStyle());

        (await post.SendAsync(await post.PublishAsync(pdf: pdf))).ShouldBe("ada Failed", "nothing was kept, and what is expected today has incidents");
        (await post.SendAsync(await post.PublishAsync(pdf: pdf, period: "2026-Q1", expected: expected))).ShouldContain("ada Sent");
        (await post.SendAsync(await post.PublishAsync(pdf: pdf, period: "2025-Q4", expected: expected with { Lines = [.. expected.Lines, "Ω"] })))
            .Split(", ").ShouldBe(["ada Failed", "ada Sent", "ada Failed"], ignoreOrder: true);
    }

    [Fact]
    public async Task Senders_side_by_side_send_each_letter_once()
    {
        await using var post = await Post.StartAsync();
        var names = Enumerable.Range(0, 30).Select(i => FormattableString.Invariant($"p{i:00}@example.com")).ToArray();
        await post.AddAsync(names);
        await post.QueueAsync(await post.PublishAsync());

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => post.Sender().RunAsync(null, Cancellation))));

        post.Server.Letters().Select(l => l.To).Order().ShouldBe(names);
        (await post.Ledger.ListAsync(null, Cancellation)).ShouldAllBe(s => s.State == SendState.Sent && s.Attempts == 1);
    }

    [Fact]
    public async Task A_preview_goes_to_one_and_is_not_in_the_ledger()
    {
        await using var post = await Post.StartAsync();
        await post.AddAsync("ada@example.com");
        var edition = await post.PublishAsync();

        (await post.Sender().PreviewAsync(edition.Edition, Mailbox.Parse("me@example.com"), Cancellation)).Result.ShouldBe(SmtpResult.Accepted);

        post.Server.Letters().ShouldHaveSingleItem().To.ShouldBe("me@example.com");
        (await post.StatesAsync()).ShouldBe("");
    }

    [Fact]
    public async Task A_team_without_a_manager_in_the_catalogue_is_said_to_have_none()
    {
        await using var post = await Post.StartAsync();
        var team = ScorecardScope.Team("orders");
        await post.Recipients.AddAsync(Recipient.Parse(team, "manager", MailPart.To), "ada", Cancellation);
        var edition = await post.PublishAsync(scope: team);

        (await Should.ThrowAsync<DeliveryException>(() => post.QueueAsync(edition))).Message.ShouldBe(
            "Team orders is to be sent to its manager, and the catalogue has no manager_email for it. Give it there, or name an address: metrics recipients add ADDRESS --team orders");
        await post.Database.ImportAsync(("teams.csv", "team,name,manager_email\norders,Orders,lead@example.com\n"));
        (await post.QueueAsync(edition)).ShouldBe(1);
        (await post.Ledger.ListAsync(null, Cancellation)).ShouldHaveSingleItem().Recipient.Address.ShouldBe("lead@example.com");
    }

    private static async Task<List<string>> AuditAsync(Post post)
    {
        await using var command = post.Database.Application.CreateCommand("select by || ' ' || action || ' ' || subject from audit.log order by entry");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var entries = new List<string>();
        while (await reader.ReadAsync(Cancellation)) entries.Add(reader.GetString(0));
        return entries;
    }
}
