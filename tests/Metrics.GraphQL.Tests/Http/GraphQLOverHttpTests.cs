using System.IO.Compression;
using System.Net;

namespace Metrics.GraphQL.Tests.Http;

public class GraphQLOverHttpTests
{
    private const string Query = """{"query":"{ product(id: 1) { name } }"}""";
    private const string GraphQLResponse = "application/graphql-response+json";

    [Theory]
    [InlineData(null, "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("application/*", "application/json")]
    [InlineData("application/json", "application/json")]
    [InlineData(GraphQLResponse, GraphQLResponse)]
    [InlineData("application/graphql-response+json, application/json;q=0.9", GraphQLResponse)]
    [InlineData("application/graphql-response+json;q=0.1, application/json;q=0.9", "application/json")]
    public async Task Accept_chooses_the_media_type(string? accept, string expected)
    {
        await using var server = await WebServer.StartAsync();
        using var response = await server.PostAsync(Query, accept);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().ShouldBe($"{expected}; charset=utf-8");
        (await response.TextAsync()).ShouldBe("""{"data":{"product":{"name":"Anvil"}}}""");
    }

    [Theory]
    [InlineData("""{"query":"{ nope }"}""", HttpStatusCode.BadRequest, HttpStatusCode.OK)]
    [InlineData("""{"query":"{"}""", HttpStatusCode.BadRequest, HttpStatusCode.OK)]
    [InlineData("""{"query":"query($id: ID!) { product(id: $id) { name } }"}""", HttpStatusCode.BadRequest, HttpStatusCode.OK)]
    [InlineData("""{"query":"{ fail }"}""", HttpStatusCode.OK, HttpStatusCode.OK)]
    [InlineData("""{"query":"{ a: product(id: 1) { name } fail }"}""", HttpStatusCode.OK, HttpStatusCode.OK)]
    [InlineData("""{"query":7}""", HttpStatusCode.BadRequest, HttpStatusCode.BadRequest)]
    [InlineData("""{"query":"{ __typename }","variables":[]}""", HttpStatusCode.BadRequest, HttpStatusCode.BadRequest)]
    [InlineData("""{"query":"\uD800"}""", HttpStatusCode.BadRequest, HttpStatusCode.BadRequest)]
    [InlineData("""[{"query":"{ __typename }"}]""", HttpStatusCode.BadRequest, HttpStatusCode.BadRequest)]
    [InlineData("{", HttpStatusCode.BadRequest, HttpStatusCode.BadRequest)]
    public async Task Status_codes_follow_media_type_and_phase(string body, HttpStatusCode graphQL, HttpStatusCode json)
    {
        await using var server = await WebServer.StartAsync();
        using var asGraphQL = await server.PostAsync(body, GraphQLResponse);
        using var asJson = await server.PostAsync(body, "application/json");
        asGraphQL.StatusCode.ShouldBe(graphQL);
        asJson.StatusCode.ShouldBe(json);
        (await asJson.TextAsync()).ShouldContain("\"errors\":[");
    }

    [Fact]
    public async Task Validation_errors_come_without_data_and_with_locations()
    {
        await using var server = await WebServer.StartAsync();
        using var response = await server.PostAsync("""{"query":"{ produkt(id: 1) { name } }"}""", GraphQLResponse);
        (await response.TextAsync()).ShouldBe(
            """{"errors":[{"message":"Cannot query field \"produkt\" on type \"Query\". Did you mean \"product\" or \"products\"?","locations":[{"line":1,"column":3}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}""");
    }

    [Fact]
    public async Task Other_methods_are_not_allowed()
    {
        await using var server = await WebServer.StartAsync();
        using var response = await server.SendAsync(HttpMethod.Put, "/graphql", body: Query);
        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.Allow.ShouldBe(["GET", "POST"]);
    }

    [Fact]
    public async Task Mutations_by_get_are_not_allowed()
    {
        await using var server = await WebServer.StartAsync();
        using var response = await server.SendAsync(HttpMethod.Get, "/graphql?query=mutation{count}");
        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.Allow.ShouldBe(["POST"]);
        using var after = await server.PostAsync("""{"query":"mutation { count }"}""");
        (await after.TextAsync()).ShouldBe("""{"data":{"count":1}}""");
    }

    [Fact]
    public async Task Queries_by_get_take_variables_and_operation_name()
    {
        await using var server = await WebServer.StartAsync();
        var query = Uri.EscapeDataString("query A { a: __typename } query B($id: ID!) { product(id: $id) { name } }");
        using var response = await server.SendAsync(
            HttpMethod.Get, $"/graphql?query={query}&operationName=B&variables={Uri.EscapeDataString("""{"id":2}""")}");
        (await response.TextAsync()).ShouldBe("""{"data":{"product":{"name":"Balloon"}}}""");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("image/png")]
    [InlineData("application/json;charset=utf-16")]
    public async Task What_the_caller_cannot_read_is_not_acceptable(string accept)
    {
        await using var server = await WebServer.StartAsync();
        using var response = await server.PostAsync(Query, accept);
        response.StatusCode.ShouldBe(HttpStatusCode.NotAcceptable);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData(null)]
    public async Task A_form_of_a_foreign_page_cannot_post(string? contentType)
    {
        await using var server = await WebServer.StartAsync();
        using var response = await server.SendAsync(HttpMethod.Post, "/graphql", body: Query, contentType: contentType);
        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task A_body_just_under_the_limit_passes_and_one_just_over_is_too_large()
    {
        await using var server = await WebServer.StartAsync();
        string Padded(int size) => Query + new string(' ', size - Query.Length);
        using var under = await server.PostAsync(Padded(1_048_576));
        under.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var over = await server.PostAsync(Padded(1_048_577));
        over.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task Large_responses_are_compressed(string encoding)
    {
        await using var server = await WebServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/graphql?query={__schema{types{name,fields{name,description}}}}");
        request.Headers.AcceptEncoding.ParseAdd(encoding);
        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        response.Content.Headers.ContentEncoding.ShouldBe([encoding]);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await using Stream plain = encoding == "br" ? new BrotliStream(body, CompressionMode.Decompress) : new GZipStream(body, CompressionMode.Decompress);
        using var reader = new StreamReader(plain);
        (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldStartWith("{\"data\":{\"__schema\"");
    }

    [Fact]
    public async Task The_schema_is_served_as_sdl()
    {
        await using var server = await WebServer.StartAsync();
        using var response = await server.SendAsync(HttpMethod.Get, "/graphql?sdl");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        (await response.TextAsync()).ShouldContain("type Product implements Node {");
    }

    [Fact]
    public async Task With_introspection_off_neither_sdl_nor_introspection_answer()
    {
        await using var server = await WebServer.StartAsync(o => o.Introspection = false);
        using var sdl = await server.SendAsync(HttpMethod.Get, "/graphql?sdl");
        sdl.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var introspection = await server.PostAsync("""{"query":"{ ...F } fragment F on Query { __schema { queryType { name } } }"}""");
        (await introspection.TextAsync()).ShouldContain("INTROSPECTION_DISABLED");
    }

    [Fact]
    public async Task A_query_can_be_asked_for_by_its_hash_once_it_is_known()
    {
        await using var server = await WebServer.StartAsync();
        const string text = "{ __typename }";
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
        var extensions = Uri.EscapeDataString($$$"""{"persistedQuery":{"version":1,"sha256Hash":"{{{hash}}}"}}""");
        using var unknown = await server.SendAsync(HttpMethod.Get, $"/graphql?extensions={extensions}");
        (await unknown.TextAsync()).ShouldBe("""{"errors":[{"message":"PersistedQueryNotFound","extensions":{"code":"PERSISTED_QUERY_NOT_FOUND"}}]}""");
        using var sent = await server.SendAsync(HttpMethod.Get, $"/graphql?extensions={extensions}&query={Uri.EscapeDataString(text)}");
        sent.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var known = await server.SendAsync(HttpMethod.Get, $"/graphql?extensions={extensions}");
        (await known.TextAsync()).ShouldBe("""{"data":{"__typename":"Query"}}""");
    }
}
