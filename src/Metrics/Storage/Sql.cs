using Npgsql;
using NpgsqlTypes;

namespace Metrics.Storage;

/// <summary>Short forms for positional SQL, so that statements read as statements.</summary>
internal static class Sql
{
    extension(NpgsqlConnection connection)
    {
        public async Task<int> ExecuteAsync(string sql, CancellationToken cancellation, params object?[] arguments)
        {
            await using var command = connection.Command(sql, arguments);
            return await command.ExecuteNonQueryAsync(cancellation);
        }

        public async Task<T?> ScalarAsync<T>(string sql, CancellationToken cancellation, params object?[] arguments)
        {
            await using var command = connection.Command(sql, arguments);
            return await command.ExecuteScalarAsync(cancellation) is T value ? value : default;
        }

        public async Task<List<T>> QueryAsync<T>(
            string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellation, params object?[] arguments)
        {
            await using var command = connection.Command(sql, arguments);
            return await command.ReadAllAsync(read, cancellation);
        }

        /// <summary>As a statement that the server keeps prepared on this connection, for what is asked again and again.</summary>
        public async Task<List<T>> QueryPreparedAsync<T>(
            string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellation, params object?[] arguments)
        {
            await using var command = connection.Command(sql, arguments);
            await command.PrepareAsync(cancellation);
            return await command.ReadAllAsync(read, cancellation);
        }

        public NpgsqlCommand Command(string sql, params object?[] arguments)
        {
            var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            foreach (var argument in arguments)
            {
                var parameter = new NpgsqlParameter { Value = PgType.Write(argument) ?? DBNull.Value };

                // Where the first is null, Npgsql would take them all for times without a zone.
                if (argument is DateTime?[]) parameter.NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz;
                command.Parameters.Add(parameter);
            }

            return command;
        }
    }

    private static async Task<List<T>> ReadAllAsync<T>(
        this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation)) rows.Add(read(reader));
        return rows;
    }
}
