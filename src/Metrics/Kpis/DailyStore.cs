using Metrics.Model;
using Metrics.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Metrics.Kpis;

/// <summary>
/// Reads and writes <c>kpi.daily</c> and its whole months in <c>kpi.month</c>, both at every <see cref="Level"/>, within
/// the caller's transaction. Whoever changes days rebuilds their months before it commits.
/// </summary>
internal sealed class DailyStore(NpgsqlConnection connection)
{
    private static readonly short[] Levels = [.. Level.All.Select(l => l.Number)];
    private readonly CellStore cells = new(connection);

    /// <summary>Replaces what is kept of these days.</summary>
    /// <param name="lasting">See <see cref="DailyWorker.Lasting"/>.</param>
    public async Task WriteAsync(
        string kpi, IReadOnlyCollection<DateOnly> computed, RollUp sums, DateTimeOffset now, bool lasting, CancellationToken cancellation)
    {
        var rows = Level.All.SelectMany(level => sums.At(level).Select(r => (Level: level, r.Day, r.Cell, r.Sum))).ToList();
        var ids = await cells.IdsAsync(rows.Select(r => r.Cell), cancellation);
        await connection.ExecuteAsync(
            "delete from kpi.daily where kpi = $1 and level = any($2) and day = any($3)", cancellation, kpi, Levels, computed.ToArray());
        await using (var copy = await connection.BeginBinaryImportAsync(
            """copy kpi.daily (kpi, level, day, cell, numerator, denominator, n, excluded_n, sum_squares, binary_only, "values", unknown, people) from stdin (format binary)""",
            cancellation))
        {
            foreach (var (level, day, cell, sum) in rows)
            {
                await copy.StartRowAsync(cancellation);
                await copy.WriteAsync(kpi, NpgsqlDbType.Text, cancellation);
                await copy.WriteAsync(level.Number, NpgsqlDbType.Smallint, cancellation);
                await copy.WriteAsync(day, NpgsqlDbType.Date, cancellation);
                await copy.WriteAsync(ids[cell], NpgsqlDbType.Integer, cancellation);
                await copy.WriteAsync(sum.Numerator, NpgsqlDbType.Numeric, cancellation);
                await copy.WriteAsync(sum.Denominator, NpgsqlDbType.Numeric, cancellation);
                await copy.WriteAsync(sum.N, NpgsqlDbType.Bigint, cancellation);
                await copy.WriteAsync(sum.Excluded, NpgsqlDbType.Bigint, cancellation);
                await copy.WriteAsync(sum.SumSquares, NpgsqlDbType.Numeric, cancellation);
                await copy.WriteAsync(sum.BinaryOnly, NpgsqlDbType.Boolean, cancellation);
                if (sum.Values.Count == 0) await copy.WriteNullAsync(cancellation);
                else await copy.WriteAsync(sum.Values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Double, cancellation);
                if (sum.Unknown is null) await copy.WriteNullAsync(cancellation);
                else await copy.WriteAsync(sum.Unknown, NpgsqlDbType.Text, cancellation);
                await copy.WriteAsync(sum.People, NpgsqlDbType.Numeric, cancellation);
            }

            await copy.CompleteAsync(cancellation);
        }

        await connection.ExecuteAsync(
            """
            insert into kpi.computed_day (kpi, day, computed_at, changes_at)
            select $1, d.day, $2, d.changes_at from unnest($3::date[], $4::timestamptz[]) as d(day, changes_at)
            on conflict (kpi, day) do update set computed_at = excluded.computed_at, changes_at = excluded.changes_at
            """, cancellation, kpi, now, computed.ToArray(), computed.Select(ChangesAt).ToArray());

        DateTime? ChangesAt(DateOnly day) =>
            lasting ? sums.ChangesAt(day)?.UtcDateTime : now.UtcDateTime.AddMicroseconds(1);
    }

