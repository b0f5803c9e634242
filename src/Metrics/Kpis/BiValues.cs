using Metrics.Kpis.Definitions;
using Metrics.Model;
using Metrics.Model.Facts;
using Metrics.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Metrics.Kpis;

/// <summary>
/// Keeps <c>bi.kpi</c> and <c>bi.kpi_value</c>: the KPIs of the last months and quarters as the evaluator answers them, in total and by
/// tier, team and domain, for tools that read with SQL. What is suppressed is left out.
/// </summary>
public sealed class BiValues(NpgsqlDataSource database, KpiEvaluator evaluator, KpiLibrary library, ReportingSettings settings, TimeProvider clock)
{
    private static readonly (Grain Grain, int Buckets)[] Spans = [(Grain.Month, 13), (Grain.Quarter, 8)];

    private static readonly (string Name, Dimension[] By)[] Breakdowns =
        [("total", []), ("tier", [Dimension.Tier]), ("team", [Dimension.Team]), ("domain", [Dimension.Domain])];

    /// <summary>Writes them anew, all at once: a reader sees the old ones or the new ones.</summary>
    /// <returns>How many values there are.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<int> RefreshAsync(CancellationToken cancellation = default)
    {
        try
        {
            var now = clock.GetUtcNow();
            var rows = new List<(string Breakdown, Grain Grain, KpiRow Row)>();
            foreach (var (grain, buckets) in Spans)
            {
                foreach (var (name, by) in Breakdowns)
                {
                    string[] kpis = [.. library.Definitions.Where(d => d.Grains.Contains(grain) && by.All(d.Dimensions.Contains)).Select(d => d.Id)];
                    if (kpis.Length == 0) continue;
                    var request = new KpiRequest(Last(grain, buckets, now)) { Kpis = kpis, Grain = grain, By = by };
                    rows.AddRange((await evaluator.EvaluateAsync(request, cancellation)).Where(r => !r.Suppressed).Select(r => (name, grain, r)));
                }
            }

            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await connection.ExecuteAsync("lock table bi.kpi in share row exclusive mode", cancellation);
            await connection.ExecuteAsync("delete from bi.kpi_value", cancellation);
            await connection.ExecuteAsync("delete from bi.kpi", cancellation);
            await WriteKpisAsync(connection, cancellation);
            await WriteValuesAsync(connection, rows, now, cancellation);
            await transaction.CommitAsync(cancellation);
            return rows.Count;
        }
        catch (Exception failure) when (StorageException.Of(failure, "writing the values for BI tools") is not null)
        {
            throw StorageException.Of(failure, "writing the values for BI tools")!;
        }
    }

    /// <summary>So many buckets up to the one that runs.</summary>
    private Period Last(Grain grain, int buckets, DateTimeOffset now)
    {
        var last = Period.Containing(settings.Calendar.DayOf(now), grain, settings.Calendar);
        var first = last;
        for (var i = 1; i < buckets; i++) first = first.Previous;
        return Period.Between(first.Start, last.End, settings.Calendar);
    }

    private async Task WriteKpisAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        foreach (var kpi in library.Definitions)
        {
            await connection.ExecuteAsync(
                "insert into bi.kpi values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", cancellation,
                kpi.Id, kpi.Name, FactSchema.SnakeCase(kpi.Category.ToString()), kpi.Unit, FactSchema.SnakeCase(kpi.Better.ToString()), kpi.MinGroup > 0,
                kpi.Companion, kpi.Owner, kpi.Description, kpi.Formula, kpi.Hash);
        }
    }

    private static async Task WriteValuesAsync(
        NpgsqlConnection connection, List<(string Breakdown, Grain Grain, KpiRow Row)> rows, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            """
            copy bi.kpi_value (kpi, grain, period, period_start, period_end, partial, dimension, tier, team, domain, value, numerator, denominator, n,
              excluded, lower, upper, target, status, previous, year_ago, reason, computed_at) from stdin (format binary)
            """, cancellation);
        foreach (var (breakdown, grain, row) in rows)
        {
            await copy.StartRowAsync(cancellation);
            foreach (var (value, type) in (IEnumerable<(object?, NpgsqlDbType)>)
                [
                    (row.Kpi.Id, NpgsqlDbType.Text), (FactSchema.SnakeCase(grain.ToString()), NpgsqlDbType.Text), (row.Period.Text, NpgsqlDbType.Text),
                    (row.Period.Start, NpgsqlDbType.Date), (row.Period.End, NpgsqlDbType.Date), (row.Partial, NpgsqlDbType.Boolean),
                    (breakdown, NpgsqlDbType.Text), (row.Tier, NpgsqlDbType.Integer),
                    (row.Group.GetValueOrDefault(Dimension.Team), NpgsqlDbType.Text), (row.Group.GetValueOrDefault(Dimension.Domain), NpgsqlDbType.Text),
                    (row.Value, NpgsqlDbType.Double), (row.Numerator, NpgsqlDbType.Numeric), (row.Denominator, NpgsqlDbType.Numeric),
                    (row.N, NpgsqlDbType.Bigint), (row.Excluded, NpgsqlDbType.Bigint), (row.Lower, NpgsqlDbType.Double), (row.Upper, NpgsqlDbType.Double),
                    (row.Target?.Value.Value, NpgsqlDbType.Numeric), (row.Status.Spelling, NpgsqlDbType.Text),
                    (row.Previous, NpgsqlDbType.Double), (row.YearAgo, NpgsqlDbType.Double), (row.Reason, NpgsqlDbType.Text),
                    (now.UtcDateTime, NpgsqlDbType.TimestampTz),
                ])
            {
                await PgType.WriteAsync(copy, value, type, cancellation);
            }
        }

        await copy.CompleteAsync(cancellation);
    }
}
