using System.Globalization;

namespace Metrics.Benchmarks;

/// <summary>What a run was asked for.</summary>
/// <param name="Seconds">How long each server is measured per shape and number of connections, over all rounds.</param>
/// <param name="Out">The Markdown file to write, or null.</param>
internal sealed record BenchmarkOptions(double Seconds, string? Out)
{
    public static bool TryRead(ReadOnlySpan<string> args, out BenchmarkOptions options)
    {
        options = new BenchmarkOptions(5, null);
        for (; args is [var name, var value, .. var rest]; args = rest)
        {
            if (name == "--out") options = options with { Out = value };
            else if (name == "--seconds" && double.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 60)
                options = options with { Seconds = seconds };
            else return false;
        }
        return args.IsEmpty;
    }
}
