using System.Collections.Immutable;
using System.Globalization;
using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>What is asked for. Requests that ask for the same are equal.</summary>
public sealed record KpiRequest(Period Period)
{
    /// <summary>Ids; empty means every KPI that is not a companion.</summary>
    public IReadOnlyList<string> Kpis { get; init; } = [];

    /// <summary>The buckets of the period; null for the period as one.</summary>
    public Grain? Grain { get; init; }

    /// <summary>Empty for the total.</summary>
    public IReadOnlyList<Dimension> By { get; init; } = [];

    /// <summary>Only records with this value of each dimension; null stands for Unassigned.</summary>
    public IReadOnlyDictionary<Dimension, string?> Where { get; init; } = ImmutableDictionary<Dimension, string?>.Empty;

    /// <summary>
    /// Compute what is not current, however long it takes. Else a read that would compute many days, or that has computed for some
    /// seconds, gives the last answer, marked stale, or says that there is none yet; and an answer of a few seconds ago is given again if
    /// nothing was written since.
    /// </summary>
    public bool Wait { get; init; } = true;

    private string Key => Listed.Text(
    [
        Period.Text, $"{Grain}", $"{Wait}", $"{By.Count}", .. By.Select(b => $"{b}"), $"{Where.Count}",
        .. Where.OrderBy(w => w.Key).SelectMany(w => (string?[])[$"{w.Key}", w.Value]), .. Kpis,
    ]);

    public bool Equals(KpiRequest? other) => other is not null && Key == other.Key;

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);
}

/// <summary>Lists of texts as one text.</summary>
internal static class Listed
{
    /// <summary>Another text for every other list.</summary>
    public static string Text(IEnumerable<string?> parts) => string.Concat(parts.Select(p => p is null ? "-" : $"{p.Length}:{p}"));
}

/// <summary>One value: of a KPI, over a period, for one combination of the dimensions asked for.</summary>
public sealed record KpiRow(KpiDefinition Kpi, Period Period)
{
    /// <summary>The period is not over: evaluated up to now.</summary>
    public bool Partial { get; init; }

    /// <summary>The value of each dimension that was asked for; null is Unassigned.</summary>
    public IReadOnlyDictionary<Dimension, string?> Group { get; init; } = ImmutableDictionary<Dimension, string?>.Empty;

    /// <summary>The tier it is about; null for a total and for records without one.</summary>
    public int? Tier => Group.GetValueOrDefault(Dimension.Tier) is { } tier ? int.Parse(tier, CultureInfo.InvariantCulture) : null;

    /// <summary>In the KPI's unit, ratios as fractions. Null where nothing is known; <see cref="Reason"/> says why.</summary>
    public double? Value { get; init; }

    /// <summary>The value without what is waived; the status is judged on it. Null where nothing of it is waived.</summary>
    public double? Adjusted { get; init; }

    /// <summary>How many of the records behind <see cref="Value"/> are waived.</summary>
    public long Waived { get; init; }

    /// <summary>Null for median, p90 and sum.</summary>
    public decimal? Numerator { get; init; }

    /// <summary>Null for median, p90 and sum.</summary>
    public decimal? Denominator { get; init; }

    /// <summary>The number of evidence rows; 0 where it is suppressed.</summary>
    public long N { get; init; }

    /// <summary>Records that were left out, each with a reason in the evidence.</summary>
    public long Excluded { get; init; }

    /// <summary>The target in force at the period's end.</summary>
    public Target? Target { get; init; }

    /// <summary>The target, where it is a value to compare <see cref="Value"/> with and not a change.</summary>
    public Target? ValueTarget => Kpi.JudgedOn == JudgedOn.Value ? Target : null;

    public KpiStatus Status { get; init; }

    /// <summary>The value of the calendar bucket before; while partial, over the same elapsed length.</summary>
    public double? Previous { get; init; }

    /// <summary>The value of the same bucket a year before, likewise.</summary>
    public double? YearAgo { get; init; }

    /// <summary>Value less previous.</summary>
    public double? Change => Value - Previous;

    /// <summary>95 % interval, where the value is a sample and not a census.</summary>
    public double? Lower { get; init; }

    public double? Upper { get; init; }

    /// <summary>The share of this breakdown's records that have no value of one of its dimensions; null without a breakdown.</summary>
    public double? Unattributed { get; init; }

    /// <summary>Why there is no value or no judgement; null where there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>True where the figure is known and not shown, since it would tell about too few people. Value, parts and the
    /// counts are then withheld.</summary>
    public bool Suppressed { get; init; }

    /// <summary>The moment as of which it was evaluated.</summary>
    public DateTimeOffset AsOf { get; init; }

    /// <summary>True where newer facts have arrived than the value was computed from.</summary>
    public bool Stale { get; init; }

    /// <summary>What arrived until then is in a stale value; null where it is current, or where nothing of it was computed yet.</summary>
    public DateTimeOffset? ComputedThrough { get; init; }
}

/// <summary>One record behind a value.</summary>
public sealed record Observation
{
    /// <summary>The moment that places the record in a period.</summary>
    public required DateTimeOffset At { get; init; }

    public required Cell Cell { get; init; }
    public decimal? Numerator { get; init; }
    public decimal? Denominator { get; init; }
    public double? Value { get; init; }

    /// <summary>Why it is left out; null for one that counts.</summary>
    public string? Excluded { get; init; }

    /// <summary>Why somebody waived it: it counts in the value and not in the adjusted one. Null where nobody did.</summary>
    public string? Waived { get; init; }

    /// <summary>Which of its fields somebody has put right, who and why; null where nobody did.</summary>
    public string? Corrected { get; init; }

    /// <summary>Why its amount cannot be told, such as a missing exchange rate; then the value it belongs to is unknown.</summary>
    public string? Unknown { get; init; }

    /// <summary>True where it is about too few people: nothing of it is shown but that it counts.</summary>
    public bool Suppressed { get; init; }

    /// <summary>What a reader should know of it, such as which checks are missing.</summary>
    public string? Note { get; init; }

    /// <summary>The record it came from; null where there is none, as for a day on which nothing was loaded.</summary>
    public SourceRecord? Record { get; init; }
}

/// <summary>The record behind an observation.</summary>
/// <param name="Fact">The fact's singular name.</param>
/// <param name="Keys">The parts of the natural key.</param>
public sealed record SourceRecord(string Fact, string Source, string Connection, IReadOnlyList<string> Keys, long Batch)
{
    /// <summary>The natural key, its parts joined by slashes.</summary>
    public string Key { get; } = string.Join('/', Keys);

    public bool Equals(SourceRecord? other) =>
        other is not null && (Fact, Source, Connection, Batch) == (other.Fact, other.Source, other.Connection, other.Batch) && Keys.SequenceEqual(other.Keys);

    public override int GetHashCode() => HashCode.Combine(Fact, Source, Connection, Key, Batch);
}
