using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Tests.Language;

public class PrinterTests
{
    [Fact]
    public void Documents_are_laid_out_as_graphql_js_lays_them_out() =>
        Printer.Print(Parser.Parse(""" query Q($a:Int=1,$b:[T!]!@d){f(a:$a,o:{x:[1,2.5,"s",null,true,E]})@include(if:true){...F,...on T@d{a},...{b}}} fragment F on T{c} """))
            .ShouldBe("""
                query Q($a: Int = 1, $b: [T!]! @d) {
                  f(a: $a, o: { x: [1, 2.5, "s", null, true, E] }) @include(if: true) {
                    ...F
                    ... on T @d {
                      a
                    }
                    ... {
                      b
                    }
                  }
                }

                fragment F on T {
                  c
                }
                """);

    [Theory]
    [InlineData("type A implements B & C @d { \"x\" a(b: Int = 1 @d, c: [Int!]): Int! @d }")]
    [InlineData("\"\"\"\nd\n\"\"\" interface I { a: Int }")]
    [InlineData("union U @d = A | B")]
    [InlineData("enum E { A @deprecated(reason: \"r\") B }")]
    [InlineData("input I @oneOf { a: Int b: [Int] }")]
    [InlineData("directive @d(a: Int) repeatable on FIELD | QUERY")]
    [InlineData("schema @d { query: Q } extend schema { mutation: M }")]
    [InlineData("scalar S @specifiedBy(url: \"u\") extend scalar S @d")]
    [InlineData("{ a(b: \"\"\"\n  x\n    y \\\"\"\"\n\"\"\") }")]
    [InlineData("{ a(b: \"\"\" lead\"\"\", c: \"\"\"trail\\\\\n\"\"\", d: \"\\u0007\\\"\\\\\") }")]
    [InlineData("\"d\" query Q(\"v\" $a: Int) { a }")]
    public void What_is_printed_parses_to_the_same_print(string text)
    {
        var printed = Printer.Print(Parser.Parse(text));
        Printer.Print(Parser.Parse(printed)).ShouldBe(printed);
    }

    [Fact]
    public void Nodes_made_by_hand_that_nest_too_deep_are_refused_not_fatal()
    {
        ValueNode value = new NullValueNode();
        for (var i = 0; i < 100_000; i++) value = new ListValueNode { Values = [value] };
        Should.Throw<GraphQLException>(() => Printer.Print(value)).Errors[0].Code.ShouldBe(ErrorCodes.Limit);
    }
}
