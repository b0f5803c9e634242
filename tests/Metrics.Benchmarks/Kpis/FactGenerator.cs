using Metrics.Storage;
using Npgsql;

namespace Metrics.Benchmarks.Kpis;

/// <summary>
/// Writes a company's facts in the server, a month at a time, as imports of its canonical files would have left them. The
/// numbers come from hashes of the row's place, so they are the same in every run.
/// </summary>
internal sealed class FactGenerator(NpgsqlDataSource database, Company company, Action<string> say)
{
    private const int Months = 24;

    public async Task RunAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        for (var month = 0; month < Months; month++)
        {
            say($"Generating month {month + 1} of {Months} …");
            await WriteAsync(connection, "pipeline_runs", Runs, month, company.Scheduled, cancellation);
            await WriteAsync(connection, "costs", Costs, month, company.Costs, cancellation);
            await WriteAsync(connection, "pull_requests", PullRequests, month, company.PullRequests, cancellation);
            await WriteAsync(connection, "incidents", Incidents, month, company.Incidents, cancellation);
        }

        await WriteAsync(connection, "check_results", CheckResults, 0, Months, cancellation);
        say("Analyzing …");
        await connection.ExecuteAsync("vacuum (freeze, analyze)", cancellation);
    }

    /// <summary>Rows number <c>$1</c> up to <c>$2</c> of <c>$3</c>, spread evenly over the time <c>$4</c> to <c>$5</c>, for batch <c>$6</c>.</summary>
    private static async Task WriteAsync(
        NpgsqlConnection connection, string file, string facts, int month, long rows, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var batch = await connection.ScalarAsync<long>(
            """
            insert into ingest.batch (source, name, mode, sha256, state, started_at, committed_at, committed_xid)
            values ('canonical', $1, 'upsert', $2, 'committed', $3, $3, pg_current_xact_id()) returning batch
            """, cancellation, $"{file}-{month + 1}.csv", new string('0', 64), Company.Now);
        var share = file == "check_results" ? (0L, rows) : (rows * month / Months, rows * (month + 1) / Months);
        await connection.ExecuteAsync(
            $"""
            with place as (
              select g, at, abs(hashint8(g)::bigint) as h from (
                select g, $4::timestamptz + ($5::timestamptz - $4::timestamptz) * (g::float8 / $3) as at
                from generate_series($1::bigint, $2::bigint - 1) as g) p
            ), {facts}
            update ingest.batch b set rows_new = d.n, first_at = d.first_at, last_at = d.last_at
            from (select count(*) as n, min(at) as first_at, max(at) as last_at from done) d where batch = $6
            """, cancellation, share.Item1, share.Item2, rows, Company.Start, Company.End, batch);
        await transaction.CommitAsync(cancellation);
    }

    private static string Dataset(string number) => $"'dataset_' || lpad(({number} % {Company.Datasets})::text, 4, '0')";

    private static string Runs =>
        $"""
        attempt as (
          select 'load_' || lpad((g % {Company.Datasets})::text, 4, '0') as pipeline, {Dataset("g")} as dataset,
            'scheduled__' || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') as run_id, 1 as attempt, at as scheduled_for,
            at + make_interval(secs => 5 + h % 60) as started_at, at + make_interval(secs => 90 + h / 7 % 900) as ended_at,
            case when h % 1000 < {Company.FailuresPerThousand} then 'failed' when h % 1000 < 33 then 'skipped'
              when h % 1000 < 36 then 'cancelled' else 'success' end as state,
            case when h % 97 = 0 then 'manual' else 'scheduled' end as trigger, h % 100000 as rows_written,
            case when h % 1000 < {Company.FailuresPerThousand} then 'Connection reset by peer' end as error
          from place
          union all
          select 'load_' || lpad((g % {Company.Datasets})::text, 4, '0'), {Dataset("g")},
            'scheduled__' || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS'), 2, at,
            at + make_interval(secs => 1200 + h % 60), at + make_interval(secs => 1300 + h / 7 % 900), 'success',
            case when h % 97 = 0 then 'manual' else 'scheduled' end, h % 100000, null
          from place where h % 1000 < {Company.FailuresPerThousand} and h / 1000 % 10 < 7
        ), runs as (
          insert into fact.pipeline_run (source, connection, pipeline, run_id, attempt, scheduled_for, started_at, ended_at, state,
            trigger, datasets, rows_written, error, updated_at, batch)
          select 'canonical', '', pipeline, run_id, attempt, scheduled_for, started_at, ended_at, state, trigger, array[]::text[],
            rows_written, error, ended_at, $6 from attempt
        ), outputs as (
          insert into fact.effective_output (source, connection, pipeline, run_id, attempt, dataset, state, ended_at, rows_written, batch)
          select 'canonical', '', pipeline, run_id, attempt, dataset, state, ended_at, rows_written, $6 from attempt
        ), done as (select scheduled_for as at from attempt)
        """;

    private static string Costs =>
        $"""
        done as (insert into fact.cost (source, connection, cost_id, charge_start, charge_end, service, effective_cost, billed_cost, currency,
          dataset, team, updated_at, batch)
        select 'canonical', '', 'cost-' || g, date_trunc('day', at), date_trunc('day', at) + interval '1 day',
          (array['compute', 'storage', 'network', 'licences'])[1 + h % 4], (h % 10000) / 100.0, (h % 10000) / 100.0, 'EUR',
          {Dataset("g")}, 'team_' || lpad((g % {Company.Teams})::text, 2, '0'), at, $6
        from place
        returning charge_start as at)
        """;

    private static string PullRequests =>
        $"""
        done as (insert into fact.pull_request (source, connection, repository, number, title, author_is_bot, team, draft_until, opened_at,
          first_review_at, approved_at, merged_at, closed_at, additions, deletions, is_data_code, updated_at, batch)
        select 'canonical', '', 'repository_' || g % 80, g::text, 'Change ' || g, h % 20 = 0, 'team_' || lpad((g % {Company.Teams})::text, 2, '0'),
          null, at - make_interval(hours => (h % 200)::int), at - make_interval(hours => (h % 100)::int), at - make_interval(hours => (h % 50)::int),
          at, at, (h % 500)::int, (h % 300)::int, h % 30 > 0, at, $6
        from place
        returning merged_at as at)
        """;

    private static string Incidents =>
        $"""
        done as (insert into fact.incident (source, connection, incident_id, title, severity, status, datasets, started_at, detected_at,
          acknowledged_at, resolved_at, detected_by, cause, updated_at, batch)
        select 'canonical', '', 'incident-' || g, 'Incident ' || g, 1 + (h % 5)::int, 'resolved',
          case when h % 3 = 0 then array[{Dataset("h")}, {Dataset("(h / 7)")}] else array[{Dataset("h")}] end,
          at - make_interval(mins => 200), at - make_interval(mins => 190), at - make_interval(mins => 180), at - make_interval(mins => (h % 150)::int),
          (array['monitoring', 'test', 'stakeholder'])[1 + h % 3], (array['data_platform', 'upstream', 'change', 'unknown'])[1 + h / 5 % 4],
          at, $6
        from place
        returning detected_at as at)
        """;

    /// <summary>Every check once a week.</summary>
    private static string CheckResults =>
        """
        done as (insert into fact.check_result (source, connection, check_id, run_at, status, updated_at, batch)
        select 'canonical', '', v.id, w, (array['pass', 'pass', 'pass', 'warn', 'fail'])[1 + abs(hashtext(v.id || w)::bigint) % 5], w, $6
        from catalog.version v cross join generate_series($4::timestamptz, $5::timestamptz, interval '7 days') as w
        where v.entity = 'check' and exists (select 1 from place)
        returning run_at as at)
        """;
}