    /// <summary>Sums these days' months anew. A month that is not over is not kept: nothing reads it whole.</summary>
    public async Task RebuildMonthsAsync(string kpi, IEnumerable<DateOnly> days, DateOnly today, CancellationToken cancellation)
    {
        var months = days.Select(MonthOf).Distinct().Where(m => m < MonthOf(today)).ToArray();
        if (months.Length == 0) return;
        await connection.ExecuteAsync(
            "delete from kpi.month where kpi = $1 and level = any($2) and month = any($3)", cancellation, kpi, Levels, months);
        await connection.ExecuteAsync(
            """
            insert into kpi.month (kpi, level, month, cell, numerator, denominator, n, excluded_n, sum_squares, binary_only, "values", unknown, people)
            select $1, d.level, m.month, d.cell, sum(d.numerator), sum(d.denominator), sum(d.n), sum(d.excluded_n), sum(d.sum_squares),
              coalesce(bool_and(d.binary_only) filter (where d.n > 0), true), kpi.concat(d."values" order by d.day),
              min(d.unknown collate "C"), sum(d.people)
            from unnest($2::smallint[]) as l(level) cross join unnest($3::date[]) as m(month)
            join kpi.daily d on d.kpi = $1 and d.level = l.level and d.day >= m.month and d.day < (m.month + interval '1 month')::date
            group by d.level, m.month, d.cell
            """, cancellation, kpi, Levels, months);
    }

    /// <summary>Forgets days from one on, to be computed when they are needed.</summary>
    /// <param name="from">A day of a month that is not over, or before all days.</param>
    public async Task ForgetAsync(string kpi, DateOnly from, CancellationToken cancellation)
    {
        if (await connection.ExecuteAsync("delete from kpi.computed_day where kpi = $1 and day >= $2", cancellation, kpi, from) == 0) return;
        await connection.ExecuteAsync("delete from kpi.daily where kpi = $1 and level = any($2) and day >= $3", cancellation, kpi, Levels, from);
        await connection.ExecuteAsync("delete from kpi.month where kpi = $1 and level = any($2) and month >= $3", cancellation, kpi, Levels, MonthOf(from));
    }

    /// <summary>
    /// The days whose answer holds at a moment, of those from a first one to a last: computed by this definition under these
    /// settings, over when they were computed, not marked, not overtaken by time.
    /// </summary>
    public async Task<DaySet> FreshAsync(
        KpiDefinition definition, ReportingSettings settings, IReadOnlyList<StaleMark> marks, DateOnly first, DateOnly last,
        DateTimeOffset now, CancellationToken cancellation)
    {
        var kept = await connection.QueryPreparedAsync(
            """
            select unnest(range_agg(daterange(day, day + 1))) from kpi.computed_day
            where kpi = $1 and day >= $5 and day <= $6 and computed_at <= $2 and (changes_at is null or changes_at > $2)
              and exists (select 1 from kpi.computed where kpi = $1 and definition_hash = $3 and settings_hash = $4)
            """, r => r.GetFieldValue<NpgsqlRange<DateOnly>>(0), cancellation,
            definition.Id, now, definition.Hash, settings.Hash, first, last);
        var fresh = DaySet.Of(kept.Select(r => (r.LowerBound, r.UpperBound)));
        var state = definition.Kind == KpiKind.State;
        return marks.Select(m => m.Days(settings.Calendar, state)).Aggregate(fresh, (set, touched) =>
            set.Except(touched.From, touched.To < DateOnly.MaxValue ? touched.To.AddDays(1) : touched.To));
    }

    /// <summary>The marks that imports have left, by KPI.</summary>
    public async Task<ILookup<string, StaleMark>> MarksAsync(CancellationToken cancellation) =>
        (await connection.QueryPreparedAsync(
            "select kpi, mark, lower(touched), upper(touched) from kpi.stale",
            r => (Kpi: r.GetString(0), Mark: new StaleMark(
                r.GetInt64(1), r.IsDBNull(2) ? null : r.GetDateTime(2), r.IsDBNull(3) ? null : r.GetDateTime(3))),
            cancellation)).ToLookup(m => m.Kpi, m => m.Mark);

