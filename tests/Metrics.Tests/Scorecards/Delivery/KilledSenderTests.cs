using Metrics.Scorecards;
using Metrics.Scorecards.Delivery;
using Metrics.Scorecards.Editions;
using Metrics.Scorecards.Printing;
using Metrics.Tests.Commands;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Scorecards.Delivery;

/// <summary>The real command, as processes that are killed and that run side by side.</summary>
[Collection("Chromium")]
public sealed class KilledSenderTests : IAsyncLifetime
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("metrics-send-");
    private MetricsDatabase database = null!;
    private MailServer server = null!;
    private long edition;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await MetricsDatabase.CreateAsync("2026-07-06T12:00:00Z");
        server = await MailServer.StartAsync(tls: true, auth: true);
        await database.ImportAsync(
            ("datasets.csv", "dataset,valid_from,tier,team\norders,,0,sales\n"), ("pipelines.csv", "pipeline,datasets\np,orders\n"),
            ("pipeline_runs.csv", "pipeline,run_id,attempt,scheduled_for,state\np,1,1,2026-05-01T00:00:00Z,success\np,2,1,2026-05-02T00:00:00Z,failed\n"));
        await database.Worker.RefreshAsync(cancellation: Cancellation);
        await using var printer = new PdfPrinter();
        var desk = new ScorecardDesk(database.Application, database.Evaluator, database.Clock);
        var period = global::Metrics.Model.Period.Parse("2026-Q2", database.Settings.Calendar);
        edition = (await desk.DraftAsync(ScorecardScope.Platform, period, "ana", null, Cancellation)).Edition;
        await desk.ReviewAsync(edition, "ana", Cancellation);
        await desk.PublishAsync(edition, "grace", new ScorecardPdf(printer), Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await database.DisposeAsync();
        data.Delete(recursive: true);
    }

    [Fact]
    public async Task A_sender_that_is_killed_leaves_one_letter_in_doubt_and_sends_nobody_two()
    {
        // The server never answers to this one, so the sender is killed while nobody knows whether it has been taken.
        await AddAsync(11);
        await AddAsync("hang-11@example.com");
        using (var killed = MetricsProcess.Start(data.FullName, Arguments("send", "--edition", $"{edition}")))
        {
            while (!(await LedgerAsync()).Any(l => l.State == SendState.Claimed && l.Recipient.Address.StartsWith("hang", StringComparison.Ordinal)))
            {
                killed.HasExited.ShouldBeFalse();
                await Task.Delay(20, Cancellation);
            }

            killed.Kill();
            await killed.WaitForExitAsync(Cancellation);
        }

        var (code, output, errors) = await MetricsProcess.RunAsync(data.FullName, Arguments("send", "--edition", $"{edition}"));

        code.ShouldBe(1, output + errors);
        var sends = await LedgerAsync();
        sends.Count.ShouldBe(12);
        sends.Count(s => s.State == SendState.Sent).ShouldBe(11);
        var doubtful = sends.Single(s => s.State == SendState.InDoubt);
        output.ShouldContain("IN DOUBT");
        var letters = server.Letters().Select(l => l.To).ToList();
        letters.ShouldBeUnique();
        sends.Where(s => s.State == SendState.Sent).Select(s => s.Recipient.Address).ShouldBeSubsetOf(letters);

        // A third run changes nothing; a person does.
        (await MetricsProcess.RunAsync(data.FullName, Arguments("send", "--edition", $"{edition}"))).Code.ShouldBe(1);
        server.Letters().Count.ShouldBe(letters.Count);
        (await MetricsProcess.RunAsync(data.FullName, Arguments("send", "resolve", $"{doubtful.Id}", "--as", "sent", "--by", "ada", "--reason", "seen in the mail server's log"))).Output
            .ShouldBe($"Letter {doubtful.Id} to {doubtful.Recipient.Address} counts as sent.{Environment.NewLine}");
        (await MetricsProcess.RunAsync(data.FullName, Arguments("send", "--edition", $"{edition}"))).Code.ShouldBe(0);
        server.Letters().Count.ShouldBe(letters.Count);
    }

    [Fact]
    public async Task Two_senders_at_once_send_each_letter_once()
    {
        await AddAsync(12);

        var runs = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => MetricsProcess.RunAsync(data.FullName, Arguments("send", "--edition", $"{edition}"))));

        runs.ShouldAllBe(run => run.Code == 0);
        (await LedgerAsync()).ShouldAllBe(s => s.State == SendState.Sent && s.Attempts == 1);
        server.Letters().Select(l => l.To).Order(StringComparer.Ordinal).ShouldBe((await LedgerAsync()).Select(s => s.Recipient.Address));
        server.Letters().ShouldAllBe(l => l.User == "PLAIN metrics");
    }

    [Fact]
    public async Task A_dry_run_shows_the_letter_and_sends_nothing()
    {
        await AddAsync(1);

        var (code, output, errors) = await MetricsProcess.RunAsync(data.FullName, Arguments("send", "--period", "2026-Q2", "--dry-run"));

        code.ShouldBe(0, errors);
        output.ShouldContain("slow-00@example.com");
        output.ShouldContain("Subject: Data platform scorecard 2026-Q2: ");
        output.ShouldEndWith($"Nothing was sent.{Environment.NewLine}");
        (await LedgerAsync()).ShouldBeEmpty();
        server.Letters().ShouldBeEmpty();
    }

    private async Task AddAsync(int count)
    {
        for (var i = 0; i < count; i++) await AddAsync(FormattableString.Invariant($"slow-{i:00}@example.com"));
    }

    private async Task AddAsync(string address) => await new RecipientStore(database.Application, database.Clock)
        .AddAsync(Recipient.Parse(ScorecardScope.Platform, address, MailPart.To), "ada", Cancellation);

    private async Task<IReadOnlyList<Send>> LedgerAsync() => await new SendLedger(database.Application, database.Clock).ListAsync(null, Cancellation);

    private string[] Arguments(params string[] words) =>
    [
        .. words, "--set", $"ConnectionStrings:Metrics={database.ConnectionString}", "--set", $"ConnectionStrings:MetricsReader={database.ReaderConnectionString}",
        "--set", "Smtp:Host=127.0.0.1", "--set", FormattableString.Invariant($"Smtp:Port={server.Port}"), "--set", "Smtp:From=Data platform <metrics@example.com>",
        "--set", $"Smtp:CertificateAuthority={server.Certificate}", "--set", $"Smtp:User={MailServer.User}", "--set", $"Smtp:Password={MailServer.Password}",
    ];
}
