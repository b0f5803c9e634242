using Metrics.GraphQL;
using Metrics.GraphQL.DataLoading;
using Metrics.Server.Api.Records;

namespace Metrics.Server.Api.Reviews;

/// <summary>A published figure that came out different.</summary>
[From("scorecard.restatement v")]
public sealed record Restatement
{
    [GraphQLIgnore, Sql("v.restatement")]
    public required long Number { get; init; }

    [ID, Sql("v.edition")]
    public required long ScorecardId { get; init; }

    [ID]
    public required string Kpi { get; init; }

    /// <summary>The dimensions that the figure is broken down by, as JSON; {} for the total of the scope.</summary>
    [Sql("v.grouping::text")]
    public required string Grouping { get; init; }

    [Sql("(v.grouping->>'tier')::int")]
    public int? Tier { get; init; }

    public double? Published { get; init; }

    /// <summary>What it would be, judged as of the edition's moment; null where there would be none.</summary>
    public double? Now { get; init; }

    [GraphQLIgnore]
    public long? BatchFrom { get; init; }

    [GraphQLIgnore]
    public long? BatchTo { get; init; }

    /// <summary>late data, replay, deletion, correction, batch reverted, catalogue correction, definition change, setting change, matured.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    public required DateTimeOffset FoundAt { get; init; }

    /// <summary>No later entry is about the same figure.</summary>
    [Sql("""
        not exists (select from scorecard.restatement l
          where l.edition = v.edition and l.kpi = v.kpi and l.grouping = v.grouping and l.restatement > v.restatement)
        """)]
    public required bool IsLatest { get; init; }

    public Task<Scorecard?> GetScorecardAsync(IDataLoader<long, Scorecard> scorecardById) => scorecardById.LoadAsync(ScorecardId);

    /// <summary>The first payload since the data cut that changed it; null where none did.</summary>
    public Task<IngestBatch?> GetFirstBatchAsync(IDataLoader<long, IngestBatch> batchByNumber) => batchByNumber.FindAsync(BatchFrom);

    /// <summary>The last such payload.</summary>
    public Task<IngestBatch?> GetLastBatchAsync(IDataLoader<long, IngestBatch> batchByNumber) => batchByNumber.FindAsync(BatchTo);
}
