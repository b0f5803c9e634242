using Metrics.Model.Facts;

namespace Metrics.Storage;

/// <summary>
/// What analysts' SQL reads: one view per fact under its singular name, without tombstones and personal columns; of those
/// about a person only <c>…_given</c>, whether there is one. Catalogue facts show every version with <c>valid_from</c> and
/// <c>valid_to</c>. <c>record</c> names the row as evidence.
/// </summary>
internal static class FactViews
{
    public static string Create(FactSchema fact) =>
        $"create view {FactTables.ViewSchema}.{FactTables.Quote(fact.Name)} as " + fact switch
        {
            { Name: "run_output" } => Outputs(fact),
            { Catalogue: not null } => Versions(fact),
            _ => Rows(fact),
        };

    private static string Rows(FactSchema fact) =>
        $"""
        select source, connection, {string.Join(", ", Shown(fact).Select(Column))},
          jsonb_build_array('{fact.Name}', source, connection, batch, {Keys(fact)})::text as record
        from {FactTables.Table(fact)} where deleted_at is null
        """;

    private static string Outputs(FactSchema fact) =>
        $"""
        select source, connection, {string.Join(", ", Shown(fact).Select(c => FactTables.Quote(c.Name)))},
          jsonb_build_array('{fact.Name}', source, connection, batch, {Keys(fact)})::text as record
        from {FactTables.Schema}.effective_output
        """;

    private static string Versions(FactSchema fact)
    {
        var columns = Shown(fact).Where(c => c.Name != "valid_from").Select(c => c.IsPersonal
            ? $"attributes->>'{c.Name}' is not null as {Given(c)}"
            : $"{Value(c)} as {FactTables.Quote(c.Name)}");
        var lower = fact.Columns.Any(c => c.Name == "valid_from" && !c.IsKey)
            ? "greatest(lower(valid), (attributes->>'valid_from')::timestamptz)"
            : "lower(valid)";
        return
            $"""
            select source, connection, {string.Join(", ", columns)},
              coalesce({lower}, '-infinity') as valid_from, coalesce(upper(valid), 'infinity') as valid_to,
              jsonb_build_array('{fact.Name}', origin, connection, batch, id)::text as record
            from catalog.version where entity = '{fact.Name}'
            """;
    }

    private static string Value(FactColumn column)
    {
        var text = $"attributes->>'{column.Name}'";
        if (column.IsList)
        {
            return $"array(select jsonb_array_elements_text(nullif(attributes->'{column.Name}', 'null')))";
        }

        return column.Name is "dataset" or "upstream" or "downstream" ? Dataset(text) : $"({text})::{PgType.Of(column).Name}";
    }

    private static string Dataset(string name) =>
        $"coalesce((select a.target from catalog.alias a where a.kind = 'dataset' and a.name = {name} " +
        $"and a.namespace in (source, '') order by a.namespace desc limit 1), {name})";

    /// <summary>A hash that stands for a person says nothing; whether somebody is named can matter.</summary>
    private static IEnumerable<FactColumn> Shown(FactSchema fact) => fact.Columns.Where(c => !c.IsRedacted);

    /// <summary>A dataset is shown under the catalogue's own name, so that facts can be joined to it.</summary>
    private static string Column(FactColumn column) => column switch
    {
        { IsPersonal: true } => $"{FactTables.Quote(column.Name)} is not null as {Given(column)}",
        { Name: "dataset" } => $"{Dataset("dataset")} as dataset",
        _ => FactTables.Quote(column.Name),
    };

    private static string Given(FactColumn column) => FactTables.Quote(column.Name + "_given");

    private static string Keys(FactSchema fact) => string.Join(", ", fact.Keys.Select(k => FactTables.Quote(k.Name)));
}
