using Metrics.GraphQL;
using Metrics.Server.Api.Records;

namespace Metrics.Server.Api.Reviews;

/// <summary>A manager's words on a theme of a scorecard.</summary>
[From("(select distinct on (edition, theme) * from scorecard.commentary order by edition, theme, commentary desc) v where v.text <> ''")]
public sealed record Commentary
{
    [GraphQLIgnore, Sql("v.edition")]
    public required long ScorecardId { get; init; }

    /// <summary>Summary, or a category of KPIs.</summary>
    public required string Theme { get; init; }

    public required string Text { get; init; }

    public required string WrittenBy { get; init; }

    public required DateTimeOffset WrittenAt { get; init; }
}
