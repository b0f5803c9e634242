using Metrics.Model.Facts;
using Metrics.Storage.Ingestion;
using Npgsql;

namespace Metrics.Storage.Catalogue;

/// <summary>What a complete statement of a source would change in what it last stated.</summary>
/// <param name="Entity">The fact's singular name: <c>dataset</c>, <c>team</c> …</param>
/// <param name="Before">By attribute, as texts; null where the source did not have the entity.</param>
/// <param name="After">Null where it no longer has it.</param>
public sealed record CatalogueChange(
    string Entity, string Id, IReadOnlyDictionary<string, string>? Before, IReadOnlyDictionary<string, string>? After)
{
    /// <summary>The attributes that differ: with what they were and will be.</summary>
    public IEnumerable<(string Name, string? Before, string? After)> Attributes =>
        (Before?.Keys ?? []).Union(After?.Keys ?? []).Order(StringComparer.Ordinal)
            .Select(name => (name, Before?.GetValueOrDefault(name), After?.GetValueOrDefault(name)))
            .Where(a => a.Item2 != a.Item3);
}

/// <summary>Compares records with what their source last stated of the catalogue. It writes nothing.</summary>
public static class CatalogueDiff
{
    /// <param name="facts">The catalogue facts of which the records are all that the source has.</param>
    public static async Task<IReadOnlyList<CatalogueChange>> OfAsync(
        NpgsqlDataSource database, string source, IReadOnlyList<FactSchema> facts, IReadOnlyList<Fact> records, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var changes = new List<CatalogueChange>();
        foreach (var fact in facts)
        {
            var staging = new FactStaging(fact, connection, "", DateTimeOffset.UnixEpoch);
            await staging.EnsureAsync(cancellation);
            foreach (var record in records.Where(r => FactSchema.Of(r) == fact)) await staging.AddAsync(record, cancellation);
            await staging.FlushAsync(cancellation);
            changes.AddRange(await connection.QueryAsync(
                $"""
                with wanted as (
                  select {CatalogueStore.IdOf(fact)} as id, jsonb_strip_nulls({CatalogueStore.AttributesOf(fact)}) as attributes
                  from {FactStaging.Name(fact)}
                ), stated as (
                  select distinct on (id) id, present, attributes from catalog.assertion
                  where entity = '{fact.Name}' and source = $1 and connection = '' and not exact order by id, at desc
                ), held as (
                  select id, attributes from stated where present
                )
                select coalesce(w.id, h.id), h.attributes::text, w.attributes::text
                from wanted w full join held h on h.id = w.id
                where w.attributes is distinct from h.attributes order by 1
                """,
                r => new CatalogueChange(fact.Name, r.GetString(0), Attributes(r, 1), Attributes(r, 2)), cancellation, source));
        }

        return changes;
    }

    private static Dictionary<string, string>? Attributes(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : CatalogueLog.Attributes(row.GetString(column));
}
