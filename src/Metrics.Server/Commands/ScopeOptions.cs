using System.CommandLine;
using Metrics.Scorecards;

namespace Metrics.Server.Commands;

/// <summary>What a scorecard covers, on a command line: the whole platform unless a team or a domain is named.</summary>
internal sealed class ScopeOptions
{
    public Option<string?> Team { get; } = new("--team") { Description = "the scorecard of a team, not of the whole platform", HelpName = "TEAM" };

    public Option<string?> Domain { get; } = new("--domain") { Description = "the scorecard of a domain", HelpName = "DOMAIN" };

    /// <exception cref="UsageException">Both are named.</exception>
    public ScorecardScope Of(ParseResult call) => (call.GetValue(Team), call.GetValue(Domain)) switch
    {
        (null, null) => ScorecardScope.Platform,
        ({ } team, null) => ScorecardScope.Team(team),
        (null, { } domain) => ScorecardScope.Domain(domain),
        _ => throw new UsageException("A scorecard is of a team or of a domain: give --team or --domain, not both."),
    };
}
