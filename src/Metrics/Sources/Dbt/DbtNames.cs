using System.Security.Cryptography;
using System.Text;

namespace Metrics.Sources.Dbt;

/// <summary>The names by which dbt's things become canonical ones.</summary>
internal static class DbtNames
{
    private const int LongestId = 600;

    /// <summary>A relation without its quotes: <c>"db"."schema"."name"</c> is <c>db.schema.name</c>.</summary>
    public static string Relation(string quoted) => quoted
        .Replace("\"", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal)
        .Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);

    /// <summary>
    /// The id of a test. One over many accepted values has them all in its unique_id, which then is too long for an index: it is
    /// cut and closed with its hash, in every artifact alike.
    /// </summary>
    public static string Check(string uniqueId)
    {
        if (uniqueId.Length <= LongestId) return uniqueId;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(uniqueId)).AsSpan(0, 8));
        return $"{uniqueId[..(LongestId - hash.Length - 1)]}.{hash}";
    }

    /// <summary>The freshness of a source as a check.</summary>
    public static string FreshnessCheck(string uniqueId) => Check($"freshness.{uniqueId}");

    /// <summary>The enforced contract of a model as a check.</summary>
    public static string ContractCheck(string uniqueId) => Check($"contract.{uniqueId}");

    /// <summary>What a unique_id names: <c>model</c>, <c>test</c> …</summary>
    public static string Resource(string uniqueId) => uniqueId.Split('.', 2)[0];

    /// <summary>The package that a unique_id belongs to.</summary>
    public static string? Package(string uniqueId) => uniqueId.Split('.') is { Length: > 2 } parts ? parts[1] : null;
}
