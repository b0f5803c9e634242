using Metrics.Kpis;
using Metrics.Model;
using Metrics.Scorecards.Editions;
using Metrics.Storage;

namespace Metrics.Scorecards;

/// <summary>The records that a scorecard lists beside its figures, as of its moment.</summary>
/// <param name="Incidents">Of severity 1 and 2, detected in the period; the worst first, then the oldest.</param>
/// <param name="SchemaChanges">By kind, of the period.</param>
/// <param name="Sources">What delivers, and how it does.</param>
public sealed record ScorecardRecords(
    IReadOnlyList<IncidentStory> Incidents, IReadOnlyList<SchemaChangeCount> SchemaChanges, IReadOnlyList<SourceState> Sources)
{
    private const string IncidentKpi = "incident_rate";

    /// <summary>Reads them from the view that the figures are of.</summary>
    internal static async Task<ScorecardRecords> ReadAsync(KpiCut cut, Period period, ScorecardScope scope, CancellationToken cancellation) => new(
        await IncidentsAsync(cut, period, scope, cancellation),
        await SchemaChangesAsync(cut, period, scope, cancellation),
        await SourcesAsync(cut, cancellation));

    /// <summary>Those that the incident rate has looked at, whether they count in it or not.</summary>
    private static async Task<IReadOnlyList<IncidentStory>> IncidentsAsync(
        KpiCut cut, Period period, ScorecardScope scope, CancellationToken cancellation)
    {
        if (cut.Definitions.All(d => d.Id != IncidentKpi)) return [];
        var where = ScopedFigures.Where(scope);
        var records = (await cut.EvidenceAsync(IncidentKpi, period, new Dictionary<Dimension, string?>(), cancellation))
            .Where(o => KpiEvaluator.Matches(o.Cell, where)).Select(o => o.Record).OfType<SourceRecord>().Distinct().ToList();
        string[] sources = [.. records.Select(r => r.Source)], connections = [.. records.Select(r => r.Connection)], keys = [.. records.Select(r => r.Key)];
        var actions = (await cut.Connection.QueryAsync(
            """
            select a.source, a.connection, a.incident_id, coalesce(a.title, a.action_id), a.due_on
            from fact.postmortem_action a join unnest($1::text[], $2::text[], $3::text[]) as k(source, connection, incident_id) using (source, connection, incident_id)
            where a.deleted_at is null and coalesce(a.status, 'open') = 'open' and (a.completed_on is null or a.completed_on > $4::timestamptz::date)
              and (a.created_at is null or a.created_at <= $4)
            order by a.due_on nulls last, a.action_id
            """,
            r => (Key: (r.GetString(0), r.GetString(1), r.GetString(2)), Action: new PromisedAction(r.GetString(3), r.IsDBNull(4) ? null : r.GetFieldValue<DateOnly>(4))),
            cancellation, sources, connections, keys, cut.AsOf)).ToLookup(a => a.Key, a => a.Action);
        return await cut.Connection.QueryAsync(
            """
            select i.source, i.connection, i.incident_id, i.title, i.severity, i.team, i.datasets, i.started_at, i.detected_at, i.acknowledged_at, i.resolved_at,
              i.detected_by, i.cause, i.postmortem_published_at
            from fact.incident i join unnest($1::text[], $2::text[], $3::text[]) as k(source, connection, incident_id) using (source, connection, incident_id)
            where i.deleted_at is null and coalesce(i.status, '') not in ('false_alarm', 'duplicate')
            order by i.severity, coalesce(i.started_at, i.detected_at), i.incident_id
            """, Read, cancellation, sources, connections, keys);

        IncidentStory Read(Npgsql.NpgsqlDataReader row)
        {
            return new IncidentStory(row.GetString(2))
            {
                Title = Text(3),
                Severity = row.IsDBNull(4) ? null : row.GetInt32(4),
                Team = Text(5),
                Datasets = row.GetFieldValue<string[]>(6),
                Started = Moment(7),
                Detected = Moment(8),
                Acknowledged = Moment(9),
                Restored = Moment(10),
                DetectedBy = Text(11)?.Replace('_', ' '),
                Cause = Text(12)?.Replace('_', ' '),
                Postmortem = Moment(13),
                OpenActions = [.. actions[(row.GetString(0), row.GetString(1), row.GetString(2))]],
            };

            string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);

            DateTimeOffset? Moment(int column) =>
                row.IsDBNull(column) || row.GetFieldValue<DateTimeOffset>(column) > cut.AsOf ? null : row.GetFieldValue<DateTimeOffset>(column);
        }
    }

    private static async Task<IReadOnlyList<SchemaChangeCount>> SchemaChangesAsync(
        KpiCut cut, Period period, ScorecardScope scope, CancellationToken cancellation)
    {
        var evaluated = period.Evaluate(cut.Calendar, cut.AsOf);
        if (!evaluated.Begun) return [];
        return await cut.Connection.QueryAsync(
            """
            select c.change, count(*), count(*) filter (where c.breaking),
              count(*) filter (where c.breaking and c.notified_at <= $4 and c.notified_at < coalesce(c.effective_at, c.detected_at + interval '1 hour 1 microsecond'))
            from (select *, coalesce(effective_at, detected_at) as at from fact.schema_change where deleted_at is null and change is not null) c
            where c.at >= $1 and c.at < $2 and c.at <= $4 and ($3::text = '' or exists (
              select from catalog.version v
              where v.entity = 'dataset' and v.valid @> c.at and v.attributes->>$5 = $3 and v.id = coalesce((
                select a.target from catalog.alias a where a.kind = 'dataset' and a.name = c.dataset and a.namespace in (c.source, '')
                order by a.namespace desc limit 1), c.dataset)))
            group by c.change order by count(*) desc, c.change
            """,
            r => new SchemaChangeCount(r.GetString(0).Replace('_', ' '), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3)), cancellation,
            evaluated.Evaluated.Start, evaluated.Evaluated.End, scope.Name, cut.AsOf, scope.Kind == ScopeKind.Domain ? "domain" : "team");
    }

    private static async Task<IReadOnlyList<SourceState>> SourcesAsync(KpiCut cut, CancellationToken cancellation) => await cut.Connection.QueryAsync(
        """
        select b.source, b.connection, count(*), coalesce(sum(b.rows_new + b.rows_changed), 0)::bigint, coalesce(sum(b.rows_rejected), 0)::bigint, max(b.committed_at)
        from ingest.batch b where b.state = 'committed' and b.way in ('import', 'pull', 'push') group by 1, 2 order by 1, 2
        """,
        r => new SourceState(r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetFieldValue<DateTimeOffset>(5)), cancellation);
}

