using Metrics.GraphQL;
using Metrics.Model;
using Metrics.Server.Api.Records;

namespace Metrics.Server.Api;

/// <summary>A metric and its one definition.</summary>
public sealed class Kpi : INode
{
    internal Kpi(KpiDefinition definition) => Definition = definition;

    [GraphQLIgnore]
    internal KpiDefinition Definition { get; }

    [ID]
    public string Id => Definition.Id;

    [ID]
    public string NodeId => Records.NodeId.Of(nameof(Kpi), Id);

    public string Name => Definition.Name;

    public KpiCategory Category => Definition.Category;

    /// <summary>What it measures and why it matters.</summary>
    public string Description => Definition.Description;

    /// <summary>The definition in words, complete.</summary>
    public string Formula => Definition.Formula;

    /// <summary>The SELECT that yields its observations.</summary>
    public string Sql => Definition.Sql;

    public string Owner => Definition.Owner;

    /// <summary>ratio, hours, days, business_days, per_month, score, money_per_unit or count. Ratios are fractions.</summary>
    public string Unit => Definition.Unit;

    /// <summary>Which values are better.</summary>
    public Direction Direction => Definition.Better;

    /// <summary>What it can be broken down by.</summary>
    public IReadOnlyList<Dimension> Dimensions => Definition.Dimensions;

    /// <summary>The grains at which it is defined.</summary>
    public IReadOnlyList<Grain> Grains => Definition.Grains;

    /// <summary>SHA-256 of the definition's file.</summary>
    public string Version => Definition.Hash;

    /// <summary>Those of the definition's file, and those that the organisation has set, which come first where both apply.</summary>
    public IReadOnlyList<KpiTarget> Targets => [.. Definition.Targets.Select(t => new KpiTarget(t))];

    /// <summary>KPIs that are shown beside it.</summary>
    public IReadOnlyList<string> Companions => Definition.Companions;
}

/// <summary>What a KPI should reach.</summary>
public sealed class KpiTarget
{
    private readonly Target target;

    internal KpiTarget(Target target) => this.target = target;

    /// <summary>Null for every tier.</summary>
    public int? Tier => target.Tier;

    /// <summary>Null for every team.</summary>
    public string? Team => target.Team;

    /// <summary>Null for every dataset.</summary>
    public string? Dataset => target.Dataset;

    /// <summary>In force from then on; null means since ever.</summary>
    public DateTimeOffset? ValidFrom => target.ValidFrom == DateTimeOffset.MinValue ? null : target.ValidFrom;

    /// <summary>Worse than the target by this is still at risk: in the KPI's unit, or as a share of the target.</summary>
    public string Tolerance => target.Tolerance.ToString();

    /// <summary>It comes with the definition's file, and is not the organisation's own.</summary>
    public bool IsDefault => target.IsDefault;

    /// <summary>As in the definition: <c>&gt; 0.99</c>; <c>none</c> where the organisation demands nothing.</summary>
    public string Text => target.Value.ToString();

    /// <summary>In the KPI's unit; null where nothing is demanded.</summary>
    public decimal? Value => target.Value == Threshold.None ? null : target.Value.Value;

    public decimal? Stretch => target.Stretch;

    /// <summary>Where it was set.</summary>
    public string Origin => target.Origin;
}
