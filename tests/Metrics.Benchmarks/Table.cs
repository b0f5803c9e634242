namespace Metrics.Benchmarks;

/// <summary>Figures under a title; the first row is the head.</summary>
internal sealed record Table(string Title, IReadOnlyList<string[]> Rows)
{
    public string ToText()
    {
        var widths = Rows[0].Select((_, i) => Rows.Max(r => r[i].Length)).ToArray();
        var lines = Rows.Select(r => string.Join("  ", r.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))));
        return $"{Title}\n\n  {string.Join("\n  ", lines)}\n\n";
    }

    public string ToMarkdown()
    {
        var lines = Rows.Select(r => $"| {string.Join(" | ", r)} |").ToList();
        lines.Insert(1, $"|---|{string.Concat(Enumerable.Repeat("---:|", Rows[0].Length - 1))}");
        return $"**{Title}**\n\n{string.Join('\n', lines)}\n\n";
    }
}
