using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Tests.Language;

public class ParserTests
{
    private static GraphQLError Fail(string text) => Should.Throw<GraphQLException>(() => Parser.Parse(text)).Errors.ShouldHaveSingleItem();

    [Theory]
    [InlineData("{", "Syntax Error: Expected Name, found <EOF>.", 1, 2)]
    [InlineData("{ a }\n\n?", "Syntax Error: Unexpected character: \"?\".", 3, 1)]
    [InlineData("{ a(b: 01) }", "Syntax Error: Invalid number, unexpected digit after 0: \"1\".", 1, 9)]
    [InlineData("{ a(b: 1x) }", "Syntax Error: Invalid number, expected digit but got: \"x\".", 1, 9)]
    [InlineData("{ a(b: \"x\n\") }", "Syntax Error: Unterminated string.", 1, 10)]
    [InlineData("{ a(b: \"\\q\") }", "Syntax Error: Invalid character escape sequence: \"\\q\".", 1, 9)]
    [InlineData("{ a(b: \"\\uD83D\") }", "Syntax Error: Invalid Unicode escape sequence: \"\\uD83D\".", 1, 9)]
    [InlineData("{ a(b: \"\\u{110000}\") }", "Syntax Error: Invalid Unicode escape sequence: \"\\u{110000}\".", 1, 9)]
    [InlineData("{ a(b: 'x') }", "Syntax Error: Unexpected single quote character ('), did you mean to use a double quote (\")?", 1, 8)]
    [InlineData("{ .. a }", "Syntax Error: Unexpected \"..\", did you mean \"...\"?", 1, 3)]
    [InlineData("{}", "Syntax Error: Expected Name, found \"}\".", 1, 2)]
    [InlineData("query Q($a: Int = $b) { a }", "Syntax Error: Unexpected variable \"$b\" in constant value.", 1, 19)]
    [InlineData("\"x\" { a }", "Syntax Error: Unexpected description, descriptions are not supported on shorthand queries.", 1, 1)]
    [InlineData("fragment on on T { a }", "Syntax Error: Unexpected Name \"on\".", 1, 10)]
    [InlineData("enum E { true }", "Syntax Error: Name \"true\" is reserved and cannot be used for an enum value.", 1, 10)]
    [InlineData("directive @d on NOWHERE", "Syntax Error: Unexpected Name \"NOWHERE\".", 1, 17)]
    public void Errors_say_what_and_where(string text, string message, int line, int column)
    {
        var error = Fail(text);
        error.Message.ShouldBe(message);
        error.Locations.ShouldBe([new Location(line, column)]);
        error.Code.ShouldBe(ErrorCodes.Syntax);
    }

    [Fact]
    public void Operations_fragments_and_variables_have_descriptions()
    {
        var document = Parser.Parse("""
            "Rows for BI tools."
            query Q("How many." $n: Int) { ...F }
            "Shared."
            fragment F on Query { a }
            """);
        document.Operations.First().Description!.Value.ShouldBe("Rows for BI tools.");
        document.Operations.First().Variables[0].Description!.Value.ShouldBe("How many.");
        document.Fragments.First().Description!.Value.ShouldBe("Shared.");
    }

    [Theory]
    [InlineData("\"\\u00e9\\u{1F600}\\uD83D\\uDE00\"", "é😀😀")]
    [InlineData("\"\"\"\n    a\n      b\n\n    c\n  \"\"\"", "a\n  b\n\nc")]
    [InlineData("\"\"\" \\\"\"\" \"\"\"", " \"\"\" ")]
    public void Strings_mean_what_the_specification_says(string literal, string expected) =>
        ((StringValueNode)Parser.ParseValue(literal)).Value.ShouldBe(expected);

    [Fact]
    public void Bytes_must_be_utf_8()
    {
        Parser.Parse("{ a(b: \"é\") }"u8).Definitions.Count.ShouldBe(1);
        Should.Throw<GraphQLException>(() => Parser.Parse([(byte)'{', 0xFF, (byte)'}'])).Errors[0].Message.ShouldStartWith("Syntax Error: The document is not UTF-8");
    }

    [Fact]
    public void Line_ends_of_all_kinds_are_counted_once()
    {
        var document = Parser.Parse("query A {a}\r\nquery B {a}\rquery C {a}\n\uFEFFquery D {a}");
        document.Definitions.Select(d => d.Location).ShouldBe([new(1, 1), new(2, 1), new(3, 1), new(4, 2)]);
    }
}
