using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;

namespace Metrics.Sources.Dlt;

/// <summary>
/// A PostgreSQL destination of dlt: its loads, schemas, states, saved traces and load infos, and the rows that bear a load's id.
/// Read in one snapshot for each dataset, landed as rows.
/// </summary>
internal sealed class DltDestination(PullContext context, string connectionString, DltNames names)
{
    private const int RowsInPage = 2_000;

    // dlt writes the row of a load when it ends; what began before the last pull may end after it.
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    /// <summary>Checks address, rights and tables.</summary>
    public async Task<string> TestAsync(CancellationToken cancellation)
    {
        await using var source = await OpenAsync(cancellation);
        var datasets = await DatasetsAsync(source, cancellation);
        return $"{datasets.Count} datasets of dlt: {string.Join(", ", datasets)}";
    }

    public async IAsyncEnumerable<Page> PullAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var source = await OpenAsync(cancellation);
        var cursor = context.Cursor<Cursor>();
        var since = (cursor?.ReadAt ?? context.Since) - Overlap;
        var now = context.Clock.GetUtcNow();
        foreach (var dataset in await DatasetsAsync(source, cancellation))
        {
            context.Say(dataset);
            var lines = new StringBuilder();
            var rows = 0;
            var page = 0;
            await foreach (var line in LinesAsync(source, dataset, since, now, cancellation))
            {
                lines.Append(line).Append('\n');
                if (++rows % RowsInPage > 0) continue;

                // The cursor moves only when all datasets have been read: until then the next pull begins where this one did.
                yield return new Page(PageOf(dataset, ++page, lines), Text(cursor));
                lines.Clear();
            }

            if (lines.Length > 0) yield return new Page(PageOf(dataset, ++page, lines), Text(cursor));
        }

