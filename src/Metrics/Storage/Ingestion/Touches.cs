using Metrics.Model.Facts;
using Npgsql;

namespace Metrics.Storage.Ingestion;

/// <summary>
/// Marks as stale what a batch touched: the days of every changed row, as it was and as it is, and of the records that name
/// it, for the KPIs that read them (<c>kpi.reads</c>).
/// </summary>
internal sealed class Touches(NpgsqlConnection connection, long batch)
{
    /// <summary>The days of the changed rows themselves, and of those that refer to them.</summary>
    public async Task MarkAsync(FactSchema fact, string changes, CancellationToken cancellation)
    {
        var times = fact.Times.ToList();
        if (times.Count > 0)
        {
            var moments = string.Join(", ", times.Select(t => $"({Moment(t, $"c.{FactTables.Quote(t.Name)}")})")
                .Concat(times.Select(t => $"({Moment(t, $"(c.old->>'{t.Name}')::{PgType.Of(t).Name}")})")));
            await MarkAsync(
                fact.Name, fact.Name,
                $"select m.at from {changes} c cross join lateral (values {moments}) as m(at) where m.at is not null",
                cancellation);
        }
        else if (await connection.ScalarAsync<bool>($"select exists (select 1 from {changes})", cancellation))
        {
            // A record that says in words when it was, such as a month, may be of any day.
            await MarkAsync(fact.Name, from: null, to: null, cancellation);
        }

        foreach (var other in FactSchema.All)
        {
            foreach (var reference in other.References.Where(r => r.Fact == fact.Name))
                await MarkReferringAsync(other, reference, fact, changes, cancellation);
        }
    }

    /// <summary>The days of a query that yields moments <c>at</c>, for the KPIs that read both facts.</summary>
    public Task MarkAsync(string fact, string alsoRead, string moments, CancellationToken cancellation) =>
        connection.ExecuteAsync(
            $"""
            with days as (
              select range_agg(tstzrange(day, day + interval '1 day')) as touched
              from (select distinct date_trunc('day', at, 'UTC') as day from ({moments}) m) d
            )
            insert into kpi.stale (kpi, touched, batch)
            select r.kpi, tstzrange(lower(t.span), upper(t.span) + r.lookback), $1
            from days cross join lateral unnest(days.touched) as t(span)
            cross join kpi.reads r
            where r.fact = $2 and exists (select 1 from kpi.reads a where a.kpi = r.kpi and a.fact = $3)
            """, cancellation, batch, fact, alsoRead);

    /// <summary>A time over which the catalogue says something else than before.</summary>
    /// <param name="fact">Null for what every KPI depends on: datasets, teams and aliases.</param>
    public Task MarkAsync(string? fact, DateTime? from, DateTime? to, CancellationToken cancellation) =>
        connection.ExecuteAsync(
            """
            insert into kpi.stale (kpi, touched, batch)
            select kpi, tstzrange($1::timestamptz, $2::timestamptz + max(lookback)), $3
            from kpi.reads where $4::text is null or fact = $4 group by kpi
            """, cancellation, from, to, batch, fact);

    private Task MarkReferringAsync(
        FactSchema other, RefersToAttribute reference, FactSchema fact, string changes, CancellationToken cancellation)
    {
        var same = string.Join(" and ", reference.Columns.Zip(fact.Keys, (column, key) =>
            $"o.{FactTables.Quote(column)} {(key.IsRequired ? "=" : "is not distinct from")} c.{FactTables.Quote(key.Name)}"));
        var moments = string.Join(", ", other.Times.Select(t => $"({Moment(t, $"o.{FactTables.Quote(t.Name)}")})"));
        return MarkAsync(
            other.Name, fact.Name,
            $"""
            select m.at from {changes} c
            join {FactTables.Table(other)} o on o.source = c.source and o.connection = c.connection and {same}
            cross join lateral (values {moments}) as m(at) where m.at is not null
            """, cancellation);
    }

    /// <summary>A date stands for its day in UTC; a mark covers every local day that overlaps it.</summary>
    private static string Moment(FactColumn column, string value) =>
        column.ValueType == typeof(DateOnly) ? $"({value})::timestamp at time zone 'UTC'" : value;
}
