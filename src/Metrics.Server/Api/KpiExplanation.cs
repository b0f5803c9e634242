using Metrics.Kpis;
using Metrics.Model;

namespace Metrics.Server.Api;

/// <summary>Everything that stands behind a value; the records themselves are the KPI's evidence.</summary>
public sealed class KpiExplanation
{
    private readonly Explanation explanation;
    private readonly ReportingSettings settings;

    internal KpiExplanation(Explanation explanation, ReportingSettings settings) => (this.explanation, this.settings) = (explanation, settings);

    /// <summary>The definition in words, complete.</summary>
    public string Formula => explanation.Definition.Formula;

    /// <summary>The SELECT that yields the observations.</summary>
    public string Sql => explanation.Definition.Sql;

    /// <summary>SHA-256 of the definition's file.</summary>
    public string DefinitionVersion => explanation.Definition.Hash;

    /// <summary>Since when values are computed by this version; null where none has been kept yet.</summary>
    public DateTimeOffset? DefinedSince => explanation.DefinedSince;

    /// <summary>The value asked for; of a KPI that is judged per tier, those of its tiers after it.</summary>
    public IReadOnlyList<KpiRow> Rows => [.. explanation.Rows.Select(r => new KpiRow(r, settings))];

    /// <summary>The records that count.</summary>
    public int Counted => explanation.Counted.Count;

    /// <summary>How many records were left out for which reason, most first.</summary>
    public IReadOnlyList<LeftOut> LeftOut => [.. explanation.Reasons.Select(r => new LeftOut(r.Reason, r.Count))];

    /// <summary>What each source last delivered of the facts that it reads.</summary>
    public IReadOnlyList<FactFreshness> Facts => explanation.Facts;
}

/// <summary>Records that were left out for one reason.</summary>
/// <param name="Reason">In words.</param>
/// <param name="Count">How many.</param>
public sealed record LeftOut(string Reason, int Count);
