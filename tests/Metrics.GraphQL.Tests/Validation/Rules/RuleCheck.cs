using System.Globalization;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;
using Metrics.GraphQL.Validation;

namespace Metrics.GraphQL.Tests.Validation.Rules;

/// <summary>Applies one rule to a document over a schema of pets.</summary>
internal static class RuleCheck
{
    private static readonly Schema Pets = Schema.FromSdl("""
        interface Pet { name(short: Boolean): String owner: Human }
        interface Named { name(short: Boolean): String }
        type Dog implements Pet & Named { name(short: Boolean): String owner: Human barks: Boolean! knows(command: Command!): Boolean sibling: Dog }
        type Cat implements Pet & Named { name(short: Boolean): String owner: Human meows: Boolean barks: Int lives: Int }
        type Human implements Named { name(short: Boolean): String pets(first: Int = 10): [Pet!] }
        union Friend = Dog | Human
        enum Command { SIT HEEL }
        input Search { name: String! breed: Breed tags: [String!] limit: Int = 5 }
        input Breed @oneOf { id: ID name: String }
        type Query { dog: Dog cat: Cat pet: Pet friend: Friend named: Named search(by: Search, breeds: [Breed!]): [Pet] number(i: Int, f: Float, required: Int! = 1): Int }
        type Subscription { barked: Dog slept: Dog }
        directive @once on FIELD
        directive @label(text: String!) repeatable on FIELD | QUERY | VARIABLE_DEFINITION
        """);

    public static void Passes(string rule, string document) => Errors(rule, document).ShouldBeEmpty();

    /// <param name="rule">The rule, alone.</param>
    /// <param name="document">What it refuses.</param>
    /// <param name="errors">Every error: its places, then its message.</param>
    public static void Fails(string rule, string document, params string[] errors) => Errors(rule, document).ShouldBe(errors);

    private static List<string> Errors(string rule, string document) =>
        [.. DocumentValidator.Validate(Pets, Parser.Parse(document), new ValidationOptions { Rules = [rule], Suggestions = false })
            .Select(e => $"{string.Join(',', e.Locations.Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Line}:{l.Column}")))} {e.Message}")];
}
