using Metrics.Model;
using Metrics.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Metrics.Kpis;

/// <summary>Days of a KPI, from a first one to a last, and the marks that imports have left on it.</summary>
internal sealed record DaysAsked(KpiDefinition Definition, IReadOnlyList<StaleMark> Marks, DateOnly First, DateOnly Last);

/// <summary>Days of a KPI that are kept, end excluded, under the number of what they are a part of.</summary>
internal sealed record KeptSpan(KpiDefinition Definition, int Number, DateOnly From, DateOnly To)
{
    /// <summary>Days whose months may not be kept, or not with all of their days.</summary>
    public DaySet Missing { get; init; } = DaySet.None;
}

/// <summary>
/// Reads and writes <c>kpi.daily</c> and its whole months in <c>kpi.month</c>, both at every <see cref="Level"/>, within
/// the caller's transaction. Whoever changes days rebuilds their months before it commits.
/// </summary>
internal sealed class DailyStore(NpgsqlConnection connection)
{
    private const int YearsBefore = 1;
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
    /// Of the days asked for of each KPI, those that are held: computed by this definition under these settings; and those of them whose
    /// answer is good at a moment: over when they were computed, not marked, not overtaken by time.
    /// </summary>
    public async Task<IReadOnlyList<(DaySet Fresh, DaySet Held)>> FindAsync(
        IReadOnlyList<DaysAsked> asked, ReportingSettings settings, DateTimeOffset now, CancellationToken cancellation)
    {
        var found = (await connection.QueryPreparedAsync(
            """
            select a.number, k.held, k.good
            from unnest($1::text[], $2::text[], $3::date[], $4::date[]) with ordinality as a(kpi, hash, first, last, number)
            cross join lateral (
              select range_agg(daterange(d.day, d.day + 1)) as held,
                range_agg(daterange(d.day, d.day + 1)) filter (where d.changes_at is null or d.changes_at > $5) as good
              from kpi.computed_day d where d.kpi = a.kpi and d.day >= a.first and d.day <= a.last and d.computed_at <= $5) k
            where exists (select 1 from kpi.computed c where c.kpi = a.kpi and c.definition_hash = a.hash and c.settings_hash = $6)
            """, r => (Number: (int)r.GetInt64(0) - 1, Held: Days(r, 1), Good: Days(r, 2)), cancellation,
            asked.Select(a => a.Definition.Id).ToArray(), asked.Select(a => a.Definition.Hash).ToArray(),
            asked.Select(a => a.First).ToArray(), asked.Select(a => a.Last).ToArray(), now, settings.Hash)).ToDictionary(k => k.Number);
        return [.. asked.Select((a, number) => found.TryGetValue(number, out var kept) ? (Unmarked(kept.Good, a), kept.Held) : (DaySet.None, DaySet.None))];

        DaySet Unmarked(DaySet days, DaysAsked of) =>
            of.Marks.Select(m => m.Days(settings.Calendar, of.Definition.Kind == KpiKind.State)).Aggregate(days, (set, touched) =>
                set.Except(touched.From, touched.To < DateOnly.MaxValue ? touched.To.AddDays(1) : touched.To));

        static DaySet Days(NpgsqlDataReader row, int column) => row.IsDBNull(column)
            ? DaySet.None
            : DaySet.Of(row.GetFieldValue<NpgsqlRange<DateOnly>[]>(column).Select(r => (r.LowerBound, r.UpperBound)));
    }

    /// <summary>The first day that is kept; null where nothing was recorded. Before the first record too, days are kept: trends compare with the year before, and need not look again.</summary>
    public async Task<DateOnly?> FirstDayAsync(ReportingCalendar calendar, CancellationToken cancellation)
    {
        if (await connection.ScalarAsync<DateTime?>("select min(first_at) from ingest.batch where state = 'committed'", cancellation) is not { } extent) return null;
        var first = calendar.DayOf(new DateTimeOffset(extent, TimeSpan.Zero));
        return first.Year > YearsBefore ? first.AddYears(-YearsBefore) : first;
    }

    /// <summary>When the days of spans were computed, of each number the earliest; without those of which none is kept.</summary>
    public async Task<IReadOnlyList<(int Number, DateTimeOffset At)>> ComputedThroughAsync(IReadOnlyList<KeptSpan> spans, CancellationToken cancellation) =>
        await connection.QueryAsync(
            """
            select s.number, min(d.computed_at) from unnest($1::text[], $2::int[], $3::date[], $4::date[]) as s(of, number, starts, ends)
            join kpi.computed_day d on d.kpi = s.of and d.day >= s.starts and d.day < s.ends group by s.number
            """, r => (r.GetInt32(0), r.GetFieldValue<DateTimeOffset>(1)), cancellation, Columns(spans));

