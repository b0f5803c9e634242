using Metrics.GraphQL;
using Metrics.GraphQL.Execution;

namespace Metrics.Server.Api.Records;

/// <summary>A payload that arrived, and what became of it.</summary>
[From("ingest.batch v")]
public sealed record IngestBatch : INode
{
    [ID, Sql("v.batch")]
    public required long Number { get; init; }

    [Sql("v.source")]
    public required string SourceSystem { get; init; }

    public required string Connection { get; init; }

    /// <summary>The file, page or event.</summary>
    public required string Name { get; init; }

    /// <summary>import, pull, push, sweep, replay or identity.</summary>
    public required string Way { get; init; }

    /// <summary>landed, committed or failed.</summary>
    public required string State { get; init; }

    /// <summary>Of the original payload, in lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? CommittedAt { get; init; }

    public required long RowsNew { get; init; }

    public required long RowsChanged { get; init; }

    public required long RowsSame { get; init; }

    public required long RowsRejected { get; init; }

    /// <summary>Who brought it in, where a person did.</summary>
    public string? BroughtBy { get; init; }

    /// <summary>Why, where a person said so.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    [ID]
    public string NodeId => Records.NodeId.Of(nameof(IngestBatch), Number);

    /// <summary>The records of it that could not be read; only for callers who see the whole organisation.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public Task<Connection<RejectedRecord>> GetRejectsAsync(PagingArguments page, ResolverContext context) => context.PageAsync(page, Number, (see, numbers) =>
        see.Rejects.Where(r => numbers.Contains(r.BatchNumber)).Select(r => new Related<long, RejectedRecord> { Key = r.BatchNumber, Row = r }));
}

/// <summary>A record that could not be read, kept until it can.</summary>
[From("ingest.rejected v")]
public sealed record RejectedRecord
{
    [GraphQLIgnore, Sql("v.rejected")]
    public required long Number { get; init; }

    [GraphQLIgnore, Sql("v.batch")]
    public required long BatchNumber { get; init; }

    /// <summary>File, line and column, or a JSON path.</summary>
    public required string Place { get; init; }

    public required string Payload { get; init; }

    public required string Reason { get; init; }
}
