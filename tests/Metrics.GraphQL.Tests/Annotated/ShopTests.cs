using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;

namespace Metrics.GraphQL.Tests.Annotated;

public class ShopTests
{
    [Fact]
    public async Task Pages_have_nodes_edges_page_info_and_total_count()
    {
        using var server = new ShopServer();
        (await server.RunAsync("{ products { nodes { name } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }"))
            .ShouldBe("""{"data":{"products":{"nodes":[{"name":"Anvil"},{"name":"Balloon"}],"edges":[{"cursor":"MA=="},{"cursor":"MQ=="}],"pageInfo":{"hasNextPage":true,"hasPreviousPage":false,"startCursor":"MA==","endCursor":"MQ=="},"totalCount":3}}}""");
        (await server.RunAsync("""{ products(after: "MQ==") { nodes { name } pageInfo { hasNextPage endCursor } } }"""))
            .ShouldBe("""{"data":{"products":{"nodes":[{"name":"Candle"}],"pageInfo":{"hasNextPage":false,"endCursor":"Mg=="}}}}""");
        (await server.RunAsync("{ products(last: 1) { nodes { name } pageInfo { hasPreviousPage } } }"))
            .ShouldBe("""{"data":{"products":{"nodes":[{"name":"Candle"}],"pageInfo":{"hasPreviousPage":true}}}}""");
        (await server.RunAsync("""{ products(last: 1, before: "Mg==") { nodes { name } pageInfo { hasNextPage } } }"""))
            .ShouldBe("""{"data":{"products":{"nodes":[{"name":"Balloon"}],"pageInfo":{"hasNextPage":true}}}}""");
    }

    [Theory]
    [InlineData("first: 101", "\\\"first\\\" is 101, but must be from 0 to 100. Ask for the next page with \\\"after\\\".")]
    [InlineData("first: -1", "\\\"first\\\" is -1, but must be from 0 to 100. Ask for the next page with \\\"after\\\".")]
    [InlineData("after: \"x\"", "\\\"x\\\" is not a cursor. Use one that this server gave.")]
    public async Task Pages_out_of_bounds_are_refused(string arguments, string message)
    {
        using var server = new ShopServer();
        (await server.RunAsync($"{{ products({arguments}) {{ totalCount }} }}")).ShouldBe(
            $$$"""{"data":null,"errors":[{"message":"{{{message}}}","locations":[{"line":1,"column":3}],"path":["products"],"extensions":{"code":"BAD_USER_INPUT","coordinate":"Query.products"}}]}""");
    }

    [Theory]
    [InlineData("""{ name: { eq: "Anvil" } }""", "Anvil")]
    [InlineData("""{ name: { neq: "Anvil" } }""", "Balloon,Candle")]
    [InlineData("""{ name: { contains: "l", nstartsWith: "A" } }""", "Balloon,Candle")]
    [InlineData("""{ name: { in: ["Candle", "Anvil"] } }""", "Anvil,Candle")]
    [InlineData("""{ name: { nin: ["Candle", "Anvil"] } }""", "Balloon")]
    [InlineData("""{ price: { gte: 3, ngt: 12 } }""", "Candle")]
    [InlineData("""{ category: { eq: TOYS }, since: { gt: "2026-02-06" } }""", "Candle")]
    [InlineData("""{ id: { in: ["1", "2"] } }""", "Anvil,Balloon")]
    [InlineData("""{ note: { eq: null } }""", "Anvil,Balloon")]
    [InlineData("""{ note: { endsWith: "\"" } }""", "Candle")]
    [InlineData("""{ tags: { some: { eq: "iron" } } }""", "Anvil")]
    [InlineData("""{ tags: { any: false } }""", "Balloon,Candle")]
    [InlineData("""{ tags: { none: { startsWith: "h" } } }""", "Balloon,Candle")]
    [InlineData("""{ or: [{ name: { eq: "Anvil" } }, { and: [{ price: { lt: 1 } }, { category: { in: [TOYS] } }] }] }""", "Anvil,Balloon")]
    [InlineData("""{ or: [] }""", "")]
    [InlineData("""{}""", "Anvil,Balloon,Candle")]
    public async Task Where_selects_rows(string where, string expected)
    {
        using var server = new ShopServer();
        var json = await server.RunAsync($"{{ products(first: 9, where: {where}) {{ nodes {{ name }} }} }}");
        using var document = System.Text.Json.JsonDocument.Parse(json);
        document.RootElement.TryGetProperty("errors", out _).ShouldBeFalse(json);
        string.Join(',', document.RootElement.GetProperty("data").GetProperty("products").GetProperty("nodes").EnumerateArray()
            .Select(n => n.GetProperty("name").GetString())).ShouldBe(expected);
    }

