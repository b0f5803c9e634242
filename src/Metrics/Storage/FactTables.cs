using Metrics.Model.Facts;
using Npgsql;

namespace Metrics.Storage;

/// <summary>
/// The tables of the facts and the views that analysts read, made from the record types. A new record makes its table, a new
/// property its column; a column whose type differs from its property's is refused, never converted.
/// </summary>
public static class FactTables
{
    /// <summary>The schema of the tables.</summary>
    public const string Schema = "fact";

    /// <summary>The schema of the views.</summary>
    public const string ViewSchema = "analyst";

    /// <summary>The schema of the same views over the facts as a published edition saw them.</summary>
    public const string PublishedSchema = "as_published";

    /// <summary>The columns of a table, in order: identity, the record's own, then version, lineage and tombstone.</summary>
    public static IEnumerable<(string Name, string Type)> Columns(FactSchema fact) =>
    [
        ("source", "text"), ("connection", "text"),
        .. fact.Columns.Select(c => (c.Name, PgType.Of(c).Name)),
        ("updated_at", "timestamp with time zone"), ("batch", "bigint"), ("deleted_at", "timestamp with time zone"),
    ];

    /// <summary>The key of a table, quoted and in order.</summary>
    public static string Key(FactSchema fact) =>
        string.Join(", ", fact.Keys.Select(k => Quote(k.Name)).Prepend("connection").Prepend("source"));

    internal static string Table(FactSchema fact) => $"{Schema}.{Quote(fact.Name)}";

    internal static string Quote(string name) => $"\"{name}\"";

    internal static async Task EnsureAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        foreach (var fact in FactSchema.All)
        {
            var present = await connection.QueryAsync(
                """
                select a.attname, format_type(a.atttypid, a.atttypmod) from pg_attribute a
                where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped
                """,
                r => (Name: r.GetString(0), Type: r.GetString(1)), cancellation, Table(fact));
            if (present.Count == 0)
            {
                await connection.ExecuteAsync(CreateTable(fact), cancellation);
                foreach (var index in FactIndexes.Create(fact)) await connection.ExecuteAsync(index, cancellation);
            }
            else
            {
                await AddColumnsAsync(connection, fact, present.ToDictionary(c => c.Name, c => c.Type), cancellation);
            }

            foreach (var index in FactIndexes.Ensure(fact)) await connection.ExecuteAsync(index, cancellation);
        }

        await connection.ExecuteAsync("analyze catalog.version", cancellation);
        foreach (var fact in FactSchema.All)
        {
            await connection.ExecuteAsync($"drop view if exists {ViewSchema}.{Quote(fact.Name)} cascade", cancellation);
            await connection.ExecuteAsync(FactViews.Create(fact), cancellation);
            await connection.ExecuteAsync($"drop view if exists {PublishedSchema}.{Quote(fact.Name)} cascade", cancellation);
            await connection.ExecuteAsync(FactViews.CreateAsPublished(fact), cancellation);
        }
    }

    private static string CreateTable(FactSchema fact)
    {
        var columns = Columns(fact).Select(column =>
            $"{Quote(column.Name)} {column.Type}{(IsRequired(fact, column.Name) ? " not null" : "")}");
        return $"create table {Table(fact)} ({string.Join(", ", columns)}, unique nulls not distinct ({Key(fact)}))";
    }

    private static bool IsRequired(FactSchema fact, string column) =>
        column is "source" or "connection" or "updated_at" or "batch"
        || fact.Columns.Any(c => c.Name == column && (c.IsRequired || c.Default is not null || c.IsList));

    private static async Task AddColumnsAsync(
        NpgsqlConnection connection, FactSchema fact, Dictionary<string, string> present, CancellationToken cancellation)
    {
        foreach (var (name, type) in Columns(fact))
        {
            if (!present.TryGetValue(name, out var stored))
            {
                var fill = fact.Columns.FirstOrDefault(c => c.Name == name) switch
                {
                    { Default: { } value } => $" not null default {(value ? "true" : "false")}",
                    { IsList: true } => " not null default '{}'",
                    _ => "",
                };
                await connection.ExecuteAsync($"alter table {Table(fact)} add column {Quote(name)} {type}{fill}", cancellation);
            }
            else if (stored != type)
            {
                throw new MigrationException(
                    $"{Table(fact)}.{name} is {stored} in the database and {type} in the record {fact.Type.Name}; " +
                    "write a migration that converts the column, or give the property its old type");
            }
        }
    }
}
