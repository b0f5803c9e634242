using System.Globalization;
using Metrics.Kpis;
using Spectre.Console;

namespace Metrics.Server.Commands;

/// <summary>The records behind values, as a table for a terminal.</summary>
internal static class ObservationTable
{
    public static Table Of(IEnumerable<(string Kpi, Observation Observation)> rows)
    {
        var table = Terminal.Table("KPI", "At", "Figure", "Tier", "Datasets", "Record", "Batch", "Left out", "Note");
        foreach (var (kpi, o) in rows)
        {
            table.AddTexts(
                kpi, o.At.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), Figure(o), o.Cell.Tier?.ToString(CultureInfo.InvariantCulture) ?? "",
                string.Join(", ", o.Cell.Datasets), o.Record is null ? "" : $"{o.Record.Fact} {o.Record.Key}",
                o.Record?.Batch.ToString(CultureInfo.InvariantCulture) ?? "", o.Excluded ?? "",
                string.Join("; ", new[] { o.Corrected is null ? null : $"corrected: {o.Corrected}", o.Unknown ?? o.Note }.OfType<string>()));
        }

        return table;
    }

    /// <summary>What one record adds: its value, or its two sums.</summary>
    public static string Figure(Observation observation) => observation.Suppressed ? "suppressed"
        : observation.Unknown is not null ? "unknown"
        : observation.Value is { } value
        ? value.ToString("0.####", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{observation.Numerator:0.####} / {observation.Denominator:0.####}");
}
