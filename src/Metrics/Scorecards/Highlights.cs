using Metrics.Model;

namespace Metrics.Scorecards;

/// <summary>What a reader with one minute should know.</summary>
/// <param name="Headline">One sentence on how many KPIs meet their target.</param>
/// <param name="Counts">How many KPIs have each status, best first; statuses that none has are left out.</param>
/// <param name="Better">The largest moves for the better, largest first.</param>
/// <param name="Worse">The largest moves for the worse, largest first.</param>
/// <param name="Changes">What is judged otherwise than in the period before: worse first, then better, then unclear.</param>
public sealed record Highlights(
    string Headline,
    IReadOnlyList<StatusCount> Counts,
    IReadOnlyList<Move> Better,
    IReadOnlyList<Move> Worse,
    IReadOnlyList<StatusChange> Changes);

/// <param name="Kpis">The KPIs with that status, in the order of their definitions; never empty.</param>
public sealed record StatusCount(KpiStatus Status, IReadOnlyList<ScorecardKpi> Kpis)
{
    /// <summary>One sentence: how many, and which.</summary>
    public string Sentence
    {
        get
        {
            var one = Kpis.Count == 1;
            var phrase = Status switch
            {
                KpiStatus.Exceeded => one ? "exceeds its stretch target" : "exceed their stretch target",
                KpiStatus.Met => one ? "meets its target" : "meet their target",
                KpiStatus.AtRisk => one ? "is at risk" : "are at risk",
                KpiStatus.Missed => one ? "missed its target" : "missed their target",
                KpiStatus.Improved => "improved",
                KpiStatus.Steady => "held steady",
                KpiStatus.Worsened => "worsened",
                KpiStatus.NoTarget => one ? "has no target" : "have no target",
                KpiStatus.NoData => one ? "has no data" : "have no data",
                KpiStatus.InsufficientData => one ? "has too few data to be judged" : "have too few data to be judged",
                KpiStatus.NotDefined => one ? "is not defined for this period" : "are not defined for this period",
            };
            return $"{phrase}: {string.Join(", ", Kpis.Select(kpi => kpi.Definition.Name))}.";
        }
    }
}

/// <summary>A change of value since the period before.</summary>
/// <param name="Size">In tolerances of the KPI, so that moves of different units compare; positive is better.</param>
public sealed record Move(ScorecardKpi Kpi, Figure Figure, double Size);

/// <summary>A change of verdict since the period before.</summary>
/// <param name="Before">The verdict then; equal to <paramref name="Now"/> for a KPI without a target, whose verdict is itself
/// about the change.</param>
public sealed record StatusChange(ScorecardKpi Kpi, Figure Figure, KpiStatus Before, KpiStatus Now, ChangeKind Kind);

/// <summary>Which way a verdict went; unclear where one of the two is no verdict, such as no data.</summary>
public enum ChangeKind
{
    Worse,
    Better,
    Unclear,
}