    /// <summary>The marks that imports have left, by KPI.</summary>
    public async Task<ILookup<string, StaleMark>> MarksAsync(CancellationToken cancellation) =>
        (await connection.QueryPreparedAsync(
            "select kpi, mark, lower(touched), upper(touched) from kpi.stale",
            r => (Kpi: r.GetString(0), Mark: new StaleMark(
                r.GetInt64(1), r.IsDBNull(2) ? null : r.GetDateTime(2), r.IsDBNull(3) ? null : r.GetDateTime(3))),
            cancellation)).ToLookup(m => m.Kpi, m => m.Mark);

    /// <summary>KPIs of one kind are read by one statement: all their rows, or sums of them; told apart by the same dimensions.</summary>
    public static string KindOf(KpiDefinition definition, IReadOnlySet<Dimension> told) => $"{IsListed(definition)} {string.Join(' ', told.Order())}";

    /// <summary>What is kept of spans of days, summed by span and by what is to be told of the cells.</summary>
    /// <param name="spans">Of KPIs of one kind.</param>
    /// <param name="told">The dimensions that the returned cells have; the others are left out of them. Under a limit, team and domain are among them.</param>
    public async Task<List<(int Span, Cell Cell, Aggregate Sum)>> SumAsync(
        IReadOnlyList<KeptSpan> spans, IReadOnlySet<Dimension> told, RowLimit limit, CancellationToken cancellation)
    {
        var (months, days) = Split(spans);
        var listed = IsListed(spans[0].Definition);
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
              select s.span, k.* from unnest($1::text[], $2::int[], $3::date[], $4::date[]) as s(of, span, starts, ends)
              cross join lateral (select * from kpi.month m where m.kpi = s.of and m.level = $9 and m.month >= s.starts and m.month < s.ends offset 0) k
              union all
              select s.span, k.* from unnest($5::text[], $6::int[], $7::date[], $8::date[]) as s(of, span, starts, ends)
              cross join lateral (select * from kpi.daily d where d.kpi = s.of and d.level = $9 and d.day >= s.starts and d.day < s.ends offset 0) k
            ) d
            {(columns.Length == 0 ? "" : "join kpi.cell c using (cell)")}
            {(limit.IsEverything ? "" : "where c.team = any($10) or c.domain = any($11)")}
            {(listed ? "" : $"group by d.span{columns}")}
            """,
            r => (r.GetInt32(9), CellStore.Read(r, 10, told), ReadSum(r)), cancellation,
            [
                .. Columns(months), .. Columns(days), Level.Of(told).Number,
                .. limit.IsEverything ? (object[])[] : [limit.Teams.ToArray(), limit.Domains.ToArray()],
            ]);
    }

    private static object[] Columns(IReadOnlyList<KeptSpan> spans) =>
        [spans.Select(s => s.Definition.Id).ToArray(), spans.Select(s => s.Number).ToArray(), spans.Select(s => s.From).ToArray(), spans.Select(s => s.To).ToArray()];

    /// <summary>Of a median every record's value is kept, since medians do not add up.</summary>
    private static bool IsListed(KpiDefinition definition) => definition.Kind is KpiKind.Median or KpiKind.P90;

    /// <summary>The whole months of spans, and the days before, between and after them; states have no months.</summary>
    private static (List<KeptSpan> Months, List<KeptSpan> Days) Split(IReadOnlyList<KeptSpan> spans)
    {
        List<KeptSpan> months = [], days = [];
        foreach (var span in spans)
        {
            if (span.Definition.Kind == KpiKind.State)
            {
                days.Add(span);
                continue;
            }

            var broken = span.Missing.Days.Select(MonthOf).ToHashSet();
            for (DateOnly at = span.From, next; at < span.To; at = next)
            {
                next = MonthOf(at).AddMonths(1);
                var whole = at == MonthOf(at) && next <= span.To && !broken.Contains(at);
                if (next > span.To) next = span.To;
                var list = whole ? months : days;
                if (list.Count > 0 && list[^1] is var last && last.Number == span.Number && last.To == at) list[^1] = last with { To = next };
                else list.Add(span with { From = at, To = next });
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
