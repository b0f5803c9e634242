using System.Security.Cryptography;
using Npgsql;

namespace Metrics.Storage;

/// <summary>The login of BI tools: it reads the schema <c>bi</c>, in read-only transactions of at most a minute, and sees nothing else.</summary>
public static class BiLogin
{
    /// <summary>Its usual name.</summary>
    public const string Name = "metrics_bi";

    /// <summary>A password that nobody guesses.</summary>
    public static string NewPassword() => RandomNumberGenerator.GetHexString(48, lowercase: true);

    /// <summary>What an administrator runs to make it, or to give it another password.</summary>
    public static IReadOnlyList<string> Commands(string role, string password, string database, bool exists) =>
    [
        $"{(exists ? "alter" : "create")} role \"{role}\" login noinherit connection limit 20 password '{password}'",
        $"alter role \"{role}\" set default_transaction_read_only = on",
        $"alter role \"{role}\" set statement_timeout = '60s'",
        $"alter role \"{role}\" set search_path = bi",
        $"grant connect on database \"{database}\" to \"{role}\"",
    ];

    /// <summary>Makes it, or gives it another password.</summary>
    /// <param name="administrator">May create roles.</param>
    /// <exception cref="PostgresException">It may not.</exception>
    public static async Task CreateAsync(NpgsqlConnection administrator, string role, string password, string database, CancellationToken cancellation)
    {
        var exists = await administrator.ScalarAsync<bool>("select exists (select 1 from pg_roles where rolname = $1)", cancellation, role);
        foreach (var sql in Commands(role, password, database, exists)) await administrator.ExecuteAsync(sql, cancellation);
    }

    /// <summary>Lets it read the schema, also what is added to it later. Run as the owner of the database.</summary>
    /// <exception cref="StorageException">The database failed, or there is no such role.</exception>
    public static async Task GrantAsync(NpgsqlDataSource database, string role, CancellationToken cancellation = default)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await BiViews.GrantAsync(connection, role, cancellation);
        }
        catch (Exception failure) when (StorageException.Of(failure, $"letting {role} read the schema bi") is not null)
        {
            throw StorageException.Of(failure, $"letting {role} read the schema bi")!;
        }
    }
}
