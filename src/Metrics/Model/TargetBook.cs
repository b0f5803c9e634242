namespace Metrics.Model;

/// <summary>Every target a KPI has or had, and which of them applies to whom and when.</summary>
/// <param name="targets">In any order; of two for the same scope and instant, the later replaces the other.</param>
public sealed class TargetBook(IEnumerable<Target> targets)
{
    /// <summary>The organisation's own before the defaults, most specific first, then latest first.</summary>
    private readonly Target[] ranked =
    [
        .. targets.Reverse()
            .OrderBy(target => target.IsDefault)
            .ThenByDescending(target => target.Dataset is not null)
            .ThenByDescending(target => target.Team is not null)
            .ThenByDescending(target => target.Tier is not null)
            .ThenByDescending(target => target.ValidFrom),
    ];

    /// <summary>No target at all.</summary>
    public static TargetBook Empty { get; } = new([]);

    /// <summary>Every target, the most specific and latest first: their history.</summary>
    public IReadOnlyList<Target> All => ranked;

    /// <summary>The target in force at an instant: the most specific one that began not after it (for the dataset, else the
    /// team, else the tier, else for all), and of those the latest. A default applies only where none of the organisation's own does.</summary>
    /// <returns>Null where none applies, or the one that does demands nothing. A row without a tier (a total, Unassigned) takes no target meant for a tier.</returns>
    public Target? InForce(int? tier, string? team, string? dataset, DateTimeOffset instant) =>
        Demanding(ranked.FirstOrDefault(target => Covers(target, tier, team, dataset) && target.ValidFrom <= instant));

    /// <summary>The target in force at the end of a period, whose last instant is the one before <paramref name="end"/>: a
    /// target that begins with the next period is not yet in force.</summary>
    public Target? InForceAtEnd(int? tier, string? team, string? dataset, DateTimeOffset end) =>
        Demanding(ranked.FirstOrDefault(target => Covers(target, tier, team, dataset) && target.ValidFrom < end));

    /// <summary>One that demands nothing keeps those behind it, the default among them, from judging.</summary>
    private static Target? Demanding(Target? found) => found?.Value == Threshold.None ? null : found;

    private static bool Covers(Target target, int? tier, string? team, string? dataset) =>
        (target.Tier is null || target.Tier == tier)
        && (target.Team is null || target.Team == team)
        && (target.Dataset is null || target.Dataset == dataset);
}
