using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Metrics.Model;

/// <summary>On which side of a number a value must lie.</summary>
public enum ComparisonOperator
{
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Equal,

    /// <summary>Nothing is demanded from here on: an end to a target, and to a default.</summary>
    None,
}

/// <summary>The side of a number on which a target is met: <c>&gt;= 0.8</c>.</summary>
/// <param name="Operator">With <c>&gt;</c> and <c>&lt;</c> the number itself does not meet the target.</param>
/// <param name="Value">In the KPI's unit; a ratio as a fraction. 0 where nothing is demanded.</param>
public sealed partial record Threshold(ComparisonOperator Operator, decimal Value)
{
    /// <summary>No target, on purpose: nothing meets it and nothing misses it.</summary>
    public static Threshold None { get; } = new(ComparisonOperator.None, 0);

    /// <summary>The operator for people: <c>≥</c>.</summary>
    public string Sign => Operator switch
    {
        ComparisonOperator.Greater => ">",
        ComparisonOperator.GreaterOrEqual => "≥",
        ComparisonOperator.Less => "<",
        ComparisonOperator.LessOrEqual => "≤",
        ComparisonOperator.Equal => "=",
        ComparisonOperator.None => "none",
    };

    /// <summary>Which side is better; null for <c>=</c>, which leaves it to the KPI, and for none.</summary>
    public Direction? Better => Operator switch
    {
        ComparisonOperator.Greater or ComparisonOperator.GreaterOrEqual => Direction.Higher,
        ComparisonOperator.Less or ComparisonOperator.LessOrEqual => Direction.Lower,
        ComparisonOperator.Equal or ComparisonOperator.None => null,
    };

    /// <summary>Reads an operator (<c>&gt; &gt;= &lt; &lt;= = ≥ ≤</c>) and a number with a decimal point, or <c>none</c>.</summary>
    /// <exception cref="FormatException">It is neither; the message gives the text and what is allowed.</exception>
    public static Threshold Parse(string text) =>
        TryParse(text, out var threshold, out var error) ? threshold : throw new FormatException(error);

    public static bool TryParse(
        [NotNullWhen(true)] string? text,
        [NotNullWhen(true)] out Threshold? threshold,
        [NotNullWhen(false)] out string? error)
    {
        (threshold, error) = (null, null);
        if (text?.Trim() == "none")
        {
            threshold = None;
            return true;
        }

        var form = Form().Match(text ?? "");
        if (!form.Success
            || !decimal.TryParse(form.Groups["value"].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            error = $"'{text}' is not a target. Write one of > >= < <= = and a number in the KPI's unit, "
                + "a ratio as a fraction: '> 0.99', '<= 21', '= 1'; or none, where nothing is demanded.";
            return false;
        }

        threshold = new Threshold(
            form.Groups["operator"].Value switch
            {
                ">" => ComparisonOperator.Greater,
                ">=" or "≥" => ComparisonOperator.GreaterOrEqual,
                "<" => ComparisonOperator.Less,
                "<=" or "≤" => ComparisonOperator.LessOrEqual,
                _ => ComparisonOperator.Equal,
            },
            value);
        return true;
    }

    /// <summary>As it is written in a file: <c>&gt;= 0.8</c>. Parsing it gives this threshold again.</summary>
    public override string ToString()
    {
        if (this == None) return Sign;
        var sign = Operator switch
        {
            ComparisonOperator.GreaterOrEqual => ">=",
            ComparisonOperator.LessOrEqual => "<=",
            ComparisonOperator.Greater or ComparisonOperator.Less or ComparisonOperator.Equal or ComparisonOperator.None => Sign,
        };
        return string.Create(CultureInfo.InvariantCulture, $"{sign} {Value:0.############################}");
    }

    [GeneratedRegex(@"\A\s*(?<operator>>=|<=|[><=≥≤])\s*(?<value>[+-]?[0-9]+(\.[0-9]+)?)\s*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
