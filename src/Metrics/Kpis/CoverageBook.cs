using System.Globalization;
using Metrics.Model;
using Metrics.Model.Facts;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Kpis;

/// <summary>What time the sources vouch for. Where they do not, nothing recorded is not the same as nothing happened.</summary>
internal sealed class CoverageBook
{
    private readonly ILookup<string, (string Source, string Connection, bool Covers, DateTime? Ends)> spans;
    private readonly Interval interval;

    private CoverageBook(Interval interval, IEnumerable<(string Fact, string Source, string Connection, bool Covers, DateTime? Ends)> spans) =>
        (this.interval, this.spans) = (interval, spans.ToLookup(s => s.Fact, s => (s.Source, s.Connection, s.Covers, s.Ends)));

    /// <param name="now">A source that is not late yet by this moment vouches for the time up to it.</param>
    public static async Task<CoverageBook> LoadAsync(
        NpgsqlConnection connection, Interval interval, DateTimeOffset now, CancellationToken cancellation) =>
        new(interval, await connection.QueryAsync(
            """
            select fact, source, connection, covered @> tstzrange($1, $2), upper(covered)
            from (
              select fact, source, connection, case when upper(covered) < $3 and upper(covered) + grace >= $3
                then covered + tstzmultirange(tstzrange(upper(covered), $3)) else covered end as covered
              from ingest.coverage) c
            """,
            r => (r.GetString(0), r.GetString(1), r.GetString(2), r.GetBoolean(3), r.IsDBNull(4) ? (DateTime?)null : r.GetDateTime(4)),
            cancellation, interval.Start, interval.End, now));

    /// <summary>Why a KPI's facts are not covered for the whole interval; null where they are.</summary>
    public string? Gap(KpiDefinition definition)
    {
        foreach (var fact in definition.Reads.Where(f => FactSchema.Named(f)!.Catalogue is null))
        {
            if (!spans[fact].Any()) return $"No source has delivered {FactSchema.Named(fact)!.File} yet.";
            foreach (var (source, connection, covers, ends) in spans[fact].Where(s => !s.Covers))
            {
                var name = connection.Length == 0 ? source : $"{source} ({connection})";
                return ends is null || ends >= interval.End.UtcDateTime
                    ? $"No record, and {name} does not vouch for {FactSchema.Named(fact)!.File} over the whole period."
                    : string.Create(CultureInfo.InvariantCulture,
                        $"No record, and {name} vouches for {FactSchema.Named(fact)!.File} only until {ends:yyyy-MM-dd HH:mm} UTC.");
            }
        }

        return null;
    }
}
