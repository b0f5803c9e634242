using Npgsql;

namespace Metrics.Storage;

/// <summary>
/// The views of the schema <c>bi</c>, for trusted tools that read with SQL. They stand on the analysts' views, which hold nothing
/// personal, and are made anew with these; whoever may read the schema may read the new ones too.
/// </summary>
internal static class BiViews
{
    private const string Schema = "bi";

    private const string Now = "valid_from <= now() and now() < valid_to";

    /// <summary>Name and SELECT, in the order in which they are made.</summary>
    internal static readonly (string Name, string Select)[] All =
    [
        // One row per KPI, day and cell: sums, so that they add up over days and cells, which medians do not.
        ("kpi_daily",
            """
            select d.kpi, d.day, c.tier, c.team, c.domain, case when cardinality(c.datasets) = 1 then c.datasets[1] end as dataset, c.datasets,
              c.data_product, c.pipeline, c.severity, c.service, c.unit, c.measure, c.stakeholder_group,
              d.numerator, d.denominator, d.n, d.excluded_n as excluded
            from kpi.daily d join kpi.cell c using (cell) join bi.kpi k on k.kpi = d.kpi and not k.about_people
            where d.level = 2
            """),

        // The figures of published scorecards, of every edition; what is suppressed there is left out here.
        ("published_value",
            """
            select e.scope_kind, nullif(e.scope, '') as scope, e.period as scorecard, e.number as edition, e.state = 'published' as is_latest, e.published_at,
              v.kpi, v.period, (v.grouping->>'tier')::integer as tier, v.grouping->>'team' as team, v.grouping->>'domain' as domain,
              v.grouping->>'dataset' as dataset, v.grouping as breakdown,
              v.value, v.adjusted, v.numerator, v.denominator, v.n, v.lower, v.upper, v.target, v.status, v.definition
            from scorecard.value v join scorecard.edition e using (edition)
            where e.published_at is not null and not coalesce((v.figure->>'suppressed')::boolean, false)
            """),
        ("dataset", $"select dataset, name, tier, team, domain, data_product, classification, lifecycle, description from analyst.dataset where {Now}"),
        ("team", $"select team, name, domain from analyst.team where {Now}"),
        ("pipeline", $"select source, connection, pipeline, name, team, schedule, system, datasets from analyst.pipeline where {Now}"),
        ("pipeline_run",
            "select source, connection, pipeline, run_id, attempt, scheduled_for, started_at, ended_at, state, trigger, datasets, rows_written, bytes_written from analyst.pipeline_run"),
        ("incident", "select * from analyst.incident"),
        ("check_result", "select * from analyst.check_result"),
        ("change", "select * from analyst.change"),
        ("cost", "select * from analyst.cost"),
        ("schema_change", "select * from analyst.schema_change"),
    ];

    public static async Task EnsureAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        foreach (var (name, _) in All.Reverse()) await connection.ExecuteAsync($"drop view if exists {Schema}.{name}", cancellation);
        foreach (var (name, select) in All) await connection.ExecuteAsync($"create view {Schema}.{name} as {select}", cancellation);
    }

    /// <summary>Lets a login read the schema, also what is added to it later, and nothing else.</summary>
    public static async Task GrantAsync(NpgsqlConnection connection, string role, CancellationToken cancellation)
    {
        var quoted = FactTables.Quote(role);
        await connection.ExecuteAsync($"grant usage on schema {Schema} to {quoted}", cancellation);
        await connection.ExecuteAsync($"grant select on all tables in schema {Schema} to {quoted}", cancellation);
        await connection.ExecuteAsync($"alter default privileges in schema {Schema} grant select on tables to {quoted}", cancellation);
    }
}
