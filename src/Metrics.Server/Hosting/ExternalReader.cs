using System.Security.Cryptography;
using System.Text;
using Metrics.Storage.Embedded;
using Npgsql;

namespace Metrics.Server.Hosting;

/// <summary>
/// The login that runs analysts' SQL on a server that is not ours: the one that was configured, or one that the program makes
/// where its own role may.
/// </summary>
internal static class ExternalReader
{
    /// <returns>Its connection string.</returns>
    /// <exception cref="SettingsException">There is none, and none can be made.</exception>
    public static async Task<string> EnsureAsync(
        NpgsqlDataSource database, string application, string configured, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        PostgresVersion.EnsureSupported(connection);
        if (configured.Length > 0) return configured;

        var text = new NpgsqlConnectionStringBuilder(application);
        var role = $"metrics_reader_{connection.Database}";
        var password = Convert.ToHexStringLower(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(text.Password ?? ""), Encoding.UTF8.GetBytes(role)));
        try
        {
            await using var exists = new NpgsqlCommand("select 1 from pg_roles where rolname = $1", connection) { Parameters = { new() { Value = role } } };
            var verb = await exists.ExecuteScalarAsync(cancellation) is null ? "create" : "alter";
            foreach (var sql in (string[])
                [
                    $"{verb} role \"{role}\" login noinherit password '{password}'",
                    $"alter role \"{role}\" set default_transaction_read_only = on",
                    $"alter role \"{role}\" set statement_timeout = '60s'",
                    $"grant connect on database \"{connection.Database}\" to \"{role}\"",
                ])
            {
                await using var command = new NpgsqlCommand(sql, connection);
                await command.ExecuteNonQueryAsync(cancellation);
            }
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new SettingsException(
                $"KPI files run as a login of their own, and \"{text.Username}\" may not create one. As an administrator: " +
                "create role metrics_reader login password '…'; then set ConnectionStrings__MetricsReader to its connection string.");
        }

        text.Username = role;
        text.Password = password;
        return text.ConnectionString;
    }
}
