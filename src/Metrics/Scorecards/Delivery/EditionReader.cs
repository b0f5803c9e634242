using Metrics.Model;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Scorecards.Delivery;

/// <summary>Published editions, as far as sending needs them.</summary>
public sealed class EditionReader(NpgsqlDataSource database, ReportingCalendar calendar)
{
    private const string Columns =
        "edition, scope_kind, scope, period, number, state, as_of, cut_batch, prepared_by, prepared_at, approved_by, published_at, supersedes, reason, pdf_sha256";

    /// <summary>An edition with its document; null where there is none of that number.</summary>
    public async Task<ScorecardEdition?> FindAsync(long edition, CancellationToken cancellation = default) =>
        (await QueryAsync($"select {Columns}, pdf from scorecard.edition where edition = $1", cancellation, edition)).SingleOrDefault();

    /// <summary>The edition of a scope and period that is in force; null where none is.</summary>
    public async Task<ScorecardEdition?> InForceAsync(ScorecardScope scope, Period period, CancellationToken cancellation = default) =>
        (await QueryAsync(
            $"select {Columns}, null::bytea from scorecard.edition where scope_kind = $1 and scope = $2 and period = $3 and state = 'published'", cancellation,
            scope.Kind.Word, scope.Name, period.Text)).SingleOrDefault();

    /// <summary>The editions published since a moment.</summary>
    public async Task<IReadOnlyList<ScorecardEdition>> PublishedSinceAsync(DateTimeOffset since, CancellationToken cancellation = default) =>
        await QueryAsync($"select {Columns}, null::bytea from scorecard.edition where state = 'published' and published_at >= $1 order by edition", cancellation, since);

    private async Task<List<ScorecardEdition>> QueryAsync(string sql, CancellationToken cancellation, params object?[] arguments)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.QueryAsync(sql, Read, cancellation, arguments);
    }

    private ScorecardEdition Read(NpgsqlDataReader row) => new()
    {
        Edition = row.GetInt64(0),
        Scope = DeliveryWords.Scope(row.GetString(1), row.GetString(2)),
        Period = Period.Parse(row.GetString(3), calendar),
        Number = row.GetInt32(4),
        State = row.GetString(5) switch
        {
            "draft" => EditionState.Draft,
            "in_review" => EditionState.InReview,
            "published" => EditionState.Published,
            _ => EditionState.Superseded,
        },
        AsOf = Moment(row, 6),
        CutBatch = row.IsDBNull(7) ? null : row.GetInt64(7),
        PreparedBy = row.GetString(8),
        PreparedAt = row.GetFieldValue<DateTimeOffset>(9),
        ApprovedBy = Text(row, 10),
        PublishedAt = Moment(row, 11),
        Supersedes = row.IsDBNull(12) ? null : row.GetInt64(12),
        Reason = Text(row, 13),
        PdfSha256 = Text(row, 14),
        Pdf = row.IsDBNull(15) ? null : row.GetFieldValue<byte[]>(15),
    };

    private static DateTimeOffset? Moment(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
