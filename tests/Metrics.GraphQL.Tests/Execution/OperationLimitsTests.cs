using System.Globalization;

namespace Metrics.GraphQL.Tests.Execution;

/// <summary>Each limit: a document just under it passes, one just over is refused with a code.</summary>
public class OperationLimitsTests
{
    private static string Repeat(int count, Func<int, string> part) => string.Concat(Enumerable.Range(0, count).Select(part));

    private static async Task CheckAsync(string under, string over, string message, Action<GraphQLOptions>? configure = null, object? variables = null)
    {
        using var server = new ShopServer(configure);
        (await server.RunAsync(under, variables)).ShouldNotContain(ErrorCodes.Limit);
        var refused = await server.RunAsync(over, variables);
        refused.ShouldContain($"\"message\":\"{message}");
        refused.ShouldContain("\"extensions\":{\"code\":\"LIMIT_EXCEEDED\"}");
        refused.ShouldNotContain("\"data\"");
    }

    [Fact]
    public Task Tokens() => CheckAsync(
        $"{{{Repeat(1000, _ => " __typename")}}}", $"{{{Repeat(1001, _ => " __typename")}}}",
        "The document has more than 1002 tokens.", o => (o.MaxTokens, o.MaxRootFields) = (1002, 5000));

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{a:", "}")]
    public async Task Depth_of_literals_in_the_parser(string open, string close)
    {
        using var server = new ShopServer();
        string Literal(int depth) => $"{{ product(id: {Repeat(depth, _ => open)}1{Repeat(depth, _ => close)}) {{ id }} }}";
        (await server.RunAsync(Literal(99))).ShouldContain("GRAPHQL_VALIDATION_FAILED");
        (await server.RunAsync(Literal(100))).ShouldContain("The document nests deeper than 100 levels.");
    }

    [Fact]
    public Task Depth_of_fields_through_fragments() => CheckAsync(
        "{ products { ...F } } fragment F on ProductConnection { nodes { id } }",
        "{ products { ...F } } fragment F on ProductConnection { nodes { maker { id } } }",
        "The operation nests 4 levels deep; 3 are allowed.", o => o.MaxDepth = 3);

    [Fact]
    public Task Fields_through_fragments() => CheckAsync(
        "{ ...F ...F } fragment F on Query { product(id: 1) { id name } }",
        "{ ...F ...F __typename } fragment F on Query { product(id: 1) { id name } }",
        "The operation selects 7 fields; 6 are allowed.", o => o.MaxFields = 6);

    [Fact]
    public Task Aliases_through_fragments() => CheckAsync(
        "{ product(id: 1) { ...F } } fragment F on Product { a: id b: id }",
        "{ product(id: 1) { ...F } } fragment F on Product { a: id b: id c: id }",
        "The operation gives 3 aliases; 2 are allowed.", o => o.MaxAliases = 2);

    [Fact]
    public Task Root_fields_through_fragments() => CheckAsync(
        "{ ...F ...F } fragment F on Query { __typename }", "{ ...F ...F __typename } fragment F on Query { __typename }",
        "The operation selects 3 root fields; 2 are allowed.", o => o.MaxRootFields = 2);

    [Fact]
    public Task Directives_at_one_place() => CheckAsync(
        "{ __typename @include(if: true) product(id: 1) @skip(if: false) { id } }", "{ __typename @include(if: true) @skip(if: false) }",
        "2 directives stand at one place; 1 are allowed.", o => o.MaxDirectivesPerLocation = 1);

    [Fact]
    public Task Fragment_visits() => CheckAsync(
        "{ ...A } fragment A on Query { ...B ...B } fragment B on Query { __typename }",
        "{ ...A ...B } fragment A on Query { ...B ...B } fragment B on Query { __typename }",
        "The operation enters fragments 4 times; 3 are allowed.", o => o.MaxFragmentVisits = 3);

    [Fact]
    public Task Merging() => CheckAsync(
        "{ product(id: 1) { id } }", $"{{{Repeat(20, _ => " product(id: 1) { id name }")}}}",
        "The document is too complex to check that its fields can be merged.", o => o.MergeBudget = 60);

    [Fact]
    public Task Cost_of_pages_given_by_variables() => CheckAsync(
        "query($n: Int) { products(first: $n) { nodes { id name } } }", "query($n: Int) { products(first: $n) { ...P } } fragment P on ProductConnection { nodes { id name since } }",
        // One for products, one for nodes, three for each of a hundred rows.
        "The operation could cost 302; 202 is allowed.", o => o.MaxCost = 202, new { n = 100 });

    [Fact]
    public Task Cost_multiplies_lists_within_lists() => CheckAsync(
        "{ search { ... on Product { maker { id } } } }", "{ search { ... on Product { maker { id name } } } }",
        // One for search, and for each of twenty assumed hits one for its maker, one for each field of that.
        "The operation could cost 61; 41 is allowed.", o => o.MaxCost = 41);

    [Fact]
    public async Task Errors_stop_at_twenty()
    {
        using var server = new ShopServer();
        var response = await server.RunAsync($"{{{Repeat(25, i => " x" + i.ToString(CultureInfo.InvariantCulture))}}}");
        response.Split("\"message\"").Length.ShouldBe(21);
    }

    [Fact]
    public async Task Time()
    {
        using var server = new ShopServer(o => o.Timeout = TimeSpan.FromMilliseconds(50));
        (await server.RunAsync("{ slow }")).ShouldBe(
            """{"data":null,"errors":[{"message":"The operation took longer than 0.05 seconds. Ask for less at once.","extensions":{"code":"TIMEOUT"}}]}""");
    }

    [Fact]
    public async Task Nested_introspection_lists()
    {
        using var server = new ShopServer();
        (await server.RunAsync("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }")).ShouldContain("\"data\"");
        (await server.RunAsync("{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }"))
            .ShouldContain("The operation nests introspection lists 4 levels deep; 3 are allowed.");
    }
}
