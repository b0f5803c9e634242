using System.Globalization;
using Metrics.Model;
using Metrics.Model.Facts;
using Metrics.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Metrics.Kpis;

/// <summary>What time the sources vouch for. Where they do not, nothing recorded is not the same as nothing happened.</summary>
internal sealed class CoverageBook
{
    private readonly ILookup<string, Entry> entries;

    private CoverageBook(IEnumerable<Entry> entries) => this.entries = entries.ToLookup(e => e.Fact);

    /// <param name="now">A source that is not late yet by this moment vouches for the time up to it.</param>
    public static async Task<CoverageBook> LoadAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellation) =>
        new(await connection.QueryPreparedAsync(
            """
            select fact, source, connection, case when upper(covered) < $1 and upper(covered) + grace >= $1
              then covered + tstzmultirange(tstzrange(upper(covered), $1)) else covered end
            from ingest.coverage
            """,
            r => new Entry(r.GetString(0), r.GetString(1), r.GetString(2), r.GetFieldValue<NpgsqlRange<DateTime>[]>(3)), cancellation, now));

    /// <summary>Why a KPI's facts are not covered for a whole interval; null where they are.</summary>
    public string? Gap(KpiDefinition definition, Interval interval)
    {
        foreach (var fact in definition.Reads.Where(f => FactSchema.Named(f)!.Catalogue is null))
        {
            if (!entries[fact].Any()) return $"No source has delivered {FactSchema.Named(fact)!.File} yet.";
            foreach (var entry in entries[fact].Where(e => !e.Covers(interval)))
            {
                var (name, ends) = (entry.Name, entry.Ends);
                return ends is null || ends >= interval.End.UtcDateTime
                    ? $"No record, and {name} does not vouch for {FactSchema.Named(fact)!.File} over the whole period."
                    : string.Create(CultureInfo.InvariantCulture,
                        $"No record, and {name} vouches for {FactSchema.Named(fact)!.File} only until {ends:yyyy-MM-dd HH:mm} UTC.");
            }
        }

        return null;
    }

    private sealed record Entry(string Fact, string Source, string Connection, NpgsqlRange<DateTime>[] Covered)
    {
        public string Name => Connection.Length == 0 ? Source : $"{Source} ({Connection})";

        public DateTime? Ends => Covered.Length == 0 || Covered[^1].UpperBoundInfinite ? null : Covered[^1].UpperBound;

        public bool Covers(Interval interval) => interval.IsEmpty || Covered.Any(c =>
            (c.LowerBoundInfinite || c.LowerBound <= interval.Start.UtcDateTime)
            && (c.UpperBoundInfinite || c.UpperBound >= interval.End.UtcDateTime));
    }
}
