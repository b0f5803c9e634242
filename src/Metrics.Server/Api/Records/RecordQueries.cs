using Metrics.GraphQL;
using Microsoft.EntityFrameworkCore;

namespace Metrics.Server.Api.Records;

/// <summary>The catalogue as it is now and the records that sources delivered, each list filtered, sorted and paged in the database.</summary>
[QueryType]
internal static class RecordQueries
{
    /// <summary>The teams of the catalogue.</summary>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000), UseFiltering, UseSorting]
    public static IQueryable<Team> GetTeams(Visible see) => see.Teams;

    /// <summary>One team; null where there is none of that id.</summary>
    public static Task<Team?> GetTeamAsync([ID] string id, Visible see, CancellationToken cancellation) =>
        see.Teams.FirstOrDefaultAsync(t => t.Id == id, cancellation);

    /// <summary>Every dataset as the catalogue has it now.</summary>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000), UseFiltering, UseSorting]
    public static IQueryable<Dataset> GetDatasets(Visible see) => see.Datasets;

    /// <summary>One dataset as the catalogue has it now; null where there is none of that id.</summary>
    public static Task<Dataset?> GetDatasetAsync([ID] string id, Visible see, CancellationToken cancellation) =>
        see.Datasets.FirstOrDefaultAsync(d => d.Id == id, cancellation);

    /// <summary>The pipelines of the catalogue.</summary>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000), UseFiltering, UseSorting]
    public static IQueryable<Pipeline> GetPipelines(Visible see) => see.Pipelines;

    /// <summary>The runs of pipelines, every attempt, latest first.</summary>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000), UseFiltering, UseSorting]
    public static IQueryable<Run> GetRuns(Visible see) => see.Runs;

    /// <summary>The data-quality checks of the catalogue.</summary>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000), UseFiltering, UseSorting]
    public static IQueryable<Check> GetChecks(Visible see) => see.Checks;

    /// <summary>The incidents, latest first.</summary>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000), UseFiltering, UseSorting]
    public static IQueryable<Incident> GetIncidents(Visible see) => see.Incidents;

    /// <summary>The pull requests, latest first.</summary>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000), UseFiltering, UseSorting]
    public static IQueryable<PullRequest> GetPullRequests(Visible see) => see.PullRequests;

    /// <summary>The changes deployed to the platform, latest first.</summary>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000), UseFiltering, UseSorting]
    public static IQueryable<Change> GetChanges(Visible see) => see.Changes;

    /// <summary>The charges, latest first.</summary>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000), UseFiltering, UseSorting]
    public static IQueryable<Cost> GetCosts(Visible see) => see.Costs;

    /// <summary>The requests for access, latest first.</summary>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000), UseFiltering, UseSorting]
    public static IQueryable<AccessRequest> GetAccessRequests(Visible see) => see.AccessRequests;

    /// <summary>The changes of schemas, latest first.</summary>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000), UseFiltering, UseSorting]
    public static IQueryable<SchemaChange> GetSchemaChanges(Visible see) => see.SchemaChanges;

    /// <summary>The payloads that arrived, latest first; only for callers who see the whole organisation.</summary>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000), UseFiltering, UseSorting]
    public static IQueryable<IngestBatch> GetBatches(Visible see) => see.Batches;
}
