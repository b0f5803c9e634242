using System.Text;
using System.Text.Json;
using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;
using Metrics.GraphQL.Types.Scalars;

namespace Metrics.GraphQL.Tests.Types;

public class ScalarTests
{
    private static Scalar Find(string name) => BuiltInScalars.All.Concat(ExtendedScalars.All).Single(s => s.Name == name);

    private static string Write(string scalar, object value)
    {
        using var writer = new ResponseWriter();
        Find(scalar).Write(value, writer);
        return Encoding.UTF8.GetString(writer.Written.Span);
    }

    [Theory]
    [InlineData("Int", "7", "7")]
    [InlineData("Float", "1e3", "1000")]
    [InlineData("ID", "12345678901234567890", "\"12345678901234567890\"")]
    [InlineData("Decimal", "0.10", "0.10")]
    [InlineData("Long", "9007199254740993", "9007199254740993")]
    [InlineData("DateTime", "\"2026-09-16T08:30:00+02:00\"", "\"2026-09-16T08:30:00+02:00\"")]
    [InlineData("DateTime", "\"2026-09-16T08:30:00.25Z\"", "\"2026-09-16T08:30:00.25Z\"")]
    [InlineData("Date", "\"2026-09-16\"", "\"2026-09-16\"")]
    [InlineData("Duration", "\"P1DT2H\"", "\"P1DT2H\"")]
    [InlineData("UUID", "\"8f14e45f-ceea-467f-9f2a-2c5d1d3a6b7e\"", "\"8f14e45f-ceea-467f-9f2a-2c5d1d3a6b7e\"")]
    [InlineData("URI", "\"https://example.org/a b\"", "\"https://example.org/a%20b\"")]
    [InlineData("Any", "{\"a\":[1,null,\"x\",true,1.5]}", "{\"a\":[1,null,\"x\",true,1.5]}")]
    public void What_is_read_is_written_alike(string scalar, string json, string expected)
    {
        using var document = JsonDocument.Parse(json);
        Write(scalar, Find(scalar).Parse(new ScalarInput(document.RootElement))!).ShouldBe(expected);
    }

    [Theory]
    [InlineData("Int", "1.0")]
    [InlineData("Int", "-2147483649")]
    [InlineData("Float", "\"1\"")]
    [InlineData("Float", "1e999")]
    [InlineData("String", "1")]
    [InlineData("Boolean", "1")]
    [InlineData("ID", "1.5")]
    [InlineData("Decimal", "\"1\"")]
    [InlineData("Long", "9223372036854775808")]
    [InlineData("DateTime", "\"2026-09-16\"")]
    [InlineData("DateTime", "\"2026-09-16T08:30:00\"")]
    [InlineData("Date", "\"2026-02-30\"")]
    [InlineData("Duration", "\"1:00\"")]
    [InlineData("UUID", "\"x\"")]
    public void Literals_that_do_not_fit_are_refused(string scalar, string literal) =>
        Should.Throw<GraphQLException>(() => Find(scalar).Parse(new ScalarInput(Parser.ParseValue(literal), null)))
            .Errors[0].Message.ShouldStartWith($"{scalar} cannot represent {literal}: expected ");

    [Fact]
    public void Results_that_do_not_fit_are_refused()
    {
        foreach (var (scalar, value) in new (string, object)[]
        {
            ("Int", 1.5), ("Int", 3_000_000_000L), ("Int", "x"), ("Float", double.NaN), ("Float", "x"), ("Boolean", "true"), ("ID", 1.5),
            ("String", new object()), ("Date", "2026-09-16"), ("Any", double.PositiveInfinity),
        })
        {
            Should.Throw<GraphQLException>(() => Write(scalar, value), $"{scalar} {value}").Errors[0].Code.ShouldBe(ErrorCodes.InvalidResult);
        }
    }

    [Fact]
    public void Half_a_surrogate_pair_does_not_break_the_response() => Write("String", "a\ud800b\u2028\u001f").ShouldBe("\"a\ufffdb\u2028\\u001f\"");
}