/// <summary>A severe incident from its beginning to what was learnt from it. Times that are not known are null.</summary>
/// <param name="Key">As its source names it.</param>
public sealed record IncidentStory(string Key)
{
    public string? Title { get; init; }

    /// <summary>1 is the worst.</summary>
    public int? Severity { get; init; }

    public string? Team { get; init; }

    public IReadOnlyList<string> Datasets { get; init; } = [];

    /// <summary>When the impact began.</summary>
    public DateTimeOffset? Started { get; init; }

    public DateTimeOffset? Detected { get; init; }

    public DateTimeOffset? Acknowledged { get; init; }

    /// <summary>Null too while it lasts.</summary>
    public DateTimeOffset? Restored { get; init; }

    /// <summary>In words: <c>monitoring</c>.</summary>
    public string? DetectedBy { get; init; }

    /// <summary>In words: <c>data platform</c>.</summary>
    public string? Cause { get; init; }

    /// <summary>When its postmortem was published.</summary>
    public DateTimeOffset? Postmortem { get; init; }

    /// <summary>What was promised in it and is not done.</summary>
    public IReadOnlyList<PromisedAction> OpenActions { get; init; } = [];

    /// <summary>What times after it are told by: when the impact began or, where that is not known, when it was detected.</summary>
    public DateTimeOffset? Beginning => Started ?? Detected;
}

/// <summary>An action of a postmortem.</summary>
public sealed record PromisedAction(string Title, DateOnly? DueOn);

/// <summary>Schema changes of one kind.</summary>
/// <param name="Kind">In words: <c>column removed</c>.</param>
/// <param name="Breaking">Those that break who reads the dataset.</param>
/// <param name="Announced">Breaking ones that were announced in time.</param>
public sealed record SchemaChangeCount(string Kind, long Changes, long Breaking, long Announced);

/// <summary>What a source has delivered.</summary>
/// <param name="Payloads">Files, pages and events.</param>
/// <param name="Records">New and changed ones.</param>
/// <param name="Rejected">Records that could not be read.</param>
public sealed record SourceState(string Source, string Connection, long Payloads, long Records, long Rejected, DateTimeOffset LastAt);
