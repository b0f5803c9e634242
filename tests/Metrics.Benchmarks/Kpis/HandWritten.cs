using Metrics.Storage;
using Npgsql;

namespace Metrics.Benchmarks.Kpis;

/// <summary>
/// What somebody who needs this one number would write: the ratio by tier over quarters, from roll-ups that hold nothing but
/// what it takes. The tier stands in the row, so nothing is joined, and the sums are plain integers.
/// </summary>
internal static class HandWritten
{
    public const string Kpi = "pipeline_success_rate";
    private const string Schema = "by_hand";

    /// <summary>Fills the roll-ups from <c>kpi.daily</c>: the same facts, a primary key that leads with the day.</summary>
    public static async Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await connection.ExecuteAsync(
            $"""
            drop schema if exists {Schema} cascade;
            create schema {Schema};
            create table {Schema}.dataset_day (day date, dataset text, tier integer, succeeded bigint not null, runs bigint not null);
            insert into {Schema}.dataset_day
            select d.day, c.datasets[1], c.tier, sum(d.numerator), sum(d.denominator)
            from kpi.daily d join kpi.cell c using (cell) where d.kpi = '{Kpi}' and d.level = 2 group by 1, 2, 3;
            alter table {Schema}.dataset_day add primary key (day, dataset, tier);
            create index on {Schema}.dataset_day (day) include (tier, succeeded, runs);
            create table {Schema}.tier_day as select day, tier, sum(succeeded)::bigint as succeeded, sum(runs)::bigint as runs
            from {Schema}.dataset_day group by 1, 2;
            alter table {Schema}.tier_day add primary key (day, tier);
            """, cancellation);
        foreach (var table in (string[])["dataset_day", "tier_day"])
            await connection.ExecuteAsync($"vacuum (analyze) {Schema}.{table}", cancellation);
    }

    public static Task DropAsync(NpgsqlConnection connection) =>
        connection.ExecuteAsync($"drop schema if exists {Schema} cascade", CancellationToken.None);

    /// <summary>A prepared statement on a connection of its own.</summary>
    /// <param name="table"><c>dataset_day</c> or <c>tier_day</c>.</param>
    public static async Task<Question> AskAsync(NpgsqlDataSource database, string table, CancellationToken cancellation, params string[] quarters)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        var starts = string.Join(", ", quarters.Select(q => $"'{q}'"));
        var command = connection.Command(quarters.Length == 1
            ? $"select tier, sum(succeeded)::float8 / sum(runs) from {Schema}.{table} where day >= {starts}::date and day < {starts}::date + interval '3 months' group by tier"
            : $"""
              select q.starts, d.tier, sum(d.succeeded)::float8 / sum(d.runs)
              from unnest(array[{starts}]::date[]) as q(starts)
              join {Schema}.{table} d on d.day >= q.starts and d.day < q.starts + interval '3 months'
              group by q.starts, d.tier
              """);
        await command.PrepareAsync(cancellation);
        return new Question(connection, command);
    }

    internal sealed class Question(NpgsqlConnection connection, NpgsqlCommand command) : IAsyncDisposable
    {
        public async Task<int> RunAsync(CancellationToken cancellation)
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            var rows = 0;
            while (await reader.ReadAsync(cancellation)) rows++;
            return rows > 0 ? rows : throw new InvalidDataException("SQL by hand found nothing: build kpi.daily first.");
        }

        public async ValueTask DisposeAsync()
        {
            await command.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
