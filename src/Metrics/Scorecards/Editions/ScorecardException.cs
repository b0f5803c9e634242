namespace Metrics.Scorecards.Editions;

/// <summary>A scorecard cannot be brought to where it was asked to be; the message says why and what to do.</summary>
public sealed class ScorecardException(string message) : Exception(message);
