using Metrics.GraphQL;
using Metrics.GraphQL.DataLoading;
using Metrics.GraphQL.Execution;
using Metrics.Model.Facts;

namespace Metrics.Server.Api.Records;

/// <summary>A data-quality check, as the catalogue has it now.</summary>
[From("analyst.check v")]
public sealed record Check : SourceRecord, INode
{
    public required string CheckId { get; init; }

    [ID, Sql("v.dataset")]
    public string? DatasetId { get; init; }

    public CheckKind? Kind { get; init; }

    public string? Column { get; init; }

    [Sql("coalesce(v.enabled, true)")]
    public required bool Enabled { get; init; }

    public DateTimeOffset? Since { get; init; }

    [GraphQLIgnore]
    public required DateTimeOffset ValidFrom { get; init; }

    [GraphQLIgnore]
    public required DateTimeOffset ValidTo { get; init; }

    [ID]
    public string NodeId => Records.NodeId.Of(nameof(Check), SourceSystem, Connection, CheckId);

    public Task<Dataset?> GetDatasetAsync(IDataLoader<string, Dataset> datasetById) => datasetById.FindAsync(DatasetId);

    /// <summary>Its executions, latest first.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public Task<Connection<CheckResult>> GetResultsAsync(PagingArguments page, ResolverContext context) =>
        context.PageEachAsync<RecordKey, CheckResult>(page, new RecordKey(SourceSystem, Connection, CheckId), (see, keys) => (see.Each(keys), k => see.CheckResults.Where(
            r => r.SourceSystem == k.Source && r.Connection == k.Connection && r.CheckId == k.Id && k.Id != "")));
}

/// <summary>One execution of a check.</summary>
[From("fact.check_result v where v.deleted_at is null")]
public sealed record CheckResult : SourceRecord
{
    public required string CheckId { get; init; }

    public required DateTimeOffset RunAt { get; init; }

    /// <summary>Error means that the check could not run: it says nothing about the data.</summary>
    public CheckStatus? Status { get; init; }

    public decimal? Value { get; init; }

    public string? Message { get; init; }
}