    [Fact]
    public async Task Order_sorts_by_several_keys()
    {
        using var server = new ShopServer();
        (await server.RunAsync("{ products(first: 9, order: [{ category: DESC }, { price: DESC }]) { nodes { name } } }"))
            .ShouldBe("""{"data":{"products":{"nodes":[{"name":"Candle"},{"name":"Balloon"},{"name":"Anvil"}]}}}""");
    }

    [Fact]
    public async Task A_data_loader_fetches_all_keys_of_a_wave_at_once()
    {
        using var server = new ShopServer();
        (await server.RunAsync("{ products(first: 9) { nodes { maker { name } again: maker { id } } } }"))
            .ShouldBe("""{"data":{"products":{"nodes":[{"maker":{"name":"Maker 10"},"again":{"id":"10"}},{"maker":{"name":"Maker 20"},"again":{"id":"20"}},{"maker":{"name":"Maker 10"},"again":{"id":"10"}}]}}}""");
        server.Shop.MakerBatches.ShouldHaveSingleItem().ShouldBe([10, 20]);
    }

    [Fact]
    public async Task Interfaces_and_unions_find_their_types_by_class()
    {
        using var server = new ShopServer();
        (await server.RunAsync("{ a: node(id: 1) { __typename id } b: node(id: 10) { __typename ... on Maker { name } } search { __typename ... on Product { name } } }"))
            .ShouldBe("""{"data":{"a":{"__typename":"Product","id":"1"},"b":{"__typename":"Maker","name":"Maker 10"},"search":[{"__typename":"Product","name":"Anvil"},{"__typename":"Maker"}]}}""");
    }

    [Fact]
    public async Task Input_classes_take_defaults_of_their_constructors()
    {
        using var server = new ShopServer();
        (await server.RunAsync("mutation($i: ProductInput!) { addProduct(input: $i) { name price category tags since } }", new { i = new { name = "Drum", tags = new[] { "loud" } } }))
            .ShouldBe("""{"data":{"addProduct":{"name":"Drum","price":1,"category":"TOYS","tags":["loud"],"since":"2026-04-08"}}}""");
    }

    [Fact]
    public async Task One_of_inputs_take_exactly_one_field()
    {
        using var server = new ShopServer();
        (await server.RunAsync("""{ find(by: { name: "Candle" }) { id label(prefix: "*") } }""")).ShouldBe("""{"data":{"find":{"id":"3","label":"*Candle"}}}""");
        (await server.RunAsync("{ find(by: {}) { id } }")).ShouldContain("exactly one field must be specified");
    }

    [Fact]
    public async Task An_id_that_is_no_number_is_the_callers_fault()
    {
        using var server = new ShopServer();
        (await server.RunAsync("""{ product(id: "x") { id } }""")).ShouldBe(
            """{"data":{"product":null},"errors":[{"message":"\"x\" is not a valid Int32.","locations":[{"line":1,"column":3}],"path":["product"],"extensions":{"code":"BAD_USER_INPUT","coordinate":"Query.product"}}]}""");
    }

    [Fact]
    public async Task A_resolver_may_page_by_itself()
    {
        using var server = new ShopServer();
        (await server.RunAsync("{ manual(first: 2) { nodes { id } totalCount pageInfo { endCursor hasNextPage } } }"))
            .ShouldBe("""{"data":{"manual":{"nodes":[{"id":"1"},{"id":"2"}],"totalCount":3,"pageInfo":{"endCursor":"MQ==","hasNextPage":true}}}}""");
    }

