using Metrics.Model.Facts;

namespace Metrics.Storage;

/// <summary>
/// The indexes of the fact tables: by every time, by every reference, and what single questions need; and statistics of the
/// names by which facts are joined to the catalogue.
/// </summary>
internal static class FactIndexes
{
    /// <summary>Fact, name and definition, each of which answers a question that KPIs ask of every record.</summary>
    private static readonly (string Fact, string Name, string Definition)[] Special =
    [
        // Did an attempt come before the one numbered 1? Hardly ever, so that the index is small.
        ("pipeline_run", "before_first", "(source, connection, pipeline, run_id) where attempt is null or attempt < 1"),

        // Which charges of more than two days touch a time? Neither of their ends narrows that down; of the short ones the start does.
        ("cost", "long_charge", "using gist (tstzrange(charge_start, charge_end)) where charge_end - charge_start > interval '2 days'"),
    ];

    /// <summary>Those of a table just made.</summary>
    public static IEnumerable<string> Create(FactSchema fact) =>
        fact.Catalogue is not null
            ? []
            :
            [
                .. fact.Times.Where(t => !t.IsKey).Select(t => $"create index on {FactTables.Table(fact)} ({FactTables.Quote(t.Name)})"),
                .. fact.References.Where(r => !LeadsKey(fact, r)).Select(r =>
                    $"create index on {FactTables.Table(fact)} (source, connection, {string.Join(", ", r.Columns.Select(FactTables.Quote))})"),
            ];

    /// <summary>Those that an older table may lack.</summary>
    public static IEnumerable<string> Ensure(FactSchema fact) =>
        Special.Where(i => i.Fact == fact.Name)
            .Select(i => $"create index if not exists {fact.Name}_{i.Name} on {FactTables.Table(fact)} {i.Definition}")
            .Concat(fact.Catalogue is null ? [] : fact.Keys.Where(k => k.Name != "valid_from").Select(k => Known(fact, k)));

    /// <summary>
    /// An entity's name stands in its JSON, of which the planner knows nothing: it would take them for a handful and sort every
    /// run of a day rather than look its pipeline up.
    /// </summary>
    private static string Known(FactSchema fact, FactColumn key) =>
        $"create statistics if not exists catalog.{fact.Name}_{key.Name}_known on (attributes->>'{key.Name}') from catalog.version";

    private static bool LeadsKey(FactSchema fact, RefersToAttribute reference) =>
        reference.Columns.Zip(fact.Keys, (column, key) => column == key.Name).All(same => same);
}
