using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Storage.Schemas;

/// <summary>A dataset's columns at a moment, in a form that compares.</summary>
/// <param name="Columns">By name; null where the dataset was not there.</param>
internal sealed record SchemaSight(DateTime At, SortedDictionary<string, string?>? Columns, string? ContractId)
{
    /// <summary>The columns as text: equal schemas have equal texts, whatever the order of their columns.</summary>
    public static string TextOf(IReadOnlyList<ColumnSeen>? columns)
    {
        if (columns is null) return "null";
        var sorted = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var column in columns) sorted.TryAdd(Stored(column.Name), column.Type is null ? null : Stored(column.Type));
        return JsonSerializer.Serialize(sorted);
    }

    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    public static SortedDictionary<string, string?>? Parse(string text) =>
        JsonSerializer.Deserialize<Dictionary<string, string?>>(text) is { } columns
            ? new SortedDictionary<string, string?>(columns, StringComparer.Ordinal)
            : null;

    /// <summary>What became of the dataset between an earlier sight and this one. A removed or retyped column, and a removed table, break readers.</summary>
    public IEnumerable<SchemaChange> Since(SchemaSight before, string source, string connection, string dataset)
    {
        var changes = (before.Columns, Columns) switch
        {
            (null, null) => [],
            (null, _) => [Change(SchemaChangeKind.TableAdded)],
            (_, null) => [Change(SchemaChangeKind.TableRemoved) with { Breaking = true }],
            var (old, now) => Columnwise(old, now),
        };
        return changes.Select(c => c with
        {
            ChangeId = $"{Prefix(dataset, At)}{c.Change switch
            {
                SchemaChangeKind.TableAdded => "table added",
                SchemaChangeKind.TableRemoved => "table removed",
                _ => c.Column,
            }}",
            Source = source,
            Connection = connection,
            Dataset = dataset,
            DetectedAt = new DateTimeOffset(At, TimeSpan.Zero),
            ContractId = ContractId,
        });
    }

    /// <summary>With what the ids of all changes found at a sight begin.</summary>
    public static string Prefix(string dataset, DateTime at) =>
        $"{dataset} {at.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)} ";

    private static IEnumerable<SchemaChange> Columnwise(SortedDictionary<string, string?> old, SortedDictionary<string, string?> now)
    {
        foreach (var (name, type) in old)
        {
            if (!now.TryGetValue(name, out var other))
                yield return Change(SchemaChangeKind.ColumnRemoved) with { Column = name, From = type, Breaking = true };
            else if (type is not null && other is not null && !type.Equals(other, StringComparison.OrdinalIgnoreCase))
                yield return Change(SchemaChangeKind.TypeChanged) with { Column = name, From = type, To = other, Breaking = true };
        }

        foreach (var (name, type) in now)
            if (!old.ContainsKey(name)) yield return Change(SchemaChangeKind.ColumnAdded) with { Column = name, To = type };
    }

    private static SchemaChange Change(SchemaChangeKind kind) => new() { ChangeId = "", Change = kind };

    // PostgreSQL stores no NUL.
    private static string Stored(string text) => text.Replace('\0', '\uFFFD');
}
