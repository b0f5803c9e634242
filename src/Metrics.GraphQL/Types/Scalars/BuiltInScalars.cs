using System.Globalization;
using System.Text.Json;
using Metrics.GraphQL.Execution;

namespace Metrics.GraphQL.Types.Scalars;

/// <summary>The five scalars of the specification (§3.5).</summary>
public static class BuiltInScalars
{
    /// <summary>Int, Float, String, Boolean and ID.</summary>
    public static IReadOnlyList<Scalar> All { get; } = [new IntScalar(), new FloatScalar(), new StringScalar(), new BooleanScalar(), new IdScalar()];
}

/// <summary>Int: a signed 32-bit number.</summary>
internal sealed class IntScalar : Scalar
{
    public override string Name => "Int";

    public override string Description => "The `Int` scalar type represents non-fractional signed whole numeric values. Int can represent values between -(2^31) and 2^31 - 1.";

    public override IReadOnlyList<Type> ClrTypes => [typeof(int), typeof(short), typeof(byte), typeof(sbyte), typeof(ushort)];

    public override object Parse(ScalarInput input)
    {
        if (input.Kind == ScalarInputKind.Int || (input.Kind == ScalarInputKind.Float && !input.IsLiteral))
        {
            if (int.TryParse(input.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
            var value = double.Parse(input.Text, CultureInfo.InvariantCulture);
            if (!input.IsLiteral && double.IsInteger(value) && value is >= int.MinValue and <= int.MaxValue) return (int)value;
        }
        throw Unfit(input, "a whole number from -2147483648 to 2147483647");
    }

    public override void Write(object value, ResponseWriter writer)
    {
        var number = value switch
        {
            int i => i,
            bool b => b ? 1 : 0,
            string { Length: > 0 } s when double.TryParse(s, NumberStyles.Float, CultureInfo.InvariantCulture, out var d) => d,
            IConvertible c and not (string or char or DateTime or Enum) => c.ToDouble(CultureInfo.InvariantCulture),
            _ => throw Unfit(value),
        };
        if (!double.IsInteger(number) || number is < int.MinValue or > int.MaxValue) throw Unfit(value);
        writer.WriteNumber((int)number);
    }
}

/// <summary>Float: a finite IEEE 754 double.</summary>
internal sealed class FloatScalar : Scalar
{
    public override string Name => "Float";

    public override string Description => "The `Float` scalar type represents signed double-precision fractional values as specified by [IEEE 754](https://en.wikipedia.org/wiki/IEEE_floating_point).";

    public override IReadOnlyList<Type> ClrTypes => [typeof(double), typeof(float)];

    public override object Parse(ScalarInput input)
    {
        if (input.Kind is ScalarInputKind.Int or ScalarInputKind.Float)
        {
            var number = double.Parse(input.Text, CultureInfo.InvariantCulture);
            if (double.IsFinite(number)) return number;
        }
        throw Unfit(input, "a finite number");
    }

    public override void Write(object value, ResponseWriter writer)
    {
        var number = value switch
        {
            double d => d,
            bool b => b ? 1 : 0,
            string { Length: > 0 } s when double.TryParse(s, NumberStyles.Float, CultureInfo.InvariantCulture, out var d) => d,
            IConvertible c and not (string or char or DateTime or Enum) => c.ToDouble(CultureInfo.InvariantCulture),
            _ => throw Unfit(value),
        };
        if (!double.IsFinite(number)) throw Unfit(value);
        writer.WriteNumber(number);
    }
}

/// <summary>String: text.</summary>
internal sealed class StringScalar : Scalar
{
    public override string Name => "String";

    public override string Description => "The `String` scalar type represents textual data, represented as UTF-8 character sequences. The String type is most often used by GraphQL to represent free-form human-readable text.";

    public override IReadOnlyList<Type> ClrTypes => [typeof(string), typeof(char)];

    public override object Parse(ScalarInput input) =>
        input.Kind == ScalarInputKind.String ? input.Text : throw Unfit(input, "a string");

    public override void Write(object value, ResponseWriter writer) => writer.WriteString(value switch
    {
        string s => s,
        bool b => b ? "true" : "false",
        char or IConvertible and not Enum => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        JsonElement or System.Collections.IEnumerable => throw Unfit(value),
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => throw Unfit(value),
    });
}

/// <summary>Boolean: true or false.</summary>
internal sealed class BooleanScalar : Scalar
{
    public override string Name => "Boolean";

    public override string Description => "The `Boolean` scalar type represents `true` or `false`.";

    public override IReadOnlyList<Type> ClrTypes => [typeof(bool)];

    public override object Parse(ScalarInput input) =>
        input.Kind == ScalarInputKind.Boolean ? input.Boolean : throw Unfit(input, "true or false");

    public override void Write(object value, ResponseWriter writer) => writer.WriteBoolean(value switch
    {
        bool b => b,
        IConvertible c and not (string or char or DateTime or Enum) when double.IsFinite(c.ToDouble(CultureInfo.InvariantCulture)) =>
            c.ToDouble(CultureInfo.InvariantCulture) != 0,
        _ => throw Unfit(value),
    });
}

/// <summary>ID: an opaque key, written as a string.</summary>
internal sealed class IdScalar : Scalar
{
    public override string Name => "ID";

    public override string Description => "The `ID` scalar type represents a unique identifier, often used to refetch an object or as key for a cache. The ID type appears in a JSON response as a String; however, it is not intended to be human-readable. When expected as an input type, any string (such as `\"4\"`) or integer (such as `4`) input value will be accepted as an ID.";

    public override object Parse(ScalarInput input)
    {
        if (input.Kind is ScalarInputKind.String or ScalarInputKind.Int) return input.Text;
        if (input is { Kind: ScalarInputKind.Float, IsLiteral: false }
            && double.Parse(input.Text, CultureInfo.InvariantCulture) is var number
            && double.IsInteger(number))
        {
            return number.ToString("F0", CultureInfo.InvariantCulture);
        }
        throw Unfit(input, "a string or a whole number");
    }

    public override void Write(object value, ResponseWriter writer)
    {
        switch (value)
        {
            case string s: writer.WriteString(s); break;
            case Guid g: writer.WriteString(g, "D"); break;
            case double d when !double.IsInteger(d): throw Unfit(value);
            case IConvertible and not (bool or char or DateTime or Enum):
                writer.WriteString(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
            case IFormattable f and not Enum: writer.WriteString(f.ToString(null, CultureInfo.InvariantCulture)); break;
            default: throw Unfit(value);
        }
    }
}
