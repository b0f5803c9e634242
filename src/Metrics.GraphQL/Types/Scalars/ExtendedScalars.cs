using System.Globalization;
using System.Xml;
using Metrics.GraphQL.Execution;

namespace Metrics.GraphQL.Types.Scalars;

/// <summary>The scalars beyond the specification, named as in HotChocolate.</summary>
public static class ExtendedScalars
{
    /// <summary>Decimal, Long, DateTime, Date, Duration, UUID, URI and Any.</summary>
    public static IReadOnlyList<Scalar> All { get; } =
    [
        new DecimalScalar(), new LongScalar(), new DateTimeScalar(), new DateScalar(), new DurationScalar(), new UuidScalar(),
        new UriScalar(), new AnyScalar(),
    ];
}

internal sealed class DecimalScalar : Scalar
{
    public override string Name => "Decimal";

    public override string Description => "A decimal number of up to 28 digits, written as a JSON number.";

    public override IReadOnlyList<Type> ClrTypes => [typeof(decimal)];

    public override object Parse(ScalarInput input) =>
        input.Kind is ScalarInputKind.Int or ScalarInputKind.Float
        && decimal.TryParse(input.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Unfit(input, "a number of up to 28 digits");

    public override void Write(object value, ResponseWriter writer) => writer.WriteNumber(value switch
    {
        decimal d => d,
        int or long or short or byte => Convert.ToDecimal(value, CultureInfo.InvariantCulture),
        double d when Math.Abs(d) < 1e28 => (decimal)d,
        _ => throw Unfit(value),
    });
}

internal sealed class LongScalar : Scalar
{
    public override string Name => "Long";

    public override string Description => "A signed 64-bit whole number.";

    public override IReadOnlyList<Type> ClrTypes => [typeof(long), typeof(uint)];

    public override object Parse(ScalarInput input) =>
        input.Kind == ScalarInputKind.Int
        && long.TryParse(input.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Unfit(input, "a whole number of 64 bits");

    public override void Write(object value, ResponseWriter writer) => writer.WriteNumber(value switch
    {
        long l => l,
        int or short or byte or uint or ushort or sbyte => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        _ => throw Unfit(value),
    });
}

internal sealed class DateTimeScalar : Scalar
{
    public override string Name => "DateTime";

    public override string Description => "An instant with its offset from UTC, as in RFC 3339: 2026-09-16T08:30:00Z.";

    public override string SpecifiedBy => "https://scalars.graphql.org/andimarek/date-time.html";

    public override IReadOnlyList<Type> ClrTypes => [typeof(DateTimeOffset), typeof(DateTime)];

    public override object Parse(ScalarInput input)
    {
        const string expected = "an instant with offset, such as 2026-09-16T08:30:00Z";
        if (input.Kind != ScalarInputKind.String || !HasOffset(input.Text)) throw Unfit(input, expected);
        return DateTimeOffset.TryParse(input.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : throw Unfit(input, expected);
    }

    public override void Write(object value, ResponseWriter writer)
    {
        var instant = value switch
        {
            DateTimeOffset offset => offset,
            DateTime { Kind: DateTimeKind.Unspecified } time => new DateTimeOffset(time, TimeSpan.Zero),
            DateTime time => new DateTimeOffset(time),
            _ => throw Unfit(value),
        };
        if (instant.Offset == TimeSpan.Zero) writer.WriteString(instant.UtcDateTime, "yyyy-MM-ddTHH:mm:ss.FFFFFFFZ");
        else writer.WriteString(instant, "yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz");
    }

    private static bool HasOffset(string text) =>
        text.Length >= 20 && text[4] == '-' && text[10] is 'T' or 't' && (text[^1] is 'Z' or 'z' || text[^6] is '+' or '-');
}

internal sealed class DateScalar : Scalar
{
    public override string Name => "Date";

    public override string Description => "A calendar day: 2026-09-16.";

    public override string SpecifiedBy => "https://scalars.graphql.org/andimarek/local-date.html";

    public override IReadOnlyList<Type> ClrTypes => [typeof(DateOnly)];

    public override object Parse(ScalarInput input) =>
        input.Kind == ScalarInputKind.String
        && DateOnly.TryParseExact(input.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw Unfit(input, "a day, such as 2026-09-16");

    public override void Write(object value, ResponseWriter writer) => writer.WriteString(value switch
    {
        DateOnly date => date,
        DateTime time => DateOnly.FromDateTime(time),
        DateTimeOffset instant => DateOnly.FromDateTime(instant.DateTime),
        _ => throw Unfit(value),
    }, "yyyy-MM-dd");
}

internal sealed class DurationScalar : Scalar
{
    public override string Name => "Duration";

    public override string Description => "A length of time as in ISO 8601: P1DT2H30M.";

    public override IReadOnlyList<Type> ClrTypes => [typeof(TimeSpan)];

    public override object Parse(ScalarInput input)
    {
        if (input.Kind == ScalarInputKind.String)
        {
            try
            {
                return XmlConvert.ToTimeSpan(input.Text);
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                throw Unfit(input, "an ISO 8601 duration, such as PT15M");
            }
        }
        throw Unfit(input, "an ISO 8601 duration, such as PT15M");
    }

    public override void Write(object value, ResponseWriter writer) =>
        writer.WriteString(value is TimeSpan span ? XmlConvert.ToString(span) : throw Unfit(value));
}

internal sealed class UuidScalar : Scalar
{
    public override string Name => "UUID";

    public override string Description => "A UUID of 32 hexadecimal digits with hyphens.";

    public override string SpecifiedBy => "https://tools.ietf.org/html/rfc4122";

    public override IReadOnlyList<Type> ClrTypes => [typeof(Guid)];

    public override object Parse(ScalarInput input) =>
        input.Kind == ScalarInputKind.String && Guid.TryParseExact(input.Text, "D", out var id)
            ? id
            : throw Unfit(input, "a UUID, such as 8f14e45f-ceea-467f-9f2a-2c5d1d3a6b7e");

    public override void Write(object value, ResponseWriter writer) =>
        writer.WriteString(value is Guid id ? id : throw Unfit(value), "D");
}

internal sealed class UriScalar : Scalar
{
    public override string Name => "URI";

    public override string Description => "A URI as in RFC 3986, absolute or relative.";

    public override string SpecifiedBy => "https://tools.ietf.org/html/rfc3986";

    public override IReadOnlyList<Type> ClrTypes => [typeof(Uri)];

    public override object Parse(ScalarInput input) =>
        input.Kind == ScalarInputKind.String && Uri.TryCreate(input.Text, UriKind.RelativeOrAbsolute, out var uri)
            ? uri
            : throw Unfit(input, "a URI");

    public override void Write(object value, ResponseWriter writer) => writer.WriteString(value switch
    {
        Uri { IsAbsoluteUri: true } uri => uri.AbsoluteUri,
        Uri uri => uri.OriginalString,
        string s => s,
        _ => throw Unfit(value),
    });
}
