using Metrics.GraphQL;
using Metrics.GraphQL.DataLoading;
using Metrics.GraphQL.Execution;
using Metrics.Scorecards;
using Metrics.Server.Api.Records;

namespace Metrics.Server.Api.Reviews;

/// <summary>One edition of the scorecard of a scope and period. What is published never changes.</summary>
[From("scorecard.edition v")]
public sealed record Scorecard : INode
{
    /// <summary>The number of the edition among all.</summary>
    [ID, Sql("v.edition")]
    public required long Id { get; init; }

    public required ScopeKind ScopeKind { get; init; }

    /// <summary>The team or domain; null for the whole platform.</summary>
    [Sql("nullif(v.scope, '')")]
    public string? Scope { get; init; }

    /// <summary>Such as 2026-Q3.</summary>
    public required string Period { get; init; }

    /// <summary>1 for the first edition of its scope and period.</summary>
    public required int Number { get; init; }

    public required EditionState State { get; init; }

    /// <summary>The moment whose knowledge it shows; null for a draft.</summary>
    public DateTimeOffset? AsOf { get; init; }

    [GraphQLIgnore]
    public long? CutBatch { get; init; }

    public required string PreparedBy { get; init; }

    public required DateTimeOffset PreparedAt { get; init; }

    public string? ApprovedBy { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }

    [GraphQLIgnore, Sql("v.supersedes")]
    public long? SupersedesId { get; init; }

    /// <summary>Why there is an edition after the first.</summary>
    public string? Reason { get; init; }

    /// <summary>Of the document, in lower-case hexadecimal; null until published.</summary>
    public string? PdfSha256 { get; init; }

    [ID]
    public string NodeId => Records.NodeId.Of(nameof(Scorecard), Id);

    /// <summary>The edition that it takes the place of.</summary>
    public Task<Scorecard?> GetSupersedesAsync(IDataLoader<long, Scorecard> scorecardById) => scorecardById.FindAsync(SupersedesId);

    /// <summary>The last payload in its figures.</summary>
    public Task<IngestBatch?> GetDataCutAsync(IDataLoader<long, IngestBatch> batchByNumber) => batchByNumber.FindAsync(CutBatch);

    /// <summary>Its figures as they are frozen, in the order of the document; none for a draft. <c>kpiRows(edition:)</c> has them as rows of KPIs.</summary>
    [UsePaging(DefaultPageSize = 200, MaxPageSize = 5_000, AllowBackwardPagination = false), UseFiltering, UseSorting]
    public Task<Connection<PublishedFigure>> GetFiguresAsync(PagingArguments page, ResolverContext context) => context.PageAsync(page, Id, (see, ids) =>
        see.Figures.Where(f => ids.Contains(f.ScorecardId)).Select(f => new Related<long, PublishedFigure> { Key = f.ScorecardId, Row = f }));

    /// <summary>The manager's words, by theme and KPI.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public Task<Connection<Commentary>> GetCommentaryAsync(PagingArguments page, ResolverContext context) => context.PageAsync(page, Id, (see, ids) =>
        see.Commentary.Where(c => ids.Contains(c.ScorecardId)).Select(c => new Related<long, Commentary> { Key = c.ScorecardId, Row = c }));

    /// <summary>What has become of its figures, latest first.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public Task<Connection<Restatement>> GetRestatementsAsync(PagingArguments page, ResolverContext context) => context.PageAsync(page, Id, (see, ids) =>
        see.Restatements.Where(r => ids.Contains(r.ScorecardId)).Select(r => new Related<long, Restatement> { Key = r.ScorecardId, Row = r }));

    /// <summary>What its review decided.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public Task<Connection<ReviewAction>> GetActionsAsync(PagingArguments page, ResolverContext context) => context.PageAsync(page, Id, (see, ids) =>
        see.ReviewActions.Where(a => ids.Contains(a.ScorecardId!.Value)).Select(a => new Related<long, ReviewAction> { Key = a.ScorecardId!.Value, Row = a }));
}
