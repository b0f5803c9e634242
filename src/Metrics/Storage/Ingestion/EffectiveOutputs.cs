using Metrics.Model.Facts;
using Npgsql;

namespace Metrics.Storage.Ingestion;

/// <summary>
/// Keeps <c>fact.effective_output</c>: what each attempt did to each dataset. An attempt's own <c>run_output</c> rows say it;
/// without any, its state holds for each of its datasets, or for its pipeline's.
/// </summary>
internal sealed class EffectiveOutputs(NpgsqlConnection connection, Touches touches)
{
    private const string Attempt = "source, connection, pipeline, run_id, attempt";

    private long gathered;

    /// <summary>Attempts whose outputs may have changed are gathered first, from changed rows …</summary>
    public Task AddAsync(string changes, CancellationToken cancellation) =>
        GatherAsync($"select {Attempt} from {changes}", cancellation);

    /// <summary>… and from pipelines whose list of outputs has changed.</summary>
    public Task AddPipelinesAsync(string pipelines, CancellationToken cancellation) =>
        GatherAsync(
            $"""
            select r.source, r.connection, r.pipeline, r.run_id, r.attempt
            from fact.pipeline_run r join {pipelines} p
              on p.source = r.source and p.connection = r.connection and p.pipeline = r.pipeline
            where cardinality(r.datasets) = 0
            """, cancellation);

    /// <summary>Datasets that got another name.</summary>
    public Task AddDatasetsAsync(IReadOnlyList<string> names, CancellationToken cancellation) =>
        GatherAsync(
            $"""
            select {Attempt} from fact.effective_output where dataset = any($1)
            union select {Attempt} from fact.run_output where dataset = any($1)
            """, cancellation, names);

    public async Task RefreshAsync(CancellationToken cancellation)
    {
        if (gathered == 0) return;
        await connection.ExecuteAsync(
            $"create temporary table affected_attempt on commit drop as select distinct {Attempt} from gathered_attempt", cancellation);
        await connection.ExecuteAsync("analyze affected_attempt", cancellation);
        await connection.ExecuteAsync(
            $"""
            create temporary table output_now on commit drop as
            with own as (
              select o.source, o.connection, o.pipeline, o.run_id, o.attempt, o.dataset, coalesce(o.state, r.state) as state,
                coalesce(o.ended_at, r.ended_at) as ended_at, o.rows_written, o.batch
              from affected_attempt a
              join fact.run_output o on {Same("o", "a")} and o.deleted_at is null
              left join fact.pipeline_run r on {Same("r", "a")} and r.deleted_at is null
            ), implied as (
              select r.source, r.connection, r.pipeline, r.run_id, r.attempt, d.dataset, r.state, r.ended_at,
                case when cardinality(l.datasets) = 1 then r.rows_written end as rows_written, r.batch
              from affected_attempt a
              join fact.pipeline_run r on {Same("r", "a")} and r.deleted_at is null
              left join catalog.version p on p.entity = 'pipeline' and p.source = r.source and p.connection = r.connection
                and p.id = r.pipeline and cardinality(r.datasets) = 0
                and p.valid @> coalesce(r.scheduled_for, r.started_at, r.ended_at)
              cross join lateral (select case when cardinality(r.datasets) > 0 then r.datasets
                else array(select jsonb_array_elements_text(nullif(p.attributes->'datasets', 'null'))) end as datasets) l
              cross join lateral unnest(l.datasets) as d(dataset)
              where not exists (select 1 from fact.run_output o where {Same("o", "a")} and o.deleted_at is null)
            )
            select source, connection, pipeline, run_id, attempt,
              coalesce((select x.target from catalog.alias x where x.kind = 'dataset' and x.name = dataset
                and x.namespace in (source, '') order by x.namespace desc limit 1), dataset) as dataset,
              state, ended_at, rows_written, batch
            from (select * from own union all select * from implied) o
            """, cancellation);
        await connection.ExecuteAsync(
            $"""
            create temporary table output_before on commit drop as
            with gone as (delete from fact.effective_output e using affected_attempt a where {Same("e", "a")} returning e.*)
            select * from gone
            """, cancellation);
        await connection.ExecuteAsync($"insert into fact.effective_output select * from output_now order by {Attempt}", cancellation);
        await touches.MarkAsync(
            "run_output", "run_output",
            """
            select ended_at as at from (
              (select dataset, state, ended_at from output_now except all select dataset, state, ended_at from output_before)
              union all
              (select dataset, state, ended_at from output_before except all select dataset, state, ended_at from output_now)
            ) d where ended_at is not null
            """, cancellation);
    }

    private async Task GatherAsync(string attempts, CancellationToken cancellation, params object?[] arguments)
    {
        await connection.ExecuteAsync(
            """
            create temporary table if not exists gathered_attempt (
              source text, connection text, pipeline text, run_id text, attempt integer) on commit drop
            """, cancellation);
        gathered += await connection.ExecuteAsync($"insert into gathered_attempt {attempts}", cancellation, arguments);
    }

    private static string Same(string left, string right) =>
        string.Join(" and ", FactSchema.Of<RunOutput>().Keys.Where(k => k.Name != "dataset").Select(k => k.IsRequired
                ? $"{left}.{k.Name} = {right}.{k.Name}"
                : $"{left}.{k.Name} is not distinct from {right}.{k.Name}")
            .Prepend($"{left}.connection = {right}.connection").Prepend($"{left}.source = {right}.source"));
}
