using System.Text.Json;
using Npgsql;

namespace Metrics.Storage.Catalogue;

/// <summary>What held of a dataset or team over a time, and where that is known from.</summary>
/// <param name="Entity"><c>dataset</c> or <c>team</c>.</param>
/// <param name="From">Inclusive; null means since ever.</param>
/// <param name="To">Exclusive; null means until now and on.</param>
/// <param name="Attributes">As texts.</param>
/// <param name="Source">The most trusted source that says so.</param>
/// <param name="Batch">The latest payload that had a part in it.</param>
/// <param name="BroughtBy">The person who brought that in, where one did.</param>
public sealed record CatalogueEntry(
    string Entity, string Id, DateTimeOffset? From, DateTimeOffset? To, IReadOnlyDictionary<string, string> Attributes, string Source,
    long Batch, string? BroughtBy, string? Reason);

/// <summary>The catalogue's history, for those who ask who owned what when.</summary>
public static class CatalogueLog
{
    /// <summary>The versions of every dataset and team of this id, oldest first; empty where there is none.</summary>
    public static async Task<IReadOnlyList<CatalogueEntry>> OfAsync(NpgsqlDataSource database, string id, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.QueryAsync(
            """
            select v.entity, v.id, lower(v.valid), upper(v.valid), v.attributes::text, v.origin, v.batch, b.brought_by, b.reason
            from catalog.version v left join ingest.batch b on b.batch = v.batch
            where v.entity in ('dataset', 'team') and v.id = $1
            order by v.entity, lower(v.valid) nulls first
            """,
            r => new CatalogueEntry(
                r.GetString(0), r.GetString(1), Moment(r, 2), Moment(r, 3), Attributes(r.GetString(4)), r.GetString(5), r.GetInt64(6),
                r.IsDBNull(7) ? null : r.GetString(7), r.IsDBNull(8) ? null : r.GetString(8)),
            cancellation, id);
    }

    private static DateTimeOffset? Moment(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    /// <summary>An entity's attributes as a person reads them: lists joined, nothing for what is empty.</summary>
    internal static Dictionary<string, string> Attributes(string text)
    {
        using var json = JsonDocument.Parse(text);
        return json.RootElement.EnumerateObject().Where(a => a.Value.ValueKind != JsonValueKind.Array || a.Value.GetArrayLength() > 0)
            .ToDictionary(a => a.Name, a => a.Value.ValueKind == JsonValueKind.Array
                ? string.Join("; ", a.Value.EnumerateArray().Select(v => v.ToString()))
                : a.Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? a.Value.GetRawText() : a.Value.ToString());
    }
}
