using Metrics.GraphQL;
using Metrics.Scorecards.Delivery;

namespace Metrics.Server.Api.Changes;

/// <summary>A scorecard's way to one recipient.</summary>
/// <param name="Id">The letter's number, for <c>metrics send resolve</c>.</param>
/// <param name="Address">The recipient's.</param>
/// <param name="SentAt">Null until then.</param>
/// <param name="LastError">Why the last attempt failed.</param>
public sealed record ScorecardSend([property: ID] long Id, string Address, SendState State, int Attempts, DateTimeOffset? SentAt, string? LastError);
