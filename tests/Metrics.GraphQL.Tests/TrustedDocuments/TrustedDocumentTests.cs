using System.Net;
using System.Text;
using System.Text.Json;
using Metrics.GraphQL.Http;
using Metrics.GraphQL.Tests.Http;
using Metrics.GraphQL.TrustedDocuments;

namespace Metrics.GraphQL.Tests.TrustedDocuments;

public sealed class TrustedDocumentTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("trusted").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);

    [Fact]
    public void A_broken_document_stops_the_start_with_file_and_line()
    {
        Write("good.graphql", "{ __typename }");
        Write("bad.graphql", "query Bad {\n  products { nope }\n}");
        Write("worse.graphql", "query {");
        Write("two.graphql", "query A { __typename } query B { __typename }");
        using var server = new ShopServer();
        var exception = Should.Throw<TrustedDocumentException>(() => TrustedDocumentStore.Load(server.Schema, folder, new GraphQLOptions()));
        exception.Faults.Select(f => f.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)).ShouldBe(
        [
            "bad.graphql:2:14: Cannot query field \"nope\" on type \"ProductConnection\". Did you mean \"nodes\"?",
            "two.graphql: holds 2 operations; a trusted document holds exactly one.",
            "worse.graphql:1:8: Syntax Error: Expected Name, found <EOF>.",
        ]);
    }

    [Fact]
    public void A_missing_folder_stops_the_start()
    {
        using var server = new ShopServer();
        Should.Throw<TrustedDocumentException>(() => TrustedDocumentStore.Load(server.Schema, Path.Combine(folder, "none"), new GraphQLOptions()))
            .Faults[0].ShouldEndWith("the folder of trusted documents does not exist. Create it or change TrustedDocuments.");
    }

    [Fact]
    public async Task Documents_are_served_by_name_as_json_csv_and_json_lines()
    {
        Write("shelf.graphql", "query Shelf($first: Int = 1, $category: Category) { products(first: $first, where: { category: { eq: $category } }) { nodes { id name note maker { name } tags } } }");
        await using var server = await WebServer.StartAsync(o => o.TrustedDocuments = folder);

        using var json = await server.SendAsync(HttpMethod.Get, "/graphql/persisted/shelf?category=HEAVY_GOODS");
        (await json.TextAsync()).ShouldBe("""{"data":{"products":{"nodes":[{"id":"1","name":"Anvil","note":null,"maker":{"name":"Maker 10"},"tags":["iron","heavy"]}]}}}""");

        using var csv = await server.SendAsync(HttpMethod.Get, "/graphql/persisted/shelf?first=2&category=TOYS&format=csv");
        csv.Content.Headers.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8");
        (await csv.TextAsync()).ShouldBe("id,name,note,maker.name,tags\r\n2,Balloon,,Maker 20,[]\r\n3,Candle,\"wax, \"\"real\"\"\",Maker 10,[]\r\n");

        using var lines = await server.SendAsync(HttpMethod.Post, "/graphql/persisted/shelf", "application/jsonl", """{"variables":{"first":1,"category":"TOYS"}}""");
        (await lines.TextAsync()).ShouldBe("""{"id":"2","name":"Balloon","note":null,"maker.name":"Maker 20","tags":[]}""" + "\n");
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+41 44", "'+41 44")]
    [InlineData("-2", "'-2")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("a=1", "a=1")]
    public void Text_that_a_spreadsheet_would_take_for_a_formula_is_made_harmless_in_csv(string text, string cell)
    {
        var data = JsonSerializer.SerializeToElement(new { text, number = -2 });

        var csv = RowWriter.Write(data, new RowShape([], ["text", "number"]), asCsv: true);

        Encoding.UTF8.GetString(csv).ShouldBe($"{cell},-2\r\n");
    }

    [Fact]
    public async Task An_empty_result_has_the_same_header_as_a_full_one()
    {
        Write("none.graphql", "{ products(where: { name: { eq: \"?\" } }) { ...P } } fragment P on ProductConnection { nodes { id ... { kind: category } maker { name } tags } }");
        Write("one.graphql", "{ product(id: 3) { name maker { id } } }");
        Write("absent.graphql", "{ product(id: 4) { name maker { id } } }");
        await using var server = await WebServer.StartAsync(o => o.TrustedDocuments = folder);
        using var none = await server.SendAsync(HttpMethod.Get, "/graphql/persisted/none?format=csv");
        (await none.TextAsync()).ShouldBe("id,kind,maker.name,tags\r\n");
        using var one = await server.SendAsync(HttpMethod.Get, "/graphql/persisted/one", "text/csv");
        (await one.TextAsync()).ShouldBe("product.name,product.maker.id\r\nCandle,10\r\n");
        using var absent = await server.SendAsync(HttpMethod.Get, "/graphql/persisted/absent", "text/csv");
        (await absent.TextAsync()).ShouldBe("product.name,product.maker.id\r\n,\r\n");
    }

    [Fact]
    public async Task What_cannot_be_served_is_said_with_what_can()
    {
        Write("shelf.graphql", "query Shelf($first: Int) { products(first: $first) { nodes { id } } }");
        Write("count.graphql", "mutation { count }");
        await using var server = await WebServer.StartAsync(o => o.TrustedDocuments = folder);

        using var missing = await server.SendAsync(HttpMethod.Get, "/graphql/persisted/nope");
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await missing.TextAsync()).ShouldContain("There are: count, shelf.");

        using var unknown = await server.SendAsync(HttpMethod.Get, "/graphql/persisted/shelf?frist=2");
        unknown.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await unknown.TextAsync()).ShouldContain("The document has no variable \\\"frist\\\". It has: first.");

        using var unfit = await server.SendAsync(HttpMethod.Get, "/graphql/persisted/shelf?first=x&format=csv");
        unfit.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        unfit.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");

        using var format = await server.SendAsync(HttpMethod.Get, "/graphql/persisted/shelf?format=xls");
        format.StatusCode.ShouldBe(HttpStatusCode.NotAcceptable);

        using var mutation = await server.SendAsync(HttpMethod.Get, "/graphql/persisted/count");
        mutation.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        using var posted = await server.SendAsync(HttpMethod.Post, "/graphql/persisted/count");
        (await posted.TextAsync()).ShouldBe("""{"data":{"count":1}}""");
    }

    [Fact]
    public async Task When_only_trusted_documents_are_allowed_nothing_else_is_executed()
    {
        const string text = "{ __typename }";
        Write("type.graphql", text);
        await using var server = await WebServer.StartAsync(o => (o.TrustedDocuments, o.OnlyTrustedDocuments) = (folder, true));
        using var other = await server.PostAsync("""{"query":"{ a: __typename }"}""");
        (await other.TextAsync()).ShouldContain("ONLY_TRUSTED_DOCUMENTS");
        using var same = await server.PostAsync("""{"query":"{ __typename }"}""");
        (await same.TextAsync()).ShouldBe("""{"data":{"__typename":"Query"}}""");
        using var byHash = await server.PostAsync($$"""{"documentId":"sha256:{{TrustedDocumentStore.Hash(text)}}"}""");
        (await byHash.TextAsync()).ShouldBe("""{"data":{"__typename":"Query"}}""");
    }
}
