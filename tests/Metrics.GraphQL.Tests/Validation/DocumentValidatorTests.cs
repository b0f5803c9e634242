using System.Globalization;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;
using Metrics.GraphQL.Validation;

namespace Metrics.GraphQL.Tests.Validation;

public class DocumentValidatorTests
{
    private static readonly Schema Simple = Schema.FromSdl("type Query { a: Int, b: Query }");

    [Fact]
    public void There_are_the_27_rules_of_the_specification() => DocumentValidator.RuleNames.Count.ShouldBe(27);

    [Fact]
    public void Each_rule_has_its_file_and_names_its_section()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Metrics.sln"))) folder = folder.Parent;
        if (folder is null) Assert.Skip("The tests do not run inside the repository.");
        foreach (var rule in DocumentValidator.RuleNames)
        {
            File.ReadAllText(Path.Combine(folder.FullName, $"src/Metrics.GraphQL/Validation/Rules/{rule}.cs")).ShouldContain("Spec §5.");
            File.Exists(Path.Combine(folder.FullName, $"tests/Metrics.GraphQL.Tests/Validation/Rules/{rule}Tests.cs")).ShouldBeTrue(rule);
        }
    }

    [Fact]
    public void Fields_that_repeat_thousands_of_times_are_valid()
    {
        var document = Parser.Parse($"{{{string.Concat(Enumerable.Repeat(" a b { a }", 2000))}}}");
        DocumentValidator.Validate(Simple, document).ShouldBeEmpty();
    }

    [Fact]
    public void Suggestions_can_be_switched_off()
    {
        var document = Parser.Parse("{ aa }");
        DocumentValidator.Validate(Simple, document)[0].Message.ShouldBe("Cannot query field \"aa\" on type \"Query\". Did you mean \"a\"?");
        DocumentValidator.Validate(Simple, document, new ValidationOptions { Suggestions = false })[0].Message
            .ShouldBe("Cannot query field \"aa\" on type \"Query\".");
    }

    [Fact]
    public void Values_of_an_enum_are_suggestions_too()
    {
        var schema = Schema.FromSdl("type Query { a(e: E): Int } enum E { X Y }");
        DocumentValidator.Validate(schema, Parser.Parse("{ a(e: Z) }"))[0].Message.ShouldBe("Value Z does not exist in \"E\" enum. Use one of: X, Y.");
        DocumentValidator.Validate(schema, Parser.Parse("{ a(e: Z) }"), new ValidationOptions { Suggestions = false })[0].Message
            .ShouldBe("Value Z does not exist in \"E\" enum.");
    }

    [Fact]
    public void Arguments_of_an_unknown_directive_are_judged_as_those_of_its_field_as_graphql_js_does()
    {
        var schema = Schema.FromSdl("type Query { a(e: E): Int } enum E { X Y }");
        DocumentValidator.Validate(schema, Parser.Parse("{ a @nope(e: Z, other: 1) }")).Select(e => e.Message).ShouldBe(
            ["Unknown directive \"@nope\".", "Value Z does not exist in \"E\" enum. Use one of: X, Y."], ignoreOrder: true);
    }

    [Fact]
    public void Validation_stops_at_the_limit_of_errors()
    {
        var document = Parser.Parse($"{{{string.Concat(Enumerable.Range(0, 50).Select(i => " x" + i.ToString(CultureInfo.InvariantCulture)))}}}");
        DocumentValidator.Validate(Simple, document, new ValidationOptions { MaxErrors = 7 }).Count.ShouldBe(7);
    }
}