        yield return Page.Of(null, new Cursor(now)) with { Covered = [new("pipeline_run", cursor?.ReadAt ?? context.Since, now)] };
    }

    private async IAsyncEnumerable<string> LinesAsync(
        NpgsqlDataSource source, string dataset, DateTimeOffset since, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var connection = await ConnectAsync(source, cancellation);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
        var tables = await QueryAsync(connection, "select table_name from information_schema.tables where table_schema = $1 order by 1", cancellation, dataset);

        // Whole, for what a version changed shows only beside the one before it.
        var contracts = new Dictionary<string, List<string>>();
        if (tables.Contains("_dlt_version"))
        {
            foreach (var row in await QueryAsync(connection, $"select to_jsonb(t)::text from {Quoted(dataset, "_dlt_version")} t order by inserted_at", cancellation))
            {
                var version = JsonSerializer.Deserialize<JsonElement>(row);
                if (version.Text("version_hash") is { } hash && version.Text("schema") is { } text && DltSchemas.Parse(text) is { } schema)
                    contracts[hash] = [.. DltSchemas.Contracted(schema).Where(t => !names.IsOwn(t))];
                yield return Line("_dlt_version", dataset, row);
            }
        }

        var pipelines = new List<string>();
        if (tables.Contains("_dlt_pipeline_state"))
        {
            foreach (var row in await QueryAsync(connection, $"select to_jsonb(t)::text from {Quoted(dataset, "_dlt_pipeline_state")} t order by created_at", cancellation))
                yield return Line("_dlt_pipeline_state", dataset, row);
            pipelines = await QueryAsync(connection, $"select distinct pipeline_name from {Quoted(dataset, "_dlt_pipeline_state")}", cancellation);
        }

        // Where one pipeline alone loads the dataset, every load is its.
        var pipeline = pipelines.Count == 1 ? pipelines[0] : null;
        var loads = tables.Contains("_dlt_loads")
            ? await QueryAsync(connection, $"select to_jsonb(t)::text from {Quoted(dataset, "_dlt_loads")} t where inserted_at >= $1 order by inserted_at", cancellation, since)
            : [];
        foreach (var row in loads)
        {
            var hash = JsonSerializer.Deserialize<JsonElement>(row).Text("schema_version_hash") ?? "";
            yield return Line("_dlt_loads", dataset, row, pipeline, contracts.GetValueOrDefault(hash));
        }

        foreach (var root in new[] { names.TraceTable, names.LoadInfoTable }.Where(tables.Contains))
            await foreach (var line in NestedAsync(connection, dataset, root, tables, since, cancellation)) yield return line;
        if (!context.Connection.Flag("count_rows")) yield break;
        await foreach (var line in CountsAsync(connection, dataset, tables, pipeline, since, now, cancellation)) yield return line;
    }

    /// <summary>The rows of a saved trace or load info, and of all tables nested in it.</summary>
    private async IAsyncEnumerable<string> NestedAsync(
        NpgsqlConnection connection, string dataset, string root, List<string> tables, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var ids = new Dictionary<string, List<string>>();
        foreach (var table in tables.Where(t => DltNames.IsOf(t, root)).OrderBy(t => t.Length))
        {
            // The table above is the longest whose name this one's begins with: names of columns are in between.
            var above = ids.Keys.Where(t => t != table && DltNames.IsOf(table, t)).MaxBy(t => t.Length);
            var rows = above is null
                ? await QueryAsync(connection, $"select to_jsonb(t)::text from {Quoted(dataset, table)} t where started_at >= $1 order by started_at", cancellation, since)
                : await QueryAsync(connection, $"select to_jsonb(t)::text from {Quoted(dataset, table)} t where _dlt_parent_id = any($1) order by _dlt_parent_id, _dlt_list_idx",
                    cancellation, (object)ids.Where(t => DltNames.IsOf(table, t.Key) && t.Key != table).SelectMany(t => t.Value).ToArray());
            ids[table] = [.. rows.Select(r => JsonSerializer.Deserialize<JsonElement>(r).Text("_dlt_id")).OfType<string>()];
            foreach (var row in rows) yield return Line(table, dataset, row);
        }
    }

    /// <summary>How many rows of each table bear the id of each load since then: what it loaded, whether or not it was completed.</summary>
    private async IAsyncEnumerable<string> CountsAsync(
        NpgsqlConnection connection, string dataset, List<string> tables, string? pipeline, DateTimeOffset since, DateTimeOffset now,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var first = (since - DateTimeOffset.UnixEpoch).TotalSeconds;
        var tracked = (await QueryAsync(
            connection, "select table_name from information_schema.columns where table_schema = $1 and column_name = '_dlt_load_id' order by 1", cancellation, dataset))
            .Where(t => tables.Contains(t) && !names.IsOwn(t));
        foreach (var table in tracked)
        {
            var counts = await QueryAsync(connection,
                $$"""
                select jsonb_build_object('load_id', _dlt_load_id, 'count', count(*))::text from {{Quoted(dataset, table)}}
                where _dlt_load_id ~ '^[0-9]+(\.[0-9]+)?$' and _dlt_load_id::numeric >= $1 group by _dlt_load_id order by 1
                """, cancellation, (decimal)Math.Max(0, first));
            foreach (var row in counts)
            {
                var counted = JsonNode.Parse(row)!.AsObject();
                counted["table"] = table;
                counted["seen_at"] = now.ToString("O", CultureInfo.InvariantCulture);
                yield return Line("_dlt_rows", dataset, counted.ToJsonString(), pipeline);
            }
        }
    }

    private async Task<List<string>> DatasetsAsync(NpgsqlDataSource source, CancellationToken cancellation)
    {
        await using var connection = await ConnectAsync(source, cancellation);
        var found = await QueryAsync(connection, "select table_schema from information_schema.tables where table_name = '_dlt_loads' order by 1", cancellation);
        var wanted = context.Connection.List("datasets");
        return wanted.Except(found).ToList() is { Count: > 0 } missing
            ? throw new TerminalSourceException(
                $"{context.Connection.Title}: {string.Join(", ", missing)} {(missing.Count == 1 ? "has" : "have")} no table _dlt_loads that the role may read; " +
                $"there {(found.Count == 1 ? "is" : "are")} {(found.Count == 0 ? "none" : string.Join(", ", found))}. Check datasets in sources.yaml, and grant the role usage and select.")
            : [.. found.Where(f => wanted.Count == 0 || wanted.Contains(f))];
    }

    private async Task<NpgsqlConnection> ConnectAsync(NpgsqlDataSource source, CancellationToken cancellation)
    {
        try
        {
            return await source.OpenConnectionAsync(cancellation);
        }
        catch (NpgsqlException failure)
        {
            throw Failure(failure);
        }
    }

    /// <summary>A data source whose host has been judged.</summary>
    private async Task<NpgsqlDataSource> OpenAsync(CancellationToken cancellation)
    {
        NpgsqlConnectionStringBuilder text;
        try
        {
            text = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "metrics", MaxPoolSize = 2 };
        }
        catch (ArgumentException)
        {
            throw new TerminalSourceException(
                $"{context.Connection.Title}: connection_string cannot be read; write Host=…;Database=…;Username=…;Password=… into the environment variable.");
        }

        foreach (var host in (text.Host ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // A socket's folder is this machine, as loopback is.
            var name = host.StartsWith('/') || host.StartsWith('@') ? "127.0.0.1" : host.Split(':')[0];
            await context.Addresses.ResolveAsync(name, cancellation);
        }

        return NpgsqlDataSource.Create(text.ConnectionString);
    }

    private SourceException Failure(NpgsqlException failure) => failure.IsTransient || failure is not PostgresException
        ? new TransientSourceException($"{context.Connection.Title}: the destination does not answer: {failure.Message}", failure)
        : new TerminalSourceException($"{context.Connection.Title}: the destination refuses: {failure.Message} Check connection_string and the role's rights.", failure);

    private async Task<List<string>> QueryAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation, params object[] values)
    {
        try
        {
            await using var command = new NpgsqlCommand(sql, connection);
            foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value is DateTimeOffset moment ? moment.UtcDateTime : value });
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            var rows = new List<string>();
            while (await reader.ReadAsync(cancellation)) rows.Add(reader.GetString(0));
            return rows;
        }
        catch (NpgsqlException failure)
        {
            throw Failure(failure);
        }
    }

    private static string Line(string table, string dataset, string row, string? pipeline = null, List<string>? contracts = null)
    {
        var line = new JsonObject { ["table"] = table, ["dataset"] = dataset, ["row"] = JsonNode.Parse(row) };
        if (pipeline is not null) line["pipeline"] = pipeline;
        if (contracts is { Count: > 0 }) line["contracts"] = new JsonArray([.. contracts.Select(c => (JsonNode)c)]);
        return line.ToJsonString();
    }

    private static Payload PageOf(string dataset, int page, StringBuilder lines) =>
        Payload.OfBytes($"{dataset} {page}.jsonl", Encoding.UTF8.GetBytes(lines.ToString()));

    private static string Text(Cursor? cursor) => cursor is null ? "null" : Page.Of(null, cursor).Cursor;

    private static string Quoted(string schema, string table) => $"\"{schema.Replace("\"", "\"\"", StringComparison.Ordinal)}\".\"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private sealed record Cursor(DateTimeOffset ReadAt);
}
