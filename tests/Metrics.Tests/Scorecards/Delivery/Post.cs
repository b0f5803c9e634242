using System.Text.Json;
using Metrics.Model;
using Metrics.Scorecards;
using Metrics.Scorecards.Delivery;
using Metrics.Scorecards.Editions;
using Metrics.Scorecards.Printing;
using Metrics.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Metrics.Tests.Scorecards.Delivery;

/// <summary>A database with published scorecards, and a mail server.</summary>
internal sealed class Post : IAsyncDisposable
{
    private static readonly Lazy<Task<(Scorecard Scorecard, byte[] Pdf)>> Printed = new(() => PrintAsync(new MadeUpPlatform()));

    private Post(MetricsDatabase database, MailServer server) => (Database, Server) = (database, server);

    public MetricsDatabase Database { get; }

    public MailServer Server { get; }

    public SendLedger Ledger => new(Database.Application, Database.Clock);

    public EditionStore Editions => new(Database.Application, ReportingCalendar.Utc);

    public RecipientStore Recipients => new(Database.Application, Database.Clock);

    public static async Task<Post> StartAsync(string now = "2026-07-06T12:00:00Z") => new(await MetricsDatabase.CreateAsync(now), await MailServer.StartAsync());

    public ScorecardSender Sender(SmtpSettings? smtp = null, TimeProvider? clock = null) => new(
        new SendLedger(Database.Application, clock ?? Database.Clock), Editions, async (_, _) => ((await Printed.Value).Scorecard, new ScorecardStyle()),
        smtp ?? Server.Settings(), edition => new Uri($"https://metrics.example.com/scorecards/{edition.Edition}"), clock ?? Database.Clock, NullLogger.Instance);

    /// <summary>Puts an edition with the made-up platform's PDF into the database.</summary>
    public async Task<ScorecardEdition> PublishAsync(string state = "published", ScorecardScope? scope = null, byte[]? pdf = null, string period = "2026-Q2", PdfExpectation? expected = null)
    {
        var document = pdf ?? (await Printed.Value).Pdf;
        return await Editions.FindAsync(await PublishAsync(Database, state, scope ?? ScorecardScope.Platform, period, document, Database.Clock.GetUtcNow(), expected), TestContext.Current.CancellationToken);
    }

    public static async Task<long> PublishAsync(MetricsDatabase database, string state, ScorecardScope scope, string period, byte[] pdf, DateTimeOffset asOf, PdfExpectation? expected = null)
    {
        await using var command = database.Application.CreateCommand(
            """
            insert into scorecard.edition (scope_kind, scope, period, number, state, prepared_by, prepared_at, as_of, cut, cut_batch, approved_by, published_at, pdf, pdf_sha256, reason, expected)
            select $1, $2, $3, 1 + (select count(*) from scorecard.edition where scope_kind = $1 and scope = $2 and period = $3), $4, 'ada', $6, $6, pg_current_snapshot(), null,
              'grace', $6, $5, encode(sha256($5), 'hex'), 'a test', $7::jsonb returning edition
            """);
        command.Parameters.AddRange(
            new object[] { scope.Kind.ToString().ToLowerInvariant(), scope.Name, period, state, pdf, asOf.UtcDateTime, expected is null ? DBNull.Value : (object)JsonSerializer.Serialize(expected, FigureJson.Options) }.Select(v => new NpgsqlParameter { Value = v }).ToArray());
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async Task AddAsync(params string[] addresses)
    {
        foreach (var address in addresses)
            await Recipients.AddAsync(Recipient.Parse(ScorecardScope.Platform, address, MailPart.To), "ada", TestContext.Current.CancellationToken);
    }

    public Task<int> QueueAsync(ScorecardEdition edition) => Ledger.QueueAsync(edition, "example.com", "ada", TestContext.Current.CancellationToken);

    /// <summary>Queues and sends, and gives each recipient's state.</summary>
    public async Task<string> SendAsync(ScorecardEdition edition)
    {
        await QueueAsync(edition);
        await Sender().RunAsync(null, TestContext.Current.CancellationToken);
        return await StatesAsync();
    }

    public async Task<string> StatesAsync() =>
        string.Join(", ", (await Ledger.ListAsync(null, TestContext.Current.CancellationToken)).Select(s => $"{s.Recipient.Address.Split('@')[0]} {s.State}"));

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.Application.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Database.DisposeAsync();
    }

    public static async Task<(Scorecard Scorecard, byte[] Pdf)> PrintAsync(MadeUpPlatform platform)
    {
        var scorecard = await platform.ComposeAsync();
        using var file = new Printing.TemporaryPdf();
        await using var printer = new PdfPrinter();
        await new ScorecardPdf(printer).WriteAsync(scorecard, file.Path);
        return (scorecard, await File.ReadAllBytesAsync(file.Path));
    }
}
