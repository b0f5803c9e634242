using Metrics.Model;

namespace Metrics.Tests.Scorecards;

/// <summary>Definitions in the shape of the product's own, for scorecards of made-up figures.</summary>
internal static class MadeUpKpis
{
    private static readonly Grain[] EveryGrain = [Grain.Day, Grain.Week, Grain.Month, Grain.Quarter, Grain.Year];
    private static readonly Dimension[] Usual = [Dimension.Tier, Dimension.Team, Dimension.Dataset];

    public static IReadOnlyList<KpiDefinition> All { get; } =
    [
        Kpi("freshness_adherence", "Freshness SLA adherence", KpiKind.Ratio, Units.Ratio, Direction.Higher, "0.01",
            targets: [(0, "> 0.98", 0.99m), (1, "> 0.95", null), (2, "> 0.9", null)],
            description: "The share of time in which datasets were as fresh as promised. Stale data are wrong decisions made in good faith."),
        Kpi("incident_rate", "Incident rate", KpiKind.Rate, Units.PerMonth, Direction.Lower, "25 %",
            targets: [(null, "< 2", null)],
            description: "Severe incidents that the platform or a change to it caused, per month."),
        Kpi("mttr_sev1", "Time to restore, severity 1", KpiKind.Mean, Units.Hours, Direction.Lower, "10 %",
            targets: [(null, "< 4", 2m)],
            description: "How long the worst incidents lasted, from the start of the impact to the last resolution."),
        Kpi("mttr_sev2", "Time to restore, severity 2", KpiKind.Mean, Units.BusinessDays, Direction.Lower, "10 %",
            targets: [(null, "< 2", 1m)],
            description: "How long severe incidents lasted, in business days."),
        Kpi("pipeline_success_rate", "Pipeline success rate", KpiKind.Ratio, Units.Ratio, Direction.Higher, "0.01",
            targets: [(0, "> 0.99", null), (1, "> 0.97", 0.99m), (2, "> 0.95", null)],
            companions: ["pipeline_eventual_success"],
            description: "The share of scheduled runs that succeeded at the first attempt: how much of the night shift is luck."),
        Kpi("postmortem_action_closure", "Postmortem action closure", KpiKind.Ratio, Units.Ratio, Direction.Higher, "0.05",
            targets: [(null, "> 0.85", 0.9m)],
            description: "The share of what we promised after incidents that was done when promised."),
        Kpi("check_coverage", "Data quality test coverage", KpiKind.State, Units.Ratio, Direction.Higher, "0.05",
            targets: [(0, ">= 0.9", null), (1, ">= 0.7", null)], category: KpiCategory.Quality,
            description: "The share of important datasets whose required tests exist and run."),
        Kpi("pr_cycle_time", "Cycle time per pull request", KpiKind.Median, Units.Days, Direction.Lower, "10 %",
            targets: [(null, "<= 4", 2m)], category: KpiCategory.Delivery, dimensions: [Dimension.Team],
            description: "From ready for review to merged."),
        Kpi("documentation_completeness", "Documentation completeness", KpiKind.State, Units.Ratio, Direction.Higher, "0.05",
            targets: [(0, "= 1", null), (1, ">= 0.8", null)], category: KpiCategory.Governance,
            description: "The share of important datasets that have an owner, a promise, a description and lineage."),
        Kpi("pipeline_eventual_success", "Eventual success rate", KpiKind.Ratio, Units.Ratio, Direction.Higher, "0.01", companion: true),
        Kpi("open_incidents", "Open incidents", KpiKind.Sum, Units.Count, Direction.Lower, "0", companion: true),
    ];

    public static KpiDefinition Kpi(
        string id, string name, KpiKind kind, string unit, Direction better, string tolerance,
        (int? Tier, string Threshold, decimal? Stretch)[]? targets = null,
        KpiCategory category = KpiCategory.Reliability,
        Dimension[]? dimensions = null,
        string[]? companions = null,
        bool companion = false,
        string description = "A figure beside another.") => new()
        {
            Id = id,
            Name = name,
            Category = category,
            Owner = "data-platform",
            Kind = kind,
            Unit = unit,
            Better = better,
            Tolerance = Tolerance.Parse(tolerance),
            Reads = [],
            Grains = EveryGrain,
            Dimensions = dimensions ?? Usual,
            Companions = companions ?? [],
            Companion = companion,
            Targets =
        [
            .. (targets ?? []).Select(target => new Target(
                target.Tier, Team: null, Dataset: null, Threshold.Parse(target.Threshold), target.Stretch,
                Tolerance.Parse(tolerance), DateTimeOffset.UnixEpoch, Origin: id + ".sql")),
        ],
            Description = description,
            Formula = "As made up.",
            Sql = "select",
            File = id + ".sql",
            Hash = id,
        };
}
