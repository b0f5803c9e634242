using Metrics.GraphQL;
using Metrics.GraphQL.DataLoading;

namespace Metrics.Server.Api.Records;

/// <summary>A record as a source delivered it last.</summary>
public abstract record SourceRecord
{
    /// <summary>The kind of system that it came from, such as pagerduty.</summary>
    [Sql("v.source")]
    public required string SourceSystem { get; init; }

    /// <summary>Which instance of that system; empty where there is only one.</summary>
    public required string Connection { get; init; }

    [GraphQLIgnore, Sql(Columns.Batch)]
    public required long BatchNumber { get; init; }

    /// <summary>The payload that brought the record as it is now.</summary>
    public Task<IngestBatch?> GetBatchAsync(IDataLoader<long, IngestBatch> batchByNumber) => batchByNumber.LoadAsync(BatchNumber);
}
