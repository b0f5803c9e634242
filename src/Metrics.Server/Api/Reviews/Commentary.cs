using Metrics.GraphQL;
using Metrics.Server.Api.Records;

namespace Metrics.Server.Api.Reviews;

/// <summary>A manager's words on a theme or a KPI of a scorecard.</summary>
[From("(select distinct on (edition, theme) * from scorecard.commentary order by edition, theme, commentary desc) v where v.text <> ''")]
public sealed record Commentary
{
    [GraphQLIgnore, Sql("v.edition")]
    public required long ScorecardId { get; init; }

    /// <summary>Summary, a category of KPIs, or the id of a KPI.</summary>
    public required string Theme { get; init; }

    /// <summary>The KPI that they are about; null for words on a theme. Ids have no capitals, themes begin with one.</summary>
    [ID, Sql("case when v.theme = lower(v.theme) then v.theme end")]
    public string? Kpi { get; init; }

    public required string Text { get; init; }

    public required string WrittenBy { get; init; }

    public required DateTimeOffset WrittenAt { get; init; }
}
