using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Metrics.Storage;

/// <summary>
/// Brings a database to this program's schema: numbered scripts in order, each once, under an advisory lock, then the fact
/// tables and views from the record types. A script that was changed after it was applied is refused.
/// </summary>
public static class Migrator
{
    private const long Lock = 0x6d65_7472_6963_7301;

    /// <summary>A numbered SQL script.</summary>
    internal sealed record Script(string Name, string Text)
    {
        public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));
    }

    /// <summary>The scripts that this program brings, in order.</summary>
    internal static IReadOnlyList<Script> Scripts { get; } = [.. ReadScripts()];

    /// <summary>Applies what is missing and returns the names of what it applied.</summary>
    /// <param name="readerRole">The login that runs analysts' SQL; it gets to read the analysts' views and nothing else.</param>
    /// <exception cref="MigrationException">An applied script differs from the program's, or the database is newer.</exception>
    public static Task<IReadOnlyList<string>> MigrateAsync(
        NpgsqlDataSource database, string readerRole, TimeProvider clock, CancellationToken cancellation = default) =>
        MigrateAsync(database, readerRole, Scripts, clock, cancellation);

    internal static async Task<IReadOnlyList<string>> MigrateAsync(
        NpgsqlDataSource database, string readerRole, IReadOnlyList<Script> scripts, TimeProvider clock,
        CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.ExecuteAsync("select pg_advisory_xact_lock($1)", cancellation, Lock);
        await connection.ExecuteAsync(
            """
            create table if not exists public.migration (
              name        text primary key,
              sha256      text not null,
              applied_at  timestamptz not null
            )
            """, cancellation);
        var applied = (await connection.QueryAsync(
            "select name, sha256 from public.migration", r => (r.GetString(0), r.GetString(1)), cancellation))
            .ToDictionary();
        Check(applied, scripts);

        var missing = scripts.Where(s => !applied.ContainsKey(s.Name)).ToList();
        foreach (var script in missing)
        {
            await connection.ExecuteAsync(script.Text, cancellation);
            await connection.ExecuteAsync(
                "insert into public.migration values ($1, $2, $3)", cancellation, script.Name, script.Sha256, clock.GetUtcNow());
        }

        if (missing.Count > 0 || await FactsChangedAsync(connection, cancellation))
        {
            await FactTables.EnsureAsync(connection, cancellation);
            await BiViews.EnsureAsync(connection, cancellation);
        }

        // Every time: another reader may have been configured since.
        await GrantAsync(connection, readerRole, cancellation);

        await transaction.CommitAsync(cancellation);
        return [.. missing.Select(s => s.Name)];
    }

    private static void Check(Dictionary<string, string> applied, IReadOnlyList<Script> scripts)
    {
        foreach (var script in scripts)
        {
            if (applied.TryGetValue(script.Name, out var hash) && hash != script.Sha256)
                throw new MigrationException(
                    $"Migration {script.Name} was changed after it was applied to this database (applied {hash[..12]}, " +
                    $"now {script.Sha256[..12]}). Restore the script and write a new one for the change.");
        }

        var unknown = applied.Keys.Except(scripts.Select(s => s.Name)).Order(StringComparer.Ordinal).FirstOrDefault();
        if (unknown is not null)
            throw new MigrationException(
                $"This database has migration {unknown}, which this program does not know: it was made by a newer version. " +
                "Run that version or a later one.");
    }

    /// <summary>The shape of the facts is versioned by its own hash, for it comes from the records and not from a script.</summary>
    private static async Task<bool> FactsChangedAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var shape = string.Join('\n', Model.Facts.FactSchema.All.Select(f =>
            $"{f.Name}({string.Join(", ", FactTables.Columns(f))}) {FactViews.Create(f)} {FactViews.CreateAsPublished(f)} {string.Concat(FactIndexes.Ensure(f))}"))
            + string.Join('\n', BiViews.All);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(shape));
        var changed = await connection.ExecuteAsync(
            """
            insert into ingest.secret (name, value) values ('fact_shape', $1)
            on conflict (name) do update set value = excluded.value where ingest.secret.value <> excluded.value
            """, cancellation, hash);
        return changed > 0;
    }

    private static async Task GrantAsync(NpgsqlConnection connection, string readerRole, CancellationToken cancellation)
    {
        var role = FactTables.Quote(readerRole);
        foreach (var schema in (string[])[FactTables.ViewSchema, FactTables.PublishedSchema])
        {
            await connection.ExecuteAsync($"grant usage on schema {schema} to {role}", cancellation);
            await connection.ExecuteAsync($"grant select on all tables in schema {schema} to {role}", cancellation);
        }

        await connection.ExecuteAsync($"grant execute on all functions in schema analyst to {role}", cancellation);
    }

    private static IEnumerable<Script> ReadScripts()
    {
        var assembly = typeof(Migrator).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".sql", StringComparison.Ordinal)).Order())
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var parts = resource.Split('.');
            yield return new Script(parts[^2], reader.ReadToEnd());
        }
    }
}
