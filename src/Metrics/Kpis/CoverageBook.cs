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
            if (entries[fact].FirstOrDefault(e => !e.Covers(interval)) is { } entry)
                return $"No record, and {entry.Name} {entry.Gap(interval, FactSchema.Named(fact)!.File)}.";
        }

        return null;
    }

    private sealed record Entry(string Fact, string Source, string Connection, NpgsqlRange<DateTime>[] Covered)
    {
        public string Name => Connection.Length == 0 ? Source : $"{Source} ({Connection})";

        public bool Covers(Interval interval) => interval.IsEmpty || Covered.Any(c =>
            (c.LowerBoundInfinite || c.LowerBound <= interval.Start.UtcDateTime)
            && (c.UpperBoundInfinite || c.UpperBound >= interval.End.UtcDateTime));

        /// <summary>Where the first gap of an interval that is not covered begins, and where it ends if that is in the interval too.</summary>
        public string Gap(Interval interval, string file)
        {
            var (start, end) = (interval.Start.UtcDateTime, interval.End.UtcDateTime);
            var before = Covered.Where(c => c.LowerBoundInfinite || c.LowerBound <= start).Select(c => (DateTime?)c.UpperBound).LastOrDefault();
            var after = Covered.Where(c => !c.LowerBoundInfinite && c.LowerBound > start && c.LowerBound < end).Select(c => (DateTime?)c.LowerBound).FirstOrDefault();
            return (before, after) switch
            {
                ({ } until, { } from) => $"vouches for {file} only until {Moment(until)} and again from {Moment(from)}",
                ({ } until, null) => $"vouches for {file} only until {Moment(until)}",
                (null, { } from) => $"vouches for {file} only from {Moment(from)} on",
                _ => $"does not vouch for {file} over the whole period",
            };
        }

        private static string Moment(DateTime at) => string.Create(CultureInfo.InvariantCulture, $"{at:yyyy-MM-dd HH:mm} UTC");
    }
}
