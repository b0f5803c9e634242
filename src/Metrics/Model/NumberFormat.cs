using System.Globalization;

namespace Metrics.Model;

/// <summary>Numbers as people read them: the one formatter for screen, paper and email.</summary>
/// <param name="culture">Decides the decimal separator and the grouping; the words stay English.</param>
/// <remarks>
/// A minus is a minus sign (U+2212), not a hyphen. A number and its unit are parted by a plain space. Halves round away from
/// zero. Immutable and safe to share.
/// </remarks>
public sealed class NumberFormat(CultureInfo culture)
{
    /// <summary>Stands for a value that is not known.</summary>
    public const string Nothing = "–";

    private readonly NumberFormatInfo numbers = ForPeople(culture);

    /// <summary>A value with its unit: <c>99.1 %</c>, <c>3.4 h</c>, <c>2.1 d</c>, <c>1.2 bd</c>, <c>1.3 / month</c>,
    /// <c>4.3</c>, <c>12.30 EUR</c>.</summary>
    /// <param name="value">In the unit; a ratio as a fraction. Null prints <see cref="Nothing"/>.</param>
    /// <param name="unit">One of <see cref="Units.All"/>.</param>
    /// <param name="currency">ISO 4217 code printed behind money.</param>
    /// <param name="target">The target, in the same unit, that the reader compares the value with.</param>
    /// <remarks>
    /// One decimal (money two, counts none), and more where rounding would tell a falsehood: where a value that misses its
    /// target would read as equal to it or better, one that meets it as missing it, one that is not zero as zero, or a ratio
    /// that is not whole as 100 %. So 0.9896 prints as 99.0 %, but 98.96 % against a target of 99 %.
    /// </remarks>
    public string Format(double? value, string unit, string? currency = null, Target? target = null) =>
        value is { } known ? Print(Digits(known, UnitForm.Of(unit), target), UnitForm.Of(unit).Suffix(currency)) : Nothing;

    /// <summary>A change with its sign, ratios in percentage points: <c>+1.2 pp</c>, <c>−0.4 h</c>; without a sign where
    /// nothing of it shows.</summary>
    /// <param name="change">Value less previous value, in the unit; null prints <see cref="Nothing"/>.</param>
    /// <param name="unit">One of <see cref="Units.All"/>.</param>
    /// <param name="currency">ISO 4217 code printed behind money.</param>
    public string FormatChange(double? change, string unit, string? currency = null)
    {
        if (change is null) return Nothing;

        var form = UnitForm.Of(unit);
        var scaled = Exact.Of(change.Value) * form.Scale;
        var digits = Rounded(scaled, form.Decimals(scaled));
        return (digits.Value > 0 ? "+" : "") + Print(digits, form.ChangeSuffix(currency));
    }

    /// <summary>What meets a target: <c>&gt; 99 %</c>, <c>≤ 4 d</c>, <c>= 100 %</c>.</summary>
    /// <param name="target">In the unit.</param>
    /// <param name="unit">One of <see cref="Units.All"/>.</param>
    /// <param name="currency">ISO 4217 code printed behind money.</param>
    public string FormatTarget(Target target, string unit, string? currency = null) =>
        $"{target.Value.Sign} {FormatGiven(target.Value.Value, unit, currency)}";

    /// <summary>What meets a KPI's target, in its unit or as a change: <c>≤ −10 % on year ago</c>.</summary>
    /// <param name="target">One of the KPI's.</param>
    /// <param name="kpi">Decides the unit.</param>
    /// <param name="currency">ISO 4217 code printed behind money.</param>
    public string FormatTarget(Target target, KpiDefinition kpi, string? currency = null) => kpi.JudgedOn switch
    {
        JudgedOn.Value => FormatTarget(target, kpi.Unit, currency),
        JudgedOn.ChangeFromYearAgo => $"{FormatTarget(target, Units.Ratio)} on year ago",
    };

    /// <summary>A number somebody set (a target, a stretch, a tolerance) with every decimal it was given and no more.</summary>
    public string FormatGiven(decimal value, string unit, string? currency = null)
    {
        var form = UnitForm.Of(unit);
        var scaled = value * form.Scale;
        var decimals = 0;
        while (decimals < Exact.Digits && decimal.Round(scaled, decimals) != scaled) decimals++;
        return Print(Rounded(scaled, decimals), form.Suffix(currency));
    }

    /// <summary>Two bounds and their unit once: <c>97.2 – 99.8 %</c>.</summary>
    public string FormatInterval(double lower, double upper, string unit, string? currency = null)
    {
        var form = UnitForm.Of(unit);
        var (from, to) = (Digits(lower, form, target: null), Digits(upper, form, target: null));
        return $"{Print(from, "")} – {Print(to, form.Suffix(currency))}";
    }

    private string Print((decimal Value, int Decimals) digits, string suffix) =>
        digits.Value.ToString(string.Create(CultureInfo.InvariantCulture, $"N{digits.Decimals}"), numbers) + suffix;

    private static (decimal Value, int Decimals) Digits(double value, UnitForm form, Target? target)
    {
        var exact = Exact.Of(value) * form.Scale;
        var digits = Rounded(exact, form.Decimals(exact));
        while (digits.Decimals < Exact.Digits && Misleads(exact, digits.Value, form, target))
            digits = Rounded(exact, digits.Decimals + 1);
        return digits;
    }

    private static bool Misleads(decimal exact, decimal shown, UnitForm form, Target? target) =>
        Math.Sign(exact) != Math.Sign(shown)
        || (form.Scale == 100 && exact.CompareTo(100) != shown.CompareTo(100))
        || (target is not null && Crosses(exact, shown, target.Value.Value * form.Scale, target.Value.Operator))
        || (target?.Stretch is { } stretch && Crosses(exact, shown, stretch * form.Scale, Inclusive(target.Value.Operator)));

    /// <summary>Whether the shown value lies on another side of the mark than the true one. To be shown exactly at a mark that
    /// the true value has passed is right, unless the mark itself does not count.</summary>
    private static bool Crosses(decimal exact, decimal shown, decimal mark, ComparisonOperator side) => side switch
    {
        ComparisonOperator.GreaterOrEqual when exact >= mark => shown < mark,
        ComparisonOperator.LessOrEqual when exact <= mark => shown > mark,
        _ => exact.CompareTo(mark) != shown.CompareTo(mark),
    };

    private static ComparisonOperator Inclusive(ComparisonOperator side) => side switch
    {
        ComparisonOperator.Greater or ComparisonOperator.GreaterOrEqual => ComparisonOperator.GreaterOrEqual,
        ComparisonOperator.Less or ComparisonOperator.LessOrEqual => ComparisonOperator.LessOrEqual,
        ComparisonOperator.Equal or ComparisonOperator.None => side,
    };

    private static (decimal Value, int Decimals) Rounded(decimal value, int decimals) =>
        (decimal.Round(value, decimals, MidpointRounding.AwayFromZero), decimals);

    private static NumberFormatInfo ForPeople(CultureInfo culture)
    {
        var format = (NumberFormatInfo)culture.NumberFormat.Clone();
        format.NegativeSign = "−";
        format.NumberNegativePattern = 1;
        return NumberFormatInfo.ReadOnly(format);
    }
}