    /// <summary>What is kept of spans of days (end excluded), summed by span and by what is to be told of the cells.</summary>
    /// <param name="stale">Days of these spans whose months may not be kept, or not with all of their days.</param>
    /// <param name="told">The dimensions that the returned cells have; the others are left out of them. Under a limit, team and domain are among them.</param>
    public async Task<List<(int Span, Cell Cell, Aggregate Sum)>> SumAsync(
        KpiDefinition definition, IReadOnlyList<(int Span, DateOnly From, DateOnly To)> spans, DaySet stale, IReadOnlySet<Dimension> told,
        RowLimit limit, CancellationToken cancellation)
    {
        var (months, days) = definition.Kind == KpiKind.State ? ([], [.. spans]) : Split(spans, stale);
        var listed = definition.Kind is KpiKind.Median or KpiKind.P90;
        var columns = string.Concat(Enum.GetValues<Dimension>().Where(told.Contains).Select(d => $", c.{CellStore.Column(d)}"));
        var sums = listed
            ? """d.numerator, d.denominator, d.n, d.excluded_n, d.sum_squares, d.binary_only, d."values", d.unknown, d.people"""
            : """
              sum(d.numerator), sum(d.denominator), sum(d.n)::bigint, sum(d.excluded_n)::bigint, sum(d.sum_squares),
                coalesce(bool_and(d.binary_only) filter (where d.n > 0), true), null::float8[], min(d.unknown collate "C"), sum(d.people)
              """;
        return await connection.QueryPreparedAsync(
            $"""
            select {sums}, d.span{columns}
            from (
              select s.span, k.* from unnest($2::int[], $3::date[], $4::date[]) as s(span, starts, ends)
              cross join lateral (select * from kpi.month m where m.kpi = $1 and m.level = $8 and m.month >= s.starts and m.month < s.ends offset 0) k
              union all
              select s.span, k.* from unnest($5::int[], $6::date[], $7::date[]) as s(span, starts, ends)
              cross join lateral (select * from kpi.daily d where d.kpi = $1 and d.level = $8 and d.day >= s.starts and d.day < s.ends offset 0) k
            ) d
            {(columns.Length == 0 ? "" : "join kpi.cell c using (cell)")}
            {(limit.IsEverything ? "" : "where c.team = any($9) or c.domain = any($10)")}
            {(listed ? "" : $"group by d.span{columns}")}
            """,
            r => (r.GetInt32(9), CellStore.Read(r, 10, told), ReadSum(r)), cancellation,
            [
                definition.Id,
                months.Select(s => s.Span).ToArray(), months.Select(s => s.From).ToArray(), months.Select(s => s.To).ToArray(),
                days.Select(s => s.Span).ToArray(), days.Select(s => s.From).ToArray(), days.Select(s => s.To).ToArray(),
                Level.Of(told).Number,
                .. limit.IsEverything ? (object[])[] : [limit.Teams.ToArray(), limit.Domains.ToArray()],
            ]);
    }

    /// <summary>The whole months of spans, and the days before, between and after them.</summary>
    private static (List<(int Span, DateOnly From, DateOnly To)> Months, List<(int Span, DateOnly From, DateOnly To)> Days) Split(
        IReadOnlyList<(int Span, DateOnly From, DateOnly To)> spans, DaySet stale)
    {
        var broken = stale.Days.Select(MonthOf).ToHashSet();
        List<(int, DateOnly, DateOnly)> months = [], days = [];
        foreach (var (span, from, to) in spans)
        {
            for (DateOnly at = from, next; at < to; at = next)
            {
                next = MonthOf(at).AddMonths(1);
                var whole = at == MonthOf(at) && next <= to && !broken.Contains(at);
                if (next > to) next = to;
                var list = whole ? months : days;
                if (list.Count > 0 && list[^1] is var (other, start, end) && other == span && end == at) list[^1] = (span, start, next);
                else list.Add((span, at, next));
            }
        }

        return (months, days);
    }

    private static DateOnly MonthOf(DateOnly day) => new(day.Year, day.Month, 1);

    private static Aggregate ReadSum(NpgsqlDataReader row)
    {
        var sum = new Aggregate
        {
            Numerator = row.GetDecimal(0),
            Denominator = row.GetDecimal(1),
            N = row.GetInt64(2),
            Excluded = row.GetInt64(3),
            SumSquares = row.GetDecimal(4),
            BinaryOnly = row.GetBoolean(5),
            Unknown = row.IsDBNull(7) ? null : row.GetString(7),
            People = row.GetDecimal(8),
        };
        if (!row.IsDBNull(6)) sum.Values.AddRange(row.GetFieldValue<double[]>(6));
        return sum;
    }
}
