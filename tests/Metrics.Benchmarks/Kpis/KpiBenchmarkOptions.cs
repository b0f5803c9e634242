using System.Globalization;

namespace Metrics.Benchmarks.Kpis;

/// <summary>What a run was asked for.</summary>
/// <param name="Runs">Attempts of pipeline runs over 24 months; costs are a tenth of it, pull requests 1/200, incidents 1/1000.</param>
/// <param name="Data">The folder of the database, or null for a temporary one.</param>
/// <param name="Keep">Leave the database, for a later run of the same size over the same folder.</param>
/// <param name="Part">The one part to measure, one of <see cref="Parts"/>; null for all.</param>
/// <param name="Out">The Markdown file to write, or null.</param>
internal sealed record KpiBenchmarkOptions(long Runs, string? Data, bool Keep, string? Part, string? Out)
{
    public const long DefaultRuns = 20_000_000;

    /// <summary>In the order in which they run. The later ones need what the first has built, in this run or in a kept folder.</summary>
    public static readonly string[] Parts = ["build", "increment", "read", "import"];

    private const long FewestRuns = 100_000;

    public static bool TryRead(string[] args, out KpiBenchmarkOptions options)
    {
        options = new KpiBenchmarkOptions(DefaultRuns, null, Keep: false, null, null);
        while (args.Length > 0)
        {
            switch (args)
            {
                case ["--keep", .. var rest]:
                    (options, args) = (options with { Keep = true }, rest);
                    break;
                case ["--data", var folder, .. var rest]:
                    (options, args) = (options with { Data = Path.GetFullPath(folder) }, rest);
                    break;
                case ["--part", var part, .. var rest] when Parts.Contains(part):
                    (options, args) = (options with { Part = part }, rest);
                    break;
                case ["--out", var file, .. var rest]:
                    (options, args) = (options with { Out = file }, rest);
                    break;
                case ["--runs", var text, .. var rest]
                    when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var runs) && runs >= FewestRuns:
                    (options, args) = (options with { Runs = runs }, rest);
                    break;
                default:
                    return false;
            }
        }

        return true;
    }
}
