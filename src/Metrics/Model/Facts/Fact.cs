using System.Text.Json.Serialization;

namespace Metrics.Model.Facts;

/// <summary>
/// A canonical record: what every source system is mapped onto. One record type is one table, one CSV file and one
/// upsert; <see cref="FactSchema"/> derives all three.
/// </summary>
public abstract record Fact
{
    /// <summary>The kind of system the record came from (<c>canonical</c>, <c>dbt</c> …); the first part of every key.</summary>
    public string Source { get; init; } = CanonicalSource;

    /// <summary>Which instance of that system; empty where there is only one. The second part of every key.</summary>
    public string Connection { get; init; } = "";

    /// <summary>The record's version, from the source. Null means: as of its import.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>True for a tombstone: the source says that the record no longer exists.</summary>
    public bool Deleted { get; init; }

    /// <summary>
    /// For catalogue facts from a source that shows only how things are now (a dbt manifest, say): when it looked.
    /// Null for a source that states since when its version holds.
    /// </summary>
    [JsonIgnore]
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>The source name of records that state none.</summary>
    public const string CanonicalSource = "canonical";

    /// <summary>Why this record cannot be true, in words that name the values; null when nothing is wrong with it.</summary>
    public virtual string? Fault() => null;

    /// <summary>Names both moments when the second lies before the first.</summary>
    private protected static string? EndBeforeStart(
        string start, DateTimeOffset? startsAt, string end, DateTimeOffset? endsAt) =>
        endsAt < startsAt ? $"{end} {endsAt:O} lies before {start} {startsAt:O}" : null;

    private protected static string? Outside(string column, decimal? value, decimal lowest, decimal highest) =>
        value < lowest || value > highest ? $"{column} is {value}; allowed are {lowest} to {highest}" : null;

    private protected static string? Negative(string column, decimal? value) =>
        value < 0 ? $"{column} is {value}; it cannot be negative" : null;
}
