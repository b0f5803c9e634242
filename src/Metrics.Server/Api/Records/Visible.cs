using Metrics.Model;
using Metrics.Server.Hosting;

namespace Metrics.Server.Api.Records;

/// <summary>
/// The rows that the caller may see, in their usual order: the only way from the API to the tables, so that no field can forget the
/// limit. A record is seen if its own team, or the team or domain of one of its datasets, is; by the catalogue as it is now. What
/// belongs to nobody, and what is the whole organisation's, is for callers without a limit.
/// </summary>
internal sealed partial class Visible(GraphContext context, RowLimit limit, Product product)
{
    private readonly DateTimeOffset now = product.Clock.GetUtcNow();
    private readonly List<string> teams = [.. limit.Teams];
    private readonly List<string> domains = [.. limit.Domains];

    /// <summary>Whether the caller sees the whole organisation.</summary>
    public bool SeesEverything => limit.IsEverything;

    private IQueryable<Team> TeamsNow => context.Set<Team>().Where(t => t.ValidFrom <= now && now < t.ValidTo);

    private IQueryable<Dataset> DatasetsNow => context.Set<Dataset>().Where(d => d.ValidFrom <= now && now < d.ValidTo);

    /// <summary>The teams whose records are seen.</summary>
    private IQueryable<string> TeamIds => TeamsNow.Where(t => teams.Contains(t.Id) || domains.Contains(t.Domain!)).Select(t => t.Id);

    /// <summary>The datasets whose records are seen; one without a domain has its team's.</summary>
    private IQueryable<string> DatasetIds => DatasetsNow
        .Where(d => teams.Contains(d.TeamId!) || domains.Contains(d.Domain!) || (d.Domain == null && TeamIds.Contains(d.TeamId!)))
        .Select(d => d.Id);

    public IQueryable<Team> Teams => Only(TeamsNow, rows => rows.Where(t => TeamIds.Contains(t.Id))).OrderBy(t => t.Id);

    public IQueryable<Dataset> Datasets => Only(DatasetsNow, rows => rows.Where(d => DatasetIds.Contains(d.Id))).OrderBy(d => d.Id);

    public IQueryable<LineageEdge> Lineage => context.Set<LineageEdge>().Where(l => l.ValidFrom <= now && now < l.ValidTo);

    private IQueryable<Pipeline> PipelinesOwned => Only(
        context.Set<Pipeline>().Where(p => p.ValidFrom <= now && now < p.ValidTo),
        rows => rows.Where(p => teams.Contains(p.TeamId!) || TeamIds.Contains(p.TeamId!) || p.DatasetIds.Any(d => DatasetIds.Contains(d))));

    public IQueryable<Pipeline> Pipelines => PipelinesOwned.OrderBy(p => p.Id).ThenBy(p => p.SourceSystem).ThenBy(p => p.Connection);

    private IQueryable<Run> RunsOwned => Only(context.Set<Run>(), rows => rows.Where(r =>
        PipelinesOwned.Any(p => p.Id == r.PipelineId && p.SourceSystem == r.SourceSystem && p.Connection == r.Connection)
        || Outputs.Any(o => o.PipelineId == r.PipelineId && o.RunId == r.RunId && o.Attempt == r.Attempt && o.SourceSystem == r.SourceSystem && o.Connection == r.Connection)));

    public IQueryable<Run> Runs => RunsOwned
        .OrderByDescending(r => r.StartedAt).ThenBy(r => r.PipelineId).ThenBy(r => r.RunId).ThenBy(r => r.Attempt).ThenBy(r => r.SourceSystem).ThenBy(r => r.Connection);

    /// <summary>The runs of one pipeline. Not by a column that has an index: the database would look for them among those of all pipelines, and for one that has stopped to run in vain.</summary>
    public IQueryable<Run> PipelineRuns => RunsOwned
        .OrderByDescending(r => r.At).ThenBy(r => r.RunId).ThenBy(r => r.Attempt).ThenBy(r => r.PipelineId).ThenBy(r => r.SourceSystem).ThenBy(r => r.Connection);

    /// <summary>The runs of datasets, each of which is there once for each attempt on it; last ends first.</summary>
    public IQueryable<DatasetRun> DatasetRuns => Only(context.Set<DatasetRun>(), rows => rows.Where(r => DatasetIds.Contains(r.DatasetId)))
        .OrderByDescending(r => r.DoneAt).ThenBy(r => r.PipelineId).ThenBy(r => r.RunId).ThenBy(r => r.Attempt).ThenBy(r => r.SourceSystem).ThenBy(r => r.Connection);

    public IQueryable<RunOutput> Outputs => Only(context.Set<RunOutput>(), rows => rows.Where(o => DatasetIds.Contains(o.DatasetId)))
        .OrderBy(o => o.DatasetId).ThenBy(o => o.EndedAt).ThenBy(o => o.RunId).ThenBy(o => o.Attempt);

    private IQueryable<Check> ChecksOwned => Only(
        context.Set<Check>().Where(c => c.ValidFrom <= now && now < c.ValidTo), rows => rows.Where(c => DatasetIds.Contains(c.DatasetId!)));

