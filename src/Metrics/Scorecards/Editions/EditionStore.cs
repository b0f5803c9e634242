using System.Text.Json;
using Metrics.Model;
using Metrics.Model.Facts;
using Metrics.Scorecards.Printing;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Scorecards.Editions;

/// <summary>Reads the editions there are.</summary>
public sealed class EditionStore(NpgsqlDataSource database, ReportingCalendar calendar)
{
    private const string Columns =
        """
        edition, scope_kind, scope, period, number, state, as_of, cut::text, cut_batch, prepared_by, prepared_at, approved_by, published_at,
        supersedes, reason, pdf_sha256, style::text, settings::text
        """;

    /// <summary>All editions, latest first.</summary>
    public async Task<IReadOnlyList<ScorecardEdition>> ListAsync(CancellationToken cancellation = default) =>
        await QueryAsync("order by edition desc", cancellation);

    /// <exception cref="ScorecardException">There is none of that number.</exception>
    public async Task<ScorecardEdition> FindAsync(long edition, CancellationToken cancellation = default) =>
        (await QueryAsync("where edition = $1", cancellation, edition)).FirstOrDefault()
            ?? throw new ScorecardException($"There is no edition {edition}; \"metrics scorecard list\" shows them.");

    /// <summary>The edition that is in force for a scope and period; null where none was published.</summary>
    public async Task<ScorecardEdition?> InForceAsync(ScorecardScope scope, Period period, CancellationToken cancellation = default) =>
        (await QueryAsync(
            "where scope_kind = $1 and scope = $2 and period = $3 and state = 'published'", cancellation,
            scope.Kind.ToString().ToLowerInvariant(), scope.Name, period.Text)).FirstOrDefault();

    /// <summary>The last of a scope and period, whatever its state; null where there is none.</summary>
    public async Task<ScorecardEdition?> LatestAsync(ScorecardScope scope, Period period, CancellationToken cancellation = default) =>
        (await QueryAsync(
            "where scope_kind = $1 and scope = $2 and period = $3 order by number desc limit 1", cancellation,
            scope.Kind.ToString().ToLowerInvariant(), scope.Name, period.Text)).FirstOrDefault();

    /// <summary>The edition whose document this is, to the byte; null where none was published so.</summary>
    public async Task<ScorecardEdition?> OfDocumentAsync(string sha256, CancellationToken cancellation = default) =>
        (await QueryAsync("where pdf_sha256 = $1", cancellation, sha256)).FirstOrDefault();

    /// <summary>The document as it was published.</summary>
    /// <exception cref="ScorecardException">The edition does not exist or is not published; or the document is not the one whose hash was kept.</exception>
    public async Task<byte[]> DocumentAsync(long edition, CancellationToken cancellation = default)
    {
        var found = await FindAsync(edition, cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var document = await connection.ScalarAsync<byte[]>("select pdf from scorecard.edition where edition = $1", cancellation, edition)
            ?? throw new ScorecardException($"Edition {edition} is {found.State.Word}; it has no document until it is published.");
        return found.PdfSha256 == Sha256Of(document)
            ? document
            : throw new ScorecardException($"The document of edition {edition} was tampered with: its SHA-256 is not the one that was kept.");
    }

    /// <summary>What the document was read back to say when it was published; null where it was published before that was kept.</summary>
    public async Task<PdfExpectation?> ExpectedAsync(long edition, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.ScalarAsync<string>("select expected::text from scorecard.edition where edition = $1", cancellation, edition) is { } kept
            ? JsonSerializer.Deserialize<PdfExpectation>(kept, FigureJson.Options)
            : null;
    }

    /// <summary>Lower-case hexadecimal.</summary>
    public static string Sha256Of(byte[] document) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(document));

    private async Task<List<ScorecardEdition>> QueryAsync(string rest, CancellationToken cancellation, params object?[] arguments)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.QueryAsync($"select {Columns} from scorecard.edition {rest}", r => Read(r, calendar), cancellation, arguments);
    }

    private static ScorecardEdition Read(NpgsqlDataReader row, ReportingCalendar calendar)
    {
        return new ScorecardEdition
        {
            Edition = row.GetInt64(0),
            Scope = new ScorecardScope(Enum.Parse<ScopeKind>(row.GetString(1), ignoreCase: true), row.GetString(2)),
            Period = Period.Parse(row.GetString(3), Text(17) is { } settings ? Then(settings) : calendar),
            Number = row.GetInt32(4),
            State = States.First(s => FactSchema.SnakeCase(s.ToString()) == row.GetString(5)),
            AsOf = Moment(6),
            Cut = Text(7),
            CutBatch = row.IsDBNull(8) ? null : row.GetInt64(8),
            PreparedBy = row.GetString(9),
            PreparedAt = row.GetFieldValue<DateTimeOffset>(10),
            ApprovedBy = Text(11),
            PublishedAt = Moment(12),
            Supersedes = row.IsDBNull(13) ? null : row.GetInt64(13),
            Reason = Text(14),
            PdfSha256 = Text(15),
            Style = Text(16) is { } style ? JsonSerializer.Deserialize<StyleJson>(style, FigureJson.Options)!.ToStyle() : null,
        };

        // What is frozen keeps its days, whenever a fiscal year begins today.
        static ReportingCalendar Then(string settings) =>
            JsonSerializer.Deserialize<SettingsJson>(settings, FigureJson.Options)!.In(new ReportingSettings()).Calendar;

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);

        DateTimeOffset? Moment(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
    }

    private static readonly EditionState[] States = Enum.GetValues<EditionState>();
}
