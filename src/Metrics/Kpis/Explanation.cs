using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>Everything that stands behind a value, for a reader who doubts it.</summary>
public sealed record Explanation
{
    /// <summary>In words and in SQL, with every target that it has.</summary>
    public required KpiDefinition Definition { get; init; }

    /// <summary>Since when values are computed by this version of the definition; null where none has been kept yet.</summary>
    public DateTimeOffset? DefinedSince { get; init; }

    /// <summary>The value asked for; of a KPI that is judged per tier, those of its tiers after it.</summary>
    public required IReadOnlyList<KpiRow> Rows { get; init; }

    /// <summary>The records that count, in order of time.</summary>
    public required IReadOnlyList<Observation> Counted { get; init; }

    /// <summary>The records that were left out, in order of time, each with its reason.</summary>
    public required IReadOnlyList<Observation> LeftOut { get; init; }

    /// <summary>How many records were left out for which reason, most first.</summary>
    public IReadOnlyList<(string Reason, int Count)> Reasons =>
        [.. LeftOut.GroupBy(o => o.Excluded!).Select(g => (g.Key, g.Count())).OrderByDescending(g => g.Item2).ThenBy(g => g.Key, StringComparer.Ordinal)];

    /// <summary>How old the facts are that it reads.</summary>
    public required IReadOnlyList<FactFreshness> Facts { get; init; }
}

/// <summary>What a source last delivered of a fact.</summary>
/// <param name="Fact">The fact's singular name.</param>
/// <param name="Source">The source that delivered it; null where none ever did.</param>
/// <param name="Batch">Its last batch with such records.</param>
/// <param name="Name">The payload of that batch; null to callers with a limit, since it may be named after what is not theirs.</param>
/// <param name="CommittedAt">When that batch was written.</param>
/// <param name="CoveredUntil">Up to when the source vouches that nothing is missing; null where it does not.</param>
public sealed record FactFreshness(
    string Fact, string? Source, long? Batch, string? Name, DateTimeOffset? CommittedAt, DateTimeOffset? CoveredUntil);
