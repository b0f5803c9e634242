using System.Collections.Immutable;
using System.Globalization;
using Metrics.Kpis;
using Metrics.Model;
using Metrics.Scorecards;

namespace Metrics.Tests.Scorecards;

/// <summary>Figures put together by hand, for what is computed from them.</summary>
internal static class SomeFigures
{
    public static Period Quarter { get; } = Period.Parse("2026-Q2", ReportingCalendar.Utc);

    public static KpiDefinition Definition(
        string name,
        string unit = Units.Ratio,
        Direction better = Direction.Higher,
        string tolerance = "0.01",
        string? target = null) =>
        MadeUpKpis.Kpi(
            name, name, KpiKind.Ratio, unit, better, tolerance, target is null ? null : [(null, target, null)]);

    public static ScorecardKpi Kpi(KpiDefinition definition, KpiStatus status, double? value = null, double? previous = null) =>
        new(definition, Figure(definition, status, value, previous), [], []);

    public static ScorecardKpi Kpi(string name, KpiStatus status, KpiStatus? before = null, string? target = "> 0.9") =>
        new(Definition(name, target: target), Figure(Definition(name, target: target), status, before: before), [], []);

    /// <summary>A KPI that is judged by tier, with these verdicts from tier 0 on.</summary>
    public static ScorecardKpi Tiered(string name, params KpiStatus[] tiers)
    {
        var definition = MadeUpKpis.Kpi(
            name, name, KpiKind.Ratio, Units.Ratio, Direction.Higher, "0.01", [(0, "> 0.99", null), (1, "> 0.97", null)]);
        return new(
            definition,
            Figure(definition, KpiStatus.NoTarget),
            [.. tiers.Select((status, tier) => Figure(definition, status, tier: tier))],
            []);
    }

    public static Figure Figure(
        KpiDefinition definition,
        KpiStatus status,
        double? value = null,
        double? previous = null,
        KpiStatus? before = null,
        int? tier = null) =>
        new(
            new KpiRow(definition, Quarter)
            {
                Status = status,
                Value = value,
                Previous = previous,
                Target = definition.Targets.FirstOrDefault(target => target.Tier == tier),
                Group = tier is null
                    ? ImmutableDictionary<Dimension, string?>.Empty
                    : ImmutableDictionary<Dimension, string?>.Empty.Add(Dimension.Tier, tier.Value.ToString(CultureInfo.InvariantCulture)),
            },
            before is { } then
                ? [new(Quarter.Previous, null, null, then, false), new(Quarter, value, null, status, false)]
                : []);

    public static KpiRow Dataset(
        KpiDefinition definition, string name, double? value, long n = 10, KpiStatus status = KpiStatus.NoTarget) =>
        new(definition, Quarter)
        {
            Value = value,
            N = n,
            Status = status,
            Group = ImmutableDictionary<Dimension, string?>.Empty.Add(Dimension.Dataset, name),
        };
}
