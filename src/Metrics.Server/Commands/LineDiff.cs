namespace Metrics.Server.Commands;

/// <summary>The lines that differ between two short texts: the longest common subsequence stays.</summary>
internal static class LineDiff
{
    /// <summary>Lines removed (<c>-</c>) and added (<c>+</c>), in order.</summary>
    public static IEnumerable<string> Of(string before, string after)
    {
        var (old, now) = (before.ReplaceLineEndings("\n").Split('\n'), after.ReplaceLineEndings("\n").Split('\n'));
        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
            for (var j = now.Length - 1; j >= 0; j--)
                common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);

        for (int i = 0, j = 0; i < old.Length || j < now.Length;)
        {
            if (i < old.Length && j < now.Length && old[i] == now[j]) (i, j) = (i + 1, j + 1);
            else if (i < old.Length && (j == now.Length || common[i + 1, j] >= common[i, j + 1])) yield return $"- {old[i++]}";
            else yield return $"+ {now[j++]}";
        }
    }
}
