namespace Metrics.GraphQL.Validation;

/// <summary>Names near a misspelled one.</summary>
internal static class Suggestions
{
    private const int MaxLength = 100;
    private const int MaxShown = 5;

    public static string DidYouMean(string name, IEnumerable<string> candidates)
    {
        if (name.Length > MaxLength) return "";
        var limit = name.Length * 4 / 10 + 1;
        var near = candidates
            .Select(c => (Name: c, Distance: string.Equals(c, name, StringComparison.OrdinalIgnoreCase) ? 1 : Distance(name, c, limit)))
            .Where(c => c.Distance <= limit)
            .OrderBy(c => c.Distance).ThenBy(c => c.Name, StringComparer.Ordinal)
            .Take(MaxShown)
            .Select(c => $"\"{c.Name}\"")
            .ToList();
        return near.Count == 0 ? "" : $" Did you mean {string.Join(" or ", near)}?";
    }

    private static int Distance(string a, string b, int limit)
    {
        if (b.Length > MaxLength || Math.Abs(a.Length - b.Length) > limit) return int.MaxValue;
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + change);
            }
            (previous, current) = (current, previous);
        }
        return previous[b.Length];
    }
}
