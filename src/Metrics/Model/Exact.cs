namespace Metrics.Model;

/// <summary>Computed values as they are compared and printed: decimal, without the noise of floating point.</summary>
internal static class Exact
{
    /// <summary>Decimals kept: 0.1 + 0.2 is 0.3, and a millionth of a percentage point still counts.</summary>
    public const int Digits = 12;

    /// <summary>Larger than any KPI, small enough that percentages and products stay within decimal.</summary>
    private const double Limit = 1e24;

    /// <exception cref="ArgumentException">It is not a number, which stands for "unknown" and must be null instead.</exception>
    public static decimal Of(double value) => double.IsNaN(value)
        ? throw new ArgumentException("NaN is not a KPI value. Use null where nothing is known.", nameof(value))
        : decimal.Round((decimal)Math.Clamp(value, -Limit, Limit), Digits, MidpointRounding.AwayFromZero);
}
