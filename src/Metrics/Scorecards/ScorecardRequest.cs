using Metrics.Model;

namespace Metrics.Scorecards;

/// <summary>Which scorecard is wanted.</summary>
/// <param name="Period">Any calendar bucket or range.</param>
/// <param name="AsOf">The moment whose knowledge it shows: the evaluator's now.</param>
public sealed record ScorecardRequest(Period Period, DateTimeOffset AsOf)
{
    /// <summary>What it covers, in words.</summary>
    public string Scope { get; init; } = "Whole platform";

    /// <summary>Whose platform it is, for the title; null to leave it out.</summary>
    public string? Organisation { get; init; }

    /// <summary>The last ingest batch whose facts are in the figures.</summary>
    public long? DataCut { get; init; }
}
