using System.Globalization;

namespace Metrics.Sources.Dlt;

/// <summary>The names by which dlt's things become canonical ones.</summary>
/// <param name="fallback">The destination's dataset, for what does not name it.</param>
/// <param name="mapping">Rules of the connection.</param>
internal sealed class DltNames(string? fallback, string traceTable, string loadInfoTable, Mapping mapping)
{
    /// <summary>What mapping rules may say of a table.</summary>
    public static readonly MappingTopic DatasetTopic = new(
        "dataset", "the dataset that a table is; by default the destination's dataset (else the schema) and the table", "dataset", "schema", "table");

    public string TraceTable => traceTable;

    public string LoadInfoTable => loadInfoTable;

    /// <summary>A table of dlt's own, or of its saved traces: no dataset of the company.</summary>
    public bool IsOwn(string table) =>
        table.StartsWith("_dlt_", StringComparison.Ordinal) || IsOf(table, traceTable) || IsOf(table, loadInfoTable);

    /// <summary>A table as a dataset: <c>shop_raw.orders</c>.</summary>
    public string Dataset(string? dataset, string? schema, string table) =>
        mapping.Apply(DatasetTopic.Name, new RawAttributes { { "dataset", dataset ?? fallback }, { "schema", schema }, { "table", table } })
        ?? $"{dataset ?? fallback ?? schema}.{table}";

    /// <summary>Whether a table is another or one nested in it.</summary>
    public static bool IsOf(string table, string root) => table == root || table.StartsWith(root + "__", StringComparison.Ordinal);

    /// <summary>A load's id is the time at which its package was made, in seconds since 1970, with a fraction of any length.</summary>
    public static DateTimeOffset? CreatedAt(string loadId) =>
        decimal.TryParse(loadId, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 7_258_118_400m
            ? DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * 1_000_000) * TimeSpan.TicksPerMicrosecond)
            : null;
}
