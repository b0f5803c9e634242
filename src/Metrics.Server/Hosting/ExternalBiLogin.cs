using Metrics.Storage;
using Npgsql;

namespace Metrics.Server.Hosting;

/// <summary>The login of BI tools on a server that is not ours: made by the program where its own role may, else by an administrator.</summary>
internal static class ExternalBiLogin
{
    /// <returns>How to connect as it.</returns>
    /// <exception cref="SettingsException">There is none, and none can be made.</exception>
    public static async Task<string> CreateAsync(NpgsqlDataSource database, string role, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var password = BiLogin.NewPassword();
        var where = $"Host={connection.Host};Port={connection.Port};Database={connection.Database};Username={role}";
        try
        {
            await BiLogin.CreateAsync(connection, role, password, connection.Database, cancellation);
            return $"{where};Password={password}";
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            await using var exists = new NpgsqlCommand("select 1 from pg_roles where rolname = $1", connection) { Parameters = { new() { Value = role } } };
            if (await exists.ExecuteScalarAsync(cancellation) is not null) return $"{where};Password=(as the administrator has set it)";
            throw new SettingsException(
                $"The login {role} can be made by an administrator only. Run these as one, then \"metrics bi login\" again:\n  " +
                string.Join("\n  ", BiLogin.Commands(role, "…", connection.Database, exists: false).Select(c => c + ";")));
        }
    }
}
