using System.Diagnostics;
using System.Globalization;
using System.Text;
using Metrics.GraphQL.Tests.Http;

namespace Metrics.GraphQL.Tests.Abuse;

/// <summary>Documents made to hurt. Bounds are generous: a second is a thousand times what an honest document takes.</summary>
public class AbuseTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private const long MaxAllocated = 200_000_000;

    private static string Repeat(int count, Func<int, string> part) => string.Join(' ', Enumerable.Range(0, count).Select(part));

    private static string N(int i) => i.ToString(CultureInfo.InvariantCulture);

    private static string Nested(string open, int depth, string inner, string close) =>
        string.Concat(Enumerable.Repeat(open, depth)) + inner + string.Concat(Enumerable.Repeat(close, depth));

    public static TheoryData<string, string> Vectors() => new()
    {
        { "same leaf 3,000 times", $"{{{Repeat(3000, _ => "__typename")}}}" },
        { "same composite 1,500 times", $"{{{Repeat(1500, _ => "product(id:1){id}")}}}" },
        { "inline fragments 60 by 60", $"{{{Repeat(60, _ => $"...{{product(id:1){{{Repeat(60, _ => "...{id}")}}}}}")}}}" },
        { "fragment bomb", $"{{...F0}} {Repeat(25, i => $"fragment F{N(i)} on Query{{product(id:1){{...P}} ...F{N(i + 1)} ...F{N(i + 1)}}}")} fragment F25 on Query{{__typename}} fragment P on Product{{id}}" },
        { "fragment bomb with depth", $"{{node(id:1){{...F0}}}} {Repeat(25, i => $"fragment F{N(i)} on Product{{maker{{...on Node{{...F{N(i + 1)}}}}} b:maker{{...on Node{{...F{N(i + 1)}}}}}}}")} fragment F25 on Product{{id}}" },
        { "fragment chain", $"{{...F0}} {Repeat(900, i => $"fragment F{N(i)} on Query{{product(id:1){{id}} ...F{N(i + 1)}}}")} fragment F900 on Query{{__typename}}" },
        { "deep fragment chain", $"{{search{{...F0}}}} {Repeat(1200, i => $"fragment F{N(i)} on Product{{maker{{...F{N(i + 1)}}}}}")} fragment F1200 on Product{{id}}" },
        { "fragment cycle", "{...A} fragment A on Query{product(id:1){...B}} fragment B on Product{maker{id} ...B}" },
        { "conflicting bomb", $"{{...F0}} {Repeat(25, i => $"fragment F{N(i)} on Query{{x:product(id:{N(i)}){{id}} ...F{N(i + 1)} y:product(id:1){{id}} ...F{N(i + 1)}}}")} fragment F25 on Query{{x:__typename}}" },
        { "aliases", $"{{{Repeat(4000, i => $"k{N(i)}:__typename")}}}" },
        { "directives", $"{{__typename {Repeat(7000, _ => "@x")}}}" },
        { "unknown fields", $"{{{Repeat(9000, i => $"u{N(i)}")}}}" },
        { "selections 2,000 deep", $"{{{Nested("a{", 2000, "b", "}")}}}" },
        { "lists 10,000 deep", $"{{product(id:{Nested("[", 10_000, "", "]")}){{id}}}}" },
        { "objects 5,000 deep", $"{{product(id:{Nested("{i:", 5000, "1", "}")}){{id}}}}" },
        { "list types 5,000 deep", $"query($v:{Nested("[", 5000, "Int", "]")}){{__typename}}" },
        { "braces only, 1 MB", new string('{', 1_000_000) },
        { "brackets only, 1 MB", $"{{a(b:{new string('[', 1_000_000)}" },
        { "integers", $"{{product(id:[{string.Concat(Enumerable.Repeat("1,", 200_000))}]){{id}}}}" },
        { "one string of 1 MB", $"{{product(id:\"{new string('x', 1_000_000)}\"){{id}}}}" },
        { "one block string of 1 MB", $"{{product(id:\"\"\"{string.Concat(Enumerable.Repeat("\n x", 330_000))}\"\"\"){{id}}}}" },
        { "one number of 1 MB", $"{{product(id:{new string('9', 1_000_000)}){{id}}}}" },
        { "one name of 1 MB", $"{{{new string('x', 1_000_000)}}}" },
        { "comments of 1 MB", $"{{__typename}}{string.Concat(Enumerable.Repeat("#x\n", 330_000))}" },
        { "commas of 1 MB", $"{{__typename}}{new string(',', 1_000_000)}" },
        { "introspection loop", $"{{__schema{{types{{{Nested("fields{type{", 12, "name", "}}")}}}}}}}" },
        { "operations", Repeat(2900, i => $"query Q{N(i)}{{__typename}}") },
        { "variables", $"query({Repeat(3700, i => $"$v{N(i)}:Int")}){{__typename}}" },
        { "operations that share fragments", $"{Repeat(900, i => $"query Q{N(i)}{{...F0}}")} {Repeat(700, i => $"fragment F{N(i)} on Query{{...F{N(i + 1)}}}")} fragment F700 on Query{{__typename}}" },
        { "different arguments", $"{{{Repeat(1000, i => $"product(id:{N(i)}){{id}}")}}}" },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public async Task No_document_takes_a_second_or_200_megabytes(string name, string document)
    {
        using var server = new ShopServer();
        await server.RunAsync("{ __typename }");
        var allocated = GC.GetTotalAllocatedBytes();
        var watch = Stopwatch.StartNew();
        var response = await server.RunAsync(document);
        watch.Elapsed.ShouldBeLessThan(Second, name);
        (GC.GetTotalAllocatedBytes() - allocated).ShouldBeLessThan(MaxAllocated, name);
        response.Length.ShouldBeLessThan(1_000_000, name);
    }

    [Theory]
    [InlineData("{\"query\":\"{__typename}\",\"variables\":", "{\"a\":", "}", 20_000)]
    [InlineData("{\"query\":\"{__typename}\",\"variables\":{\"a\":", "[", "]", 200_000)]
    public async Task Deep_json_is_refused_not_fatal(string start, string open, string close, int depth)
    {
        await using var server = await WebServer.StartAsync();
        using var response = await server.PostAsync(start + Nested(open, depth, "1", close) + "}");
        response.StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);
        using var after = await server.PostAsync("{\"query\":\"{__typename}\"}");
        (await after.TextAsync()).ShouldBe("""{"data":{"__typename":"Query"}}""");
    }

    [Fact]
    public async Task Variables_just_deep_enough_are_coerced()
    {
        await using var server = await WebServer.StartAsync();
        const string query = "query($w: ProductFilterInput) { products(where: $w) { totalCount } }";
        var filter = Nested("{\"and\":[", 45, "{}", "]}");
        using var response = await server.PostAsync($"{{\"query\":\"{query}\",\"variables\":{{\"w\":{filter}}}}}");
        (await response.TextAsync()).ShouldBe("""{"data":{"products":{"totalCount":3}}}""");
    }

    [Theory]
    [InlineData(498, false)]
    [InlineData(600, true)]
    [InlineData(100_000, true)]
    public async Task Long_filters_are_refused_before_they_become_deep_expressions(int conditions, bool isRefused)
    {
        await using var server = await WebServer.StartAsync();
        const string query = "query($w: ProductFilterInput) { products(where: $w) { totalCount } }";
        var filter = $"{{\"or\":[{string.Join(',', Enumerable.Repeat("{}", conditions))}]}}";
        using var response = await server.PostAsync($"{{\"query\":\"{query}\",\"variables\":{{\"w\":{filter}}}}}");
        (await response.TextAsync()).Contains("The filter has more than 500 conditions.", StringComparison.Ordinal).ShouldBe(isRefused);
    }

    [Fact]
    public async Task Many_values_of_in_are_one_condition()
    {
        await using var server = await WebServer.StartAsync();
        const string query = "query($w: ProductFilterInput) { products(where: $w) { totalCount } }";
        var filter = $"{{\"id\":{{\"in\":[{string.Join(',', Enumerable.Range(1, 10_000))}]}}}}";
        using var response = await server.PostAsync($"{{\"query\":\"{query}\",\"variables\":{{\"w\":{filter}}}}}");
        (await response.TextAsync()).ShouldBe("""{"data":{"products":{"totalCount":3}}}""");
    }

    [Fact]
    public async Task Long_orders_are_refused()
    {
        using var server = new ShopServer();
        string Order(int keys) => $"{{ products(order: [{Repeat(keys, _ => "{ name: ASC }")}]) {{ totalCount }} }}";
        (await server.RunAsync(Order(20))).ShouldBe("""{"data":{"products":{"totalCount":3}}}""");
        (await server.RunAsync(Order(21))).ShouldContain("has more than 20 keys.");
    }

    [Fact]
    public async Task Random_bytes_and_damaged_documents_never_crash()
    {
        using var server = new ShopServer();
        var random = new Random(20260916);
        const string alphabet = "{}()[]:!|&=@$\"\\.#, \n\t-019eEabc_query fragment on mutation null true \uFEFF\u00e9\ud83d";
        const string good = "query Q($id: ID!, $w: ProductFilterInput) { product(id: $id) { ...F @include(if: true) } products(where: $w, first: 2) { nodes { name } } } fragment F on Product { id maker { name } }";
        for (var i = 0; i < 3000; i++)
        {
            var text = new StringBuilder(i % 2 == 0 ? good : "");
            for (var k = random.Next(1, 40); k > 0; k--)
            {
                var at = random.Next(text.Length + 1);
                if (text.Length > 0 && at < text.Length && random.Next(2) == 0) text.Remove(at, 1);
                else text.Insert(at, alphabet[random.Next(alphabet.Length)]);
            }
            (await server.RunAsync(text.ToString(), new { id = "1" })).ShouldStartWith("{\"");
        }
    }
}
