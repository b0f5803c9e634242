using Metrics.Model.Facts;

namespace Metrics.Storage;

/// <summary>
/// What analysts' SQL reads: one view per fact under its singular name, without tombstones and personal columns; of those
/// about a person only <c>…_given</c>, whether there is one. Catalogue facts show every version with <c>valid_from</c> and
/// <c>valid_to</c>. <c>record</c> names the row as evidence.
/// </summary>
internal static class FactViews
{
    private const string BatchesOfCut =
        "(select b.batch from ingest.batch b where pg_visible_in_snapshot(b.committed_xid, current_setting('metrics.cut')::pg_snapshot))";

    private const string OfEdition = "where edition = current_setting('metrics.edition')::bigint";

    /// <summary>The facts as they are.</summary>
    public static string Create(FactSchema fact) => Create(
        fact, FactTables.ViewSchema, FactTables.Table(fact), $"{FactTables.Schema}.effective_output", "catalog.version", "catalog.alias");

    /// <summary>The facts as a published edition saw them: of every changed row the version that its data cut holds.</summary>
    public static string CreateAsPublished(FactSchema fact)
    {
        var table = FactTables.Table(fact);
        return Create(
            fact, FactTables.PublishedSchema,
            $"""
            (select * from {table} where batch in {BatchesOfCut}
              union all
              select (jsonb_populate_record(null::{table}, h."row")).* from fact.history h
              where h.fact = '{fact.Name}' and h.batch_from in {BatchesOfCut} and h.batch_to not in {BatchesOfCut}) r
            """,
            """
            (select source, connection, pipeline, run_id, attempt, dataset, state, ended_at, rows_written, batch, since, null::xid8 as until
              from fact.effective_output where pg_visible_in_snapshot(since, current_setting('metrics.cut')::pg_snapshot)
              union all
              select source, connection, pipeline, run_id, attempt, dataset, state, ended_at, rows_written, batch, since, until
              from fact.output_history where pg_visible_in_snapshot(since, current_setting('metrics.cut')::pg_snapshot)
                and not pg_visible_in_snapshot(until, current_setting('metrics.cut')::pg_snapshot)) o
            """,
            $"(select * from scorecard.catalogue {OfEdition}) v", $"(select * from scorecard.alias {OfEdition})");
    }

    private static string Create(FactSchema fact, string schema, string rows, string outputs, string versions, string aliases) =>
        $"create view {schema}.{FactTables.Quote(fact.Name)} as " + fact switch
        {
            { Name: "run_output" } => Outputs(fact, outputs),
            { Catalogue: not null } => Versions(fact, versions, aliases),
            _ => Rows(fact, rows, aliases),
        };

    private static string Rows(FactSchema fact, string rows, string aliases) =>
        $"""
        select source, connection, {string.Join(", ", Shown(fact).Select(c => Column(c, aliases)))},
          jsonb_build_array('{fact.Name}', source, connection, batch, {Keys(fact)})::text as record
        from {rows} where deleted_at is null
        """;

    private static string Outputs(FactSchema fact, string outputs) =>
        $"""
        select source, connection, {string.Join(", ", Shown(fact).Select(c => FactTables.Quote(c.Name)))},
          jsonb_build_array('{fact.Name}', source, connection, batch, {Keys(fact)})::text as record
        from {outputs}
        """;

    private static string Versions(FactSchema fact, string versions, string aliases)
    {
        var columns = Shown(fact).Where(c => c.Name != "valid_from").Select(c => c.IsPersonal
            ? $"attributes->>'{c.Name}' is not null as {Given(c)}"
            : $"{Value(c, aliases)} as {FactTables.Quote(c.Name)}");
        var lower = fact.Columns.Any(c => c.Name == "valid_from" && !c.IsKey)
            ? "greatest(lower(valid), (attributes->>'valid_from')::timestamptz)"
            : "lower(valid)";
        return
            $"""
            select source, connection, {string.Join(", ", columns)},
              coalesce({lower}, '-infinity') as valid_from, coalesce(upper(valid), 'infinity') as valid_to,
              jsonb_build_array('{fact.Name}', origin, connection, batch, id)::text as record
            from {versions} where entity = '{fact.Name}'
            """;
    }

    private static string Value(FactColumn column, string aliases)
    {
        var text = $"attributes->>'{column.Name}'";
        if (column.IsList)
        {
            return $"array(select jsonb_array_elements_text(nullif(attributes->'{column.Name}', 'null')))";
        }

        return column.Name is "dataset" or "upstream" or "downstream" ? Dataset(text, aliases) : $"({text})::{PgType.Of(column).Name}";
    }

    private static string Dataset(string name, string aliases) =>
        $"coalesce((select a.target from {aliases} a where a.kind = 'dataset' and a.name = {name} " +
        $"and a.namespace in (source, '') order by a.namespace desc limit 1), {name})";

    /// <summary>A hash that stands for a person says nothing; whether somebody is named can matter.</summary>
    private static IEnumerable<FactColumn> Shown(FactSchema fact) => fact.Columns.Where(c => !c.IsRedacted);

    /// <summary>A dataset is shown under the catalogue's own name, so that facts can be joined to it.</summary>
    private static string Column(FactColumn column, string aliases) => column switch
    {
        { IsPersonal: true } => $"{FactTables.Quote(column.Name)} is not null as {Given(column)}",
        { Name: "dataset" } => $"{Dataset("dataset", aliases)} as dataset",
        _ => FactTables.Quote(column.Name),
    };

    private static string Given(FactColumn column) => FactTables.Quote(column.Name + "_given");

    private static string Keys(FactSchema fact) => string.Join(", ", fact.Keys.Select(k => FactTables.Quote(k.Name)));
}