    public IQueryable<Check> Checks => ChecksOwned.OrderBy(c => c.DatasetId).ThenBy(c => c.CheckId).ThenBy(c => c.SourceSystem).ThenBy(c => c.Connection);

    public IQueryable<CheckResult> CheckResults => Only(context.Set<CheckResult>(), rows => rows.Where(r =>
            ChecksOwned.Any(c => c.CheckId == r.CheckId && c.SourceSystem == r.SourceSystem && c.Connection == r.Connection)))
        .OrderByDescending(r => r.RunAt).ThenBy(r => r.CheckId).ThenBy(r => r.SourceSystem).ThenBy(r => r.Connection);

    private IQueryable<Incident> IncidentsOwned => Only(context.Set<Incident>(), rows => rows.Where(i =>
        teams.Contains(i.TeamId!) || TeamIds.Contains(i.TeamId!) || i.DatasetIds.Any(d => DatasetIds.Contains(d))));

    public IQueryable<Incident> Incidents => IncidentsOwned
        .OrderByDescending(i => i.DetectedAt).ThenBy(i => i.IncidentId).ThenBy(i => i.SourceSystem).ThenBy(i => i.Connection);

    public IQueryable<PostmortemAction> PostmortemActions => Only(context.Set<PostmortemAction>(), rows => rows.Where(a =>
            IncidentsOwned.Any(i => i.IncidentId == a.IncidentId && i.SourceSystem == a.SourceSystem && i.Connection == a.Connection)))
        .OrderBy(a => a.DueOn).ThenBy(a => a.ActionId).ThenBy(a => a.SourceSystem).ThenBy(a => a.Connection);

    public IQueryable<PullRequest> PullRequests => Only(
            context.Set<PullRequest>(), rows => rows.Where(p => teams.Contains(p.TeamId!) || TeamIds.Contains(p.TeamId!)))
        .OrderByDescending(p => p.OpenedAt).ThenBy(p => p.Repository).ThenBy(p => p.Number).ThenBy(p => p.SourceSystem).ThenBy(p => p.Connection);

    public IQueryable<Change> Changes => Only(context.Set<Change>(), rows => rows.Where(c =>
            teams.Contains(c.TeamId!) || TeamIds.Contains(c.TeamId!) || c.DatasetIds.Any(d => DatasetIds.Contains(d))))
        .OrderByDescending(c => c.DeployedAt).ThenBy(c => c.ChangeId).ThenBy(c => c.SourceSystem).ThenBy(c => c.Connection);

    public IQueryable<Cost> Costs => Only(context.Set<Cost>(), rows => rows.Where(c =>
            teams.Contains(c.TeamId!) || TeamIds.Contains(c.TeamId!) || DatasetIds.Contains(c.DatasetId!)
            || PipelinesOwned.Any(p => p.Id == c.PipelineId && p.SourceSystem == c.SourceSystem && p.Connection == c.Connection)))
        .OrderByDescending(c => c.ChargeStart).ThenBy(c => c.CostId).ThenBy(c => c.SourceSystem).ThenBy(c => c.Connection);

    public IQueryable<AccessRequest> AccessRequests => Only(context.Set<AccessRequest>(), rows => rows.Where(a =>
            teams.Contains(a.TeamId!) || TeamIds.Contains(a.TeamId!) || DatasetIds.Contains(a.DatasetId!)))
        .OrderByDescending(a => a.RequestedAt).ThenBy(a => a.RequestId).ThenBy(a => a.SourceSystem).ThenBy(a => a.Connection);

    public IQueryable<SchemaChange> SchemaChanges => Only(context.Set<SchemaChange>(), rows => rows.Where(c => DatasetIds.Contains(c.DatasetId!)))
        .OrderByDescending(c => c.DetectedAt).ThenBy(c => c.ChangeId).ThenBy(c => c.SourceSystem).ThenBy(c => c.Connection);

    /// <summary>Every batch, for who sees everything.</summary>
    public IQueryable<IngestBatch> Batches => Organisation<IngestBatch>().OrderByDescending(b => b.Number);

    public IQueryable<RejectedRecord> Rejects => Organisation<RejectedRecord>().OrderBy(r => r.Number);

    /// <summary>Those of these numbers. A payload has the records of many teams: its name and counts are for who sees everything.</summary>
    public IQueryable<IngestBatch> BatchesOf(IReadOnlyList<long> numbers) => Organisation<IngestBatch>().Where(b => numbers.Contains(b.Number));

    /// <summary>Texts, such as ids, to ask about each of them.</summary>
    public IQueryable<string> Each(IReadOnlyList<string> texts) => context.Texts(texts);

    /// <inheritdoc cref="Each(IReadOnlyList{string})"/>
    public IQueryable<RecordKey> Each(IReadOnlyList<RecordKey> keys) => context.Keys(keys);

    /// <summary>What belongs to the whole organisation.</summary>
    private IQueryable<T> Organisation<T>() where T : class => Only(context.Set<T>(), rows => rows.Where(_ => false));

    private IQueryable<T> Only<T>(IQueryable<T> rows, Func<IQueryable<T>, IQueryable<T>> limited) => SeesEverything ? rows : limited(rows);
}
