using System.Globalization;
using Metrics.GraphQL;
using Metrics.Model;

namespace Metrics.Server.Api;

/// <summary>One value, flat: of a KPI, over a bucket, for one combination of the dimensions asked for.</summary>
public sealed class KpiRow
{
    private readonly Kpis.KpiRow row;
    private readonly ReportingSettings settings;

    internal KpiRow(Kpis.KpiRow row, ReportingSettings settings) => (this.row, this.settings) = (row, settings);

    [ID]
    public string Kpi => row.Kpi.Id;

    public string Name => row.Kpi.Name;

    public KpiCategory Category => row.Kpi.Category;

    public string Unit => row.Kpi.Unit;

    /// <summary>ISO 4217 code where the value is money.</summary>
    public string? Currency => row.Kpi.Unit == Units.MoneyPerUnit ? settings.Currency : null;

    public Period Period => row.Period;

    public DateOnly PeriodStart => row.Period.Start;

    /// <summary>Exclusive.</summary>
    public DateOnly PeriodEnd => row.Period.End;

    /// <summary>The period is not over; evaluated up to now.</summary>
    public bool Partial => row.Partial;

    public int? Tier => Of(Dimension.Tier) is { } tier ? int.Parse(tier, CultureInfo.InvariantCulture) : null;

    /// <summary>For people; Unassigned where a record has no tier. Null unless asked for.</summary>
    public string? TierLabel => row.Group.ContainsKey(Dimension.Tier) ? Model.TierLabel.Of(Tier) : null;

    public string? Team => Of(Dimension.Team);

    public string? Domain => Of(Dimension.Domain);

    public string? Dataset => Of(Dimension.Dataset);

    public string? DataProduct => Of(Dimension.DataProduct);

    public string? Pipeline => Of(Dimension.Pipeline);

    public string? Severity => Of(Dimension.Severity);

    public string? Service => Of(Dimension.Service);

    /// <summary>What the cost was divided by, such as tb_processed; not the unit of the value.</summary>
    public string? UsageUnit => Of(Dimension.Unit);

    public string? Measure => Of(Dimension.Measure);

    public string? StakeholderGroup => Of(Dimension.StakeholderGroup);

    /// <summary>In the unit; null where nothing is known, and then reason says why.</summary>
    public double? Value => row.Value;

    public double? Numerator => (double?)row.Numerator;

    public double? Denominator => (double?)row.Denominator;

    /// <summary>The number of evidence rows; null where it is suppressed.</summary>
    public long? N => row.Suppressed ? null : row.N;

    /// <summary>Lower end of the 95 % interval, where the value is a sample.</summary>
    public double? Lower => row.Lower;

    public double? Upper => row.Upper;

    public double? Target => (double?)row.Target?.Value.Value;

    public double? Stretch => (double?)row.Target?.Stretch;

    public KpiStatus Status => row.Status;

    /// <summary>The bucket before; while partial, over the same elapsed length.</summary>
    public double? Previous => row.Previous;

    /// <summary>Value less previous.</summary>
    public double? Change => row.Change;

    /// <summary>The same bucket a year before.</summary>
    public double? YearAgo => row.YearAgo;

    /// <summary>For people, in the organisation's culture.</summary>
    public string Formatted => new NumberFormat(settings.Culture).Format(row.Value, row.Kpi.Unit, settings.Currency, row.ValueTarget);

    /// <summary>Why there is no value or no judgement.</summary>
    public string? Reason => row.Reason;

    /// <summary>The figure is withheld, since it would tell about too few people.</summary>
    public bool Suppressed => row.Suppressed;

    /// <summary>The moment as of which it was evaluated: now, or a few seconds ago if nothing was written since.</summary>
    public DateTimeOffset AsOf => row.AsOf;

    /// <summary>Newer facts have arrived than the value was computed from.</summary>
    public bool Stale => row.Stale;

    /// <summary>What arrived until then is in a stale value; null where it is current, or where nothing of it was computed yet, and then reason says so.</summary>
    public DateTimeOffset? ComputedThrough => row.ComputedThrough;

    /// <summary>The share of this breakdown's records that lack a value of one of its dimensions.</summary>
    public double? Unattributed => row.Unattributed;

    /// <summary>SHA-256 of the definition's file.</summary>
    public string DefinitionVersion => row.Kpi.Hash;

    private string? Of(Dimension dimension) => row.Group.GetValueOrDefault(dimension);
}
