using System.Security.Cryptography;
using System.Text;
using Metrics.Model;
using Metrics.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Metrics.Kpis;

/// <summary>Reads and writes <c>kpi.daily</c>, within the caller's transaction.</summary>
internal sealed class DailyStore(NpgsqlConnection connection)
{
    private Dictionary<Cell, int>? cells;

    /// <summary>Replaces what is kept of these days.</summary>
    public async Task WriteAsync(
        string kpi, IReadOnlyCollection<DateOnly> computed, RollUp sums, DateTimeOffset now, bool settled, CancellationToken cancellation)
    {
        var ids = await CellsAsync(sums.Rows.Select(r => r.Cell), cancellation);
        await connection.ExecuteAsync("delete from kpi.daily where kpi = $1 and day = any($2)", cancellation, kpi, computed.ToArray());
        await using (var copy = await connection.BeginBinaryImportAsync(
            """copy kpi.daily (kpi, day, cell, numerator, denominator, n, excluded_n, sum_squares, binary_only, "values", unknown, people) from stdin (format binary)""",
            cancellation))
        {
            foreach (var (day, cell, sum) in sums.Rows)
            {
                await copy.StartRowAsync(cancellation);
                await copy.WriteAsync(kpi, NpgsqlDbType.Text, cancellation);
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

        // A clock that was set by hand sees facts of its own future; what it computed holds for that moment only.
        await connection.ExecuteAsync(
            """
            insert into kpi.computed_day (kpi, day, computed_at, changes_at)
            select $1, d.day, $2, d.changes_at from unnest($3::date[], $4::timestamptz[]) as d(day, changes_at)
            on conflict (kpi, day) do update set computed_at = excluded.computed_at, changes_at = excluded.changes_at
            """, cancellation, kpi, now, computed.ToArray(),
            computed.Select(d => settled ? sums.ChangesAt(d)?.UtcDateTime : now.UtcDateTime.AddMicroseconds(1)).ToArray());
    }

    /// <summary>Forgets days, to be computed when they are needed.</summary>
    public async Task ForgetAsync(string kpi, DateOnly from, CancellationToken cancellation)
    {
        await connection.ExecuteAsync("delete from kpi.daily where kpi = $1 and day >= $2", cancellation, kpi, from);
        await connection.ExecuteAsync("delete from kpi.computed_day where kpi = $1 and day >= $2", cancellation, kpi, from);
    }

    /// <summary>
    /// The days whose answer holds at a moment: computed by this definition under these settings, over when they were computed,
    /// not marked, not overtaken by time.
    /// </summary>
    public async Task<HashSet<DateOnly>> FreshAsync(
        KpiDefinition definition, ReportingSettings settings, IReadOnlyList<StaleMark> marks, DateTimeOffset now,
        CancellationToken cancellation)
    {
        var calendar = settings.Calendar;
        var kept = await connection.QueryAsync(
            """
            select day, computed_at from kpi.computed_day
            where kpi = $1 and computed_at <= $2 and (changes_at is null or changes_at > $2)
              and exists (select 1 from kpi.computed where kpi = $1 and definition_hash = $3 and settings_hash = $4)
            """, r => (Day: r.GetFieldValue<DateOnly>(0), At: r.GetFieldValue<DateTimeOffset>(1)), cancellation,
            definition.Id, now, definition.Hash, settings.Hash);
        var state = definition.Kind == KpiKind.State;
        var touched = marks.Select(m => m.Days(calendar, state)).ToList();
        return [.. kept
            .Where(k => k.At == now || k.At >= calendar.StartOf(state ? k.Day : k.Day.AddDays(1)))
            .Select(k => k.Day)
            .Where(day => !touched.Exists(t => t.From <= day && day <= t.To))];
    }

    /// <summary>The marks that imports have left on a KPI.</summary>
    public Task<List<StaleMark>> MarksAsync(string kpi, CancellationToken cancellation) =>
        connection.QueryAsync(
            "select mark, lower(touched), upper(touched) from kpi.stale where kpi = $1",
            r => new StaleMark(r.GetInt64(0), r.IsDBNull(1) ? null : r.GetDateTime(1), r.IsDBNull(2) ? null : r.GetDateTime(2)),
            cancellation, kpi);

    /// <summary>What is kept of spans of days (end excluded), summed by span and cell.</summary>
    public async Task<List<(int Span, Cell Cell, Aggregate Sum)>> SumAsync(
        KpiDefinition definition, IReadOnlyList<(int Span, DateOnly From, DateOnly To)> spans, CancellationToken cancellation)
    {
        var listed = definition.Kind is KpiKind.Median or KpiKind.P90;
        var sums = listed
            ? """select s.span, d.cell, d.numerator, d.denominator, d.n, d.excluded_n, d.sum_squares, d.binary_only, d."values", d.unknown, d.people """
            : """
              select s.span, d.cell, sum(d.numerator) as numerator, sum(d.denominator) as denominator, sum(d.n)::bigint as n,
                sum(d.excluded_n)::bigint as excluded_n, sum(d.sum_squares) as sum_squares,
                bool_and(d.binary_only) filter (where d.n > 0) as binary_only, null::float8[] as "values",
                min(d.unknown collate "C") as unknown, sum(d.people) as people
              """;
        return await connection.QueryAsync(
            $"""
            select d.numerator, d.denominator, d.n, d.excluded_n, d.sum_squares, coalesce(d.binary_only, true), d."values", d.unknown, d.people, d.span,
              c.tier, c.team, c.domain, c.datasets, c.data_product, c.pipeline, c.severity, c.service, c.unit, c.measure, c.stakeholder_group
            from (
              {sums}
              from unnest($2::int[], $3::date[], $4::date[]) as s(span, starts, ends)
              join kpi.daily d on d.kpi = $1 and d.day >= s.starts and d.day < s.ends
              {(listed ? "" : "group by s.span, d.cell")}
            ) d join kpi.cell c using (cell)
            """,
            r => (r.GetInt32(9), ReadCell(r, 10), ReadSum(r)), cancellation, definition.Id,
            spans.Select(s => s.Span).ToArray(), spans.Select(s => s.From).ToArray(), spans.Select(s => s.To).ToArray());
    }

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

    private static Cell ReadCell(NpgsqlDataReader row, int first)
    {
        return new Cell
        {
            Tier = row.IsDBNull(first) ? null : row.GetInt32(first),
            Team = Text(1),
            Domain = Text(2),
            Datasets = row.GetFieldValue<string[]>(first + 3),
            DataProduct = Text(4),
            Pipeline = Text(5),
            Severity = Text(6),
            Service = Text(7),
            Unit = Text(8),
            Measure = Text(9),
            StakeholderGroup = Text(10),
        };

        string? Text(int column) => row.IsDBNull(first + column) ? null : row.GetString(first + column);
    }

    /// <summary>The numbers of these cells; those that are new are kept.</summary>
    private async Task<Dictionary<Cell, int>> CellsAsync(IEnumerable<Cell> wanted, CancellationToken cancellation)
    {
        cells ??= (await connection.QueryAsync(
            """
            select cell, tier, team, domain, datasets, data_product, pipeline, severity, service, unit, measure, stakeholder_group
            from kpi.cell
            """, r => (Id: r.GetInt32(0), Cell: ReadCell(r, 1)), cancellation)).ToDictionary(c => c.Cell, c => c.Id);
        foreach (var cell in wanted.Distinct().Where(c => !cells.ContainsKey(c)).ToList())
        {
            cells[cell] = await connection.ScalarAsync<int>(
                """
                insert into kpi.cell
                  (sha256, tier, team, domain, datasets, data_product, pipeline, severity, service, unit, measure, stakeholder_group)
                values ($1, $2::int, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                on conflict (sha256) do update set sha256 = excluded.sha256 returning cell
                """, cancellation, SHA256.HashData(Encoding.UTF8.GetBytes(cell.Key)), cell.Tier,
                cell.Team, cell.Domain, cell.Datasets.ToArray(), cell.DataProduct, cell.Pipeline, cell.Severity, cell.Service,
                cell.Unit, cell.Measure, cell.StakeholderGroup);
        }

        return cells;
    }
}
