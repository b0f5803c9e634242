using Metrics.GraphQL;
using Metrics.Model;
using Metrics.Server.Api.Records;

namespace Metrics.Server.Api.Reviews;

/// <summary>One figure of an edition, as it was published beside what it would be now.</summary>
[From("""
    scorecard.value v join scorecard.edition e using (edition)
    left join lateral (
      select r.now, r.reasons, r.found_at from scorecard.restatement r
      where r.edition = v.edition and v.period = e.period and r.kpi = v.kpi and r.grouping = v.grouping order by r.restatement desc limit 1) r on true
    """)]
public sealed record PublishedFigure
{
    [GraphQLIgnore, Sql("v.edition")]
    public required long ScorecardId { get; init; }

    [GraphQLIgnore]
    public required int Place { get; init; }

    [ID]
    public required string Kpi { get; init; }

    /// <summary>The bucket: the edition's period, or one of its trend.</summary>
    public required string Period { get; init; }

    /// <summary>False for a bucket of a trend.</summary>
    [Sql("v.period = e.period")]
    public required bool IsOfPeriod { get; init; }

    /// <summary>The dimensions that it is broken down by, as JSON; {} for the total of the scope.</summary>
    [Sql("v.grouping::text")]
    public required string Grouping { get; init; }

    [Sql("(v.grouping->>'tier')::int")]
    public int? Tier { get; init; }

    [Sql("v.grouping->>'team'")]
    public string? Team { get; init; }

    [Sql("v.grouping->>'domain'")]
    public string? Domain { get; init; }

    [Sql("v.grouping->>'dataset'")]
    public string? Dataset { get; init; }

    /// <summary>As published.</summary>
    public double? Value { get; init; }

    /// <summary>Without what is waived; null where nothing is.</summary>
    public double? Adjusted { get; init; }

    /// <summary>As it would be now, by the ledger of restatements; of the edition's own period only.</summary>
    [Sql("case when v.period <> e.period then null when r.found_at is null then v.value else r.now end")]
    public double? Now { get; init; }

    /// <summary>Why it would be another now; empty where it would not.</summary>
    [Sql("coalesce(r.reasons, '{}')")]
    public required IReadOnlyList<string> Reasons { get; init; }

    public decimal? Numerator { get; init; }

    public decimal? Denominator { get; init; }

    public required long N { get; init; }

    /// <summary>Lower end of the 95 % interval, where the value is a sample.</summary>
    public double? Lower { get; init; }

    public double? Upper { get; init; }

    /// <summary>As then in force, such as <c>&gt; 0.99</c>.</summary>
    public string? Target { get; init; }

    [Sql("lower(v.status)")]
    public required KpiStatus Status { get; init; }

    /// <summary>SHA-256 of the definition's file of then.</summary>
    [Sql("v.definition")]
    public required string DefinitionVersion { get; init; }
}
