using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>
/// How much the rows of a roll-up tell apart. Each level holds every observation, so a question is answered from the coarsest
/// one that tells what it asks for: one by tier adds up four rows a month and not those of a thousand datasets.
/// </summary>
internal sealed record Level(short Number, IReadOnlySet<Dimension> Told)
{
    /// <summary>What nearly every question asks for, and what must not be added up over.</summary>
    private static readonly Dimension[] Judged = [Dimension.Tier, Dimension.Unit, Dimension.Measure];

    /// <summary>What has few values: organisation and kind.</summary>
    private static readonly Dimension[] Few =
        [.. Judged, Dimension.Team, Dimension.Domain, Dimension.Severity, Dimension.Service, Dimension.StakeholderGroup];

    /// <summary>Coarsest first; the last tells all.</summary>
    public static IReadOnlyList<Level> All { get; } =
        [new(0, Judged.ToHashSet()), new(1, Few.ToHashSet()), new(2, Enum.GetValues<Dimension>().ToHashSet())];

    /// <summary>The one that tells every dataset apart.</summary>
    public static Level Finest => All[^1];

    /// <summary>The coarsest level that tells these dimensions.</summary>
    public static Level Of(IReadOnlySet<Dimension> told) => All.First(l => told.IsSubsetOf(l.Told));
}
