using System.Globalization;

namespace Metrics.Benchmarks.Api;

/// <summary>What a run was asked for.</summary>
/// <param name="Data">The folder that the benchmark of the KPIs has kept.</param>
/// <param name="Seconds">How long each contestant is asked in each round.</param>
/// <param name="Part">The one part to measure, one of <see cref="Parts"/>; null for all.</param>
/// <param name="Out">The Markdown file to write, or null.</param>
internal sealed record ApiOptions(string Data, double Seconds, string? Part, string? Out)
{
    public static readonly string[] Parts = ["answers", "months", "export"];

    public static bool TryRead(ReadOnlySpan<string> args, out ApiOptions options)
    {
        options = new ApiOptions("", 2, null, null);
        for (; args is [var name, var value, .. var rest]; args = rest)
        {
            if (name == "--data") options = options with { Data = Path.GetFullPath(value) };
            else if (name == "--out") options = options with { Out = value };
            else if (name == "--part" && Parts.Contains(value)) options = options with { Part = value };
            else if (name == "--seconds" && double.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 60)
                options = options with { Seconds = seconds };
            else return false;
        }

        return args.IsEmpty && options.Data.Length > 0;
    }
}
