using System.Collections.Immutable;

namespace Metrics.Model;

/// <summary>
/// The rows that a caller may see: those of the teams and of the domains named. What belongs to no team and no domain is seen only by
/// callers without a limit.
/// </summary>
/// <param name="Teams">Identifiers of teams.</param>
/// <param name="Domains">Identifiers of domains.</param>
public sealed record RowLimit(ImmutableArray<string> Teams, ImmutableArray<string> Domains)
{
    /// <summary>No limit: the whole organisation.</summary>
    public static RowLimit Everything { get; } = new([], []) { IsEverything = true };

    /// <summary>Whether there is no limit.</summary>
    public bool IsEverything { get; private init; }

    /// <summary>Whether a record of this team and domain may be seen.</summary>
    /// <param name="team">Null where it has none.</param>
    /// <param name="domain">Null where it has none.</param>
    public bool Allows(string? team, string? domain) =>
        IsEverything || (team is not null && Teams.Contains(team)) || (domain is not null && Domains.Contains(domain));
}