    [Fact]
    public async Task A_resolver_that_pages_by_itself_is_never_asked_for_more_than_allowed()
    {
        using var server = new ShopServer(o => o.MaxPageSize = 2);
        (await server.RunAsync("{ manual(first: 3) { totalCount } }")).ShouldContain("\\\"first\\\" is 3, but must be from 0 to 2.");
        (await server.RunAsync("{ manual { nodes { id } } }")).ShouldBe("""{"data":{"manual":{"nodes":[{"id":"1"},{"id":"2"}]}}}""");
    }

    [Fact]
    public async Task Scoped_services_are_made_for_each_resolver_of_a_query_and_shared_in_a_mutation()
    {
        using var server = new ShopServer(add: b =>
        {
            b.Services.AddScoped<Basket>();
            b.AddTypes(typeof(BasketQueries), typeof(InjectedQueries), typeof(BasketMutations));
        });
        (await server.RunAsync("{ a: isNew b: isNew injected c: injected }")).ShouldBe("""{"data":{"a":true,"b":true,"injected":true,"c":true}}""");
        (await server.RunAsync("mutation { a: fill b: fill }")).ShouldBe("""{"data":{"a":1,"b":2}}""");
    }

    [Fact]
    public async Task Unknown_exceptions_never_leak_and_known_ones_carry_their_code()
    {
        using var server = new ShopServer();
        (await server.RunAsync("{ fail }")).ShouldBe(
            """{"data":null,"errors":[{"message":"Unexpected execution error.","locations":[{"line":1,"column":3}],"path":["fail"],"extensions":{"code":"INTERNAL_SERVER_ERROR","coordinate":"Query.fail"}}]}""");
        (await server.RunAsync("{ refuse }")).ShouldContain("""
            "message":"Closed on Sundays.","locations":[{"line":1,"column":3}],"path":["refuse"],"extensions":{"code":"CLOSED"
            """.Trim());
    }

    [Fact]
    public async Task An_error_filter_sees_the_exception_and_decides_what_is_told()
    {
        using var server = new ShopServer(add: b => b.AddErrorFilter<TellType>());
        (await server.RunAsync("{ fail }")).ShouldContain("""
            "message":"InvalidOperationException!"
            """.Trim());
    }

    [Fact]
    public async Task Authorize_asks_who_is_calling()
    {
        using var server = new ShopServer();
        (await server.RunAsync("{ secret }")).ShouldContain("AUTH_NOT_AUTHENTICATED");
        var clerk = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Role, "clerk")], "test"));
        (await server.RunAsync("{ secret }", user: clerk)).ShouldBe("""{"data":{"secret":"42"}}""");
        (await server.RunAsync("{ payroll }", user: clerk)).ShouldContain("AUTH_NOT_AUTHORIZED");
        var boss = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Role, "boss")], "test"));
        (await server.RunAsync("{ payroll }", user: boss)).ShouldBe("""{"data":{"payroll":"much"}}""");
    }

    [Fact]
    public async Task Mutations_run_one_after_the_other()
    {
        using var server = new ShopServer();
        (await server.RunAsync("mutation { a: count b: count c: count }")).ShouldBe("""{"data":{"a":1,"b":2,"c":3}}""");
    }

    public sealed class Basket
    {
        public int Count { get; set; }
    }

    [QueryType]
    public static class BasketQueries
    {
        public static bool IsNew(Basket basket) => ++basket.Count == 1;
    }

    [QueryType]
    public sealed class InjectedQueries(Basket basket)
    {
        public bool Injected() => ++basket.Count == 1;
    }

    [MutationType]
    public static class BasketMutations
    {
        public static int Fill(Basket basket) => ++basket.Count;
    }

    private sealed class TellType : IErrorFilter
    {
        public GraphQLError OnError(GraphQLError error) => error.Exception is { } e ? error with { Message = e.GetType().Name + "!" } : error;
    }
}
