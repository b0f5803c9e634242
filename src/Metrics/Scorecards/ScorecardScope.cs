using Metrics.Model;

namespace Metrics.Scorecards;

/// <summary>What a scorecard covers.</summary>
/// <param name="Name">The team's or domain's id; empty for the whole platform.</param>
public sealed record ScorecardScope(ScopeKind Kind, string Name)
{
    public static ScorecardScope Platform { get; } = new(ScopeKind.Platform, "");

    public static ScorecardScope Team(string team) => new(ScopeKind.Team, team);

    public static ScorecardScope Domain(string domain) => new(ScopeKind.Domain, domain);

    /// <summary>Whether it shows nothing beyond a limit: the whole platform does to anybody who has one.</summary>
    public bool IsWithin(RowLimit limit) => limit.IsEverything || Kind switch
    {
        ScopeKind.Platform => false,
        ScopeKind.Team => limit.Teams.Contains(Name),
        ScopeKind.Domain => limit.Domains.Contains(Name),
    };

    /// <summary>In words: <c>Whole platform</c>, <c>Team orders</c>, <c>Domain sales</c>.</summary>
    public override string ToString() => Kind switch
    {
        ScopeKind.Platform => "Whole platform",
        ScopeKind.Team => $"Team {Name}",
        ScopeKind.Domain => $"Domain {Name}",
    };
}

/// <summary>The kinds of part that have a scorecard.</summary>
public enum ScopeKind
{
    Platform,
    Team,
    Domain,
}
