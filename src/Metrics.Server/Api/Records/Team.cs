using Metrics.GraphQL;
using Metrics.GraphQL.Execution;

namespace Metrics.Server.Api.Records;

/// <summary>A team that owns datasets and pipelines, as the catalogue has it now.</summary>
[From("analyst.team v")]
public sealed record Team : INode
{
    /// <summary>The catalogue's name of it.</summary>
    [ID, Sql("v.team")]
    public required string Id { get; init; }

    public string? Name { get; init; }

    public string? Domain { get; init; }

    [GraphQLIgnore]
    public required DateTimeOffset ValidFrom { get; init; }

    [GraphQLIgnore]
    public required DateTimeOffset ValidTo { get; init; }

    [ID]
    public string NodeId => Records.NodeId.Of(nameof(Team), Id);

    /// <summary>The datasets that it owns.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public Task<Connection<Dataset>> GetDatasetsAsync(PagingArguments page, ResolverContext context) => context.PageAsync(page, Id, (see, ids) =>
        see.Datasets.Where(d => ids.Contains(d.TeamId!)).Select(d => new Related<string, Dataset> { Key = d.TeamId!, Row = d }));

    /// <summary>The pipelines that it owns.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public Task<Connection<Pipeline>> GetPipelinesAsync(PagingArguments page, ResolverContext context) => context.PageAsync(page, Id, (see, ids) =>
        see.Pipelines.Where(p => ids.Contains(p.TeamId!)).Select(p => new Related<string, Pipeline> { Key = p.TeamId!, Row = p }));

    /// <summary>The incidents that it answered, latest first.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public Task<Connection<Incident>> GetIncidentsAsync(PagingArguments page, ResolverContext context) => context.PageAsync(page, Id, (see, ids) =>
        see.Incidents.Where(i => ids.Contains(i.TeamId!)).Select(i => new Related<string, Incident> { Key = i.TeamId!, Row = i }));

    /// <summary>Its pull requests, latest first.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public Task<Connection<PullRequest>> GetPullRequestsAsync(PagingArguments page, ResolverContext context) => context.PageAsync(page, Id, (see, ids) =>
        see.PullRequests.Where(p => ids.Contains(p.TeamId!)).Select(p => new Related<string, PullRequest> { Key = p.TeamId!, Row = p }));
}
