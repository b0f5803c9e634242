using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Metrics.Model;

/// <summary>How far a value may lie from its target, or move from one period to the next, before it counts.</summary>
/// <param name="Amount">Not negative. In the KPI's unit; or, if relative, a fraction of the value compared with.</param>
/// <param name="Relative">Whether it scales with the value compared with.</param>
public sealed partial record Tolerance(decimal Amount, bool Relative)
{
    /// <summary>Nothing is tolerated.</summary>
    public static Tolerance None { get; } = new(0, Relative: false);

    public decimal Amount { get; } = Amount >= 0
        ? Amount
        : throw new ArgumentOutOfRangeException(nameof(Amount), Amount, "A tolerance is 0 or more.");

    /// <summary>The distance tolerated from <paramref name="reference"/>, in the KPI's unit.</summary>
    public decimal Around(decimal reference) => Relative ? Math.Abs(reference) * Amount : Amount;

    /// <summary>Reads <c>0.01</c> (in the KPI's unit) or <c>10 %</c> (of the value compared with).</summary>
    /// <exception cref="FormatException">It is neither; the message gives the text and what is allowed.</exception>
    public static Tolerance Parse(string text) =>
        TryParse(text, out var tolerance, out var error) ? tolerance : throw new FormatException(error);

    public static bool TryParse(
        [NotNullWhen(true)] string? text,
        [NotNullWhen(true)] out Tolerance? tolerance,
        [NotNullWhen(false)] out string? error)
    {
        (tolerance, error) = (null, null);
        var form = Form().Match(text ?? "");
        var digits = form.Groups["amount"].ValueSpan;
        if (!form.Success || !decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount))
        {
            error = $"'{text}' is not a tolerance. Write 0 or more in the KPI's unit, a ratio as a fraction ('0.01'), "
                + "or a share of the target ('10 %').";
            return false;
        }

        var relative = form.Groups["percent"].Success;
        tolerance = new Tolerance(relative ? amount / 100 : amount, relative);
        return true;
    }

    /// <summary>As it is written in a file. Parsing it gives this tolerance again.</summary>
    public override string ToString() => Relative ? $"{Written(Amount * 100)} %" : Written(Amount);

    private static string Written(decimal number) =>
        number.ToString("0.############################", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A\s*(?<amount>[0-9]+(\.[0-9]+)?)\s*(?<percent>%)?\s*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
