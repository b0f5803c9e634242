using System.Text;

namespace Metrics.GraphQL.Language;

/// <summary>The indentation rules of block strings (spec §2.10.4, BlockStringValue).</summary>
internal static class BlockString
{
    public static string Dedent(List<string> lines)
    {
        var common = int.MaxValue;
        var first = -1;
        var last = -1;
        for (var i = 0; i < lines.Count; i++)
        {
            var indent = Indent(lines[i]);
            if (indent == lines[i].Length) continue;
            if (first < 0) first = i;
            last = i;
            if (i > 0 && indent < common) common = indent;
        }
        if (first < 0) return "";
        var text = new StringBuilder();
        for (var i = first; i <= last; i++)
        {
            if (i > first) text.Append('\n');
            text.Append(i == 0 ? lines[i] : lines[i][Math.Min(common, lines[i].Length)..]);
        }
        return text.ToString();
    }

    /// <summary>Whether a value survives being printed as a block string.</summary>
    public static bool CanHold(string value)
    {
        if (value.Length == 0) return true;
        foreach (var c in value)
        {
            if (c < ' ' && c is not ('\n' or '\t')) return false;
        }
        var lines = value.Split('\n').ToList();
        return lines.Count == 1 ? value.Trim(' ', '\t').Length > 0 : Dedent([.. lines.Prepend("")]) == value;
    }

    public static string Print(string value)
    {
        var escaped = value.Replace("\"\"\"", "\\\"\"\"", StringComparison.Ordinal);
        var lines = escaped.Split('\n');
        var mustBreakAfter = value.EndsWith('"') || value.EndsWith('\\');
        var breakBefore = lines.Length > 1 || (value.Length > 70 && value[0] is not (' ' or '\t'));
        var before = breakBefore && value.Length > 0 ? "\n" : "";
        var after = value.Length > 0 && (breakBefore || mustBreakAfter) ? "\n" : "";
        return $"\"\"\"{before}{escaped}{after}\"\"\"";
    }

    private static int Indent(string line)
    {
        var i = 0;
        while (i < line.Length && line[i] is ' ' or '\t') i++;
        return i;
    }
}
