using System.IO.Compression;
using System.Net;
using System.Text;
using Metrics.GraphQL.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Metrics.GraphQL.Tests.Http;

/// <summary>The page with and without GraphiQL; what the build embedded, if anything, plays no part.</summary>
public class ExplorerPageTests
{
    private const string Browser = "text/html,application/xhtml+xml,*/*;q=0.8";
    private static readonly string Script = string.Concat(Enumerable.Repeat("console.log('explorer');\n", 100));

    [Fact]
    public async Task Without_the_bundle_a_browser_sees_a_page_without_script()
    {
        await using var server = await StartAsync(withBundle: false);
        using var response = await server.SendAsync(HttpMethod.Get, "/graphql", Browser);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        Policy(response).ShouldNotContain("script-src");
        var page = await response.TextAsync();
        page.ShouldContain("type Product implements Node {");
        page.ShouldContain("<form method=\"get\">");
        page.ShouldNotContain("<script");
        using var script = await server.SendAsync(HttpMethod.Get, "/graphql/explorer.js");
        script.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task With_the_bundle_the_page_loads_it_and_still_shows_everything_without_script()
    {
        await using var server = await StartAsync();
        using var response = await server.SendAsync(HttpMethod.Get, "/graphql", Browser);
        Policy(response).ShouldStartWith("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self';");
        var page = await response.TextAsync();
        page.ShouldContain("<script defer src=\"graphql/explorer.js?v=");
        page.ShouldContain("href=\"graphql/explorer.css?v=");
        page.ShouldContain("data-introspection=\"true\" hidden");
        page.ShouldContain("type Product implements Node {");
        page.ShouldContain("<form method=\"get\">");
    }

    [Fact]
    public async Task Links_fit_the_address_with_a_slash_at_its_end()
    {
        await using var server = await StartAsync();
        using var response = await server.SendAsync(HttpMethod.Get, "/graphql/", Browser);
        (await response.TextAsync()).ShouldContain("<script defer src=\"explorer.js?v=");
    }

    [Theory]
    [InlineData(null, "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("application/json", "application/json")]
    [InlineData("application/graphql-response+json", "application/graphql-response+json")]
    [InlineData(Browser, "text/html")]
    public async Task With_and_without_the_bundle_the_same_media_type_is_chosen(string? accept, string expected)
    {
        foreach (var withBundle in (bool[])[true, false])
        {
            await using var server = await StartAsync(withBundle: withBundle);
            using var response = await server.SendAsync(HttpMethod.Get, "/graphql", accept);
            response.Content.Headers.ContentType!.MediaType.ShouldBe(expected);
        }
    }

    [Fact]
    public async Task Without_introspection_the_explorer_does_not_ask_for_the_schema()
    {
        await using var server = await StartAsync(o => o.Introspection = false);
        using var response = await server.SendAsync(HttpMethod.Get, "/graphql", Browser);
        var page = await response.TextAsync();
        page.ShouldContain("data-introspection=\"false\"");
        page.ShouldNotContain("type Product");
    }

    [Fact]
    public async Task Where_only_trusted_documents_are_run_there_is_no_explorer()
    {
        await using var server = await StartAsync(o => o.OnlyTrustedDocuments = true);
        using var response = await server.SendAsync(HttpMethod.Get, "/graphql", Browser);
        Policy(response).ShouldNotContain("script-src");
        var page = await response.TextAsync();
        page.ShouldContain("Named documents");
        page.ShouldNotContain("<script");
        using var script = await server.SendAsync(HttpMethod.Get, "/graphql/explorer.js");
        script.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task The_script_is_compressed_as_the_browser_reads_it(string? encoding)
    {
        await using var server = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/graphql/explorer.js");
        if (encoding is not null) request.Headers.AcceptEncoding.ParseAdd(encoding);
        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/javascript; charset=utf-8");
        response.Content.Headers.ContentEncoding.ShouldBe(encoding is null ? [] : [encoding]);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await using var plain = encoding switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            _ => body,
        };
        using var reader = new StreamReader(plain);
        (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldBe(Script);
    }

    [Fact]
    public async Task The_files_are_kept_for_good_by_version_and_else_asked_for_again()
    {
        await using var server = await StartAsync();
        using var page = await server.SendAsync(HttpMethod.Get, "/graphql", Browser);
        var html = await page.TextAsync();
        foreach (var (name, mediaType) in (IEnumerable<(string, string)>)[("explorer.js", "text/javascript"), ("explorer.css", "text/css")])
        {
            var start = html.IndexOf($"graphql/{name}?v=", StringComparison.Ordinal);
            using var versioned = await server.SendAsync(HttpMethod.Get, "/" + html[start..html.IndexOf('"', start)]);
            versioned.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
            versioned.Content.Headers.ContentType!.MediaType.ShouldBe(mediaType);
            using var plain = await server.SendAsync(HttpMethod.Get, $"/graphql/{name}");
            plain.Headers.CacheControl!.ToString().ShouldBe("no-cache");

            using var request = new HttpRequestMessage(HttpMethod.Get, $"/graphql/{name}");
            request.Headers.IfNoneMatch.Add(versioned.Headers.ETag!);
            using var again = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
            again.Headers.ETag.ShouldBe(versioned.Headers.ETag);
            (await again.TextAsync()).ShouldBeEmpty();
        }
    }

    private static Task<WebServer> StartAsync(Action<GraphQLOptions>? configure = null, bool withBundle = true) =>
        WebServer.StartAsync(configure, services => services.AddSingleton(
            new ExplorerBundle(withBundle ? new ExplorerFiles(Encoding.UTF8.GetBytes(Script), "body { }"u8.ToArray()) : null)));

    private static string Policy(HttpResponseMessage response) => response.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
}
