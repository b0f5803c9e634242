using System.Net;
using System.Net.Sockets;
using Metrics.GraphQL.Tests.Http;

namespace Metrics.GraphQL.Tests.TrustedDocuments;

public sealed class RowStreamTests : IDisposable
{
    private const int All = 12_001;

    private readonly string folder = Directory.CreateTempSubdirectory("rows").FullName;

    public RowStreamTests()
    {
        File.WriteAllText(
            Path.Combine(folder, "long-lines.graphql"),
            "query LongLines($first: Int = 10, $after: String) { lines(first: $first, after: $after) { nodes { text } pageInfo { hasNextPage endCursor } } }");
        File.WriteAllText(
            Path.Combine(folder, "lines.graphql"),
            "query Lines($first: Int = 10, $after: String, $brokenFrom: Int) { lines(first: $first, after: $after, brokenFrom: $brokenFrom) { nodes { number } pageInfo { hasNextPage endCursor } } }");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("", All)]
    [InlineData("&first=7001", 7001)]
    [InlineData("&first=3", 3)]
    [InlineData("&first=50000", All)]
    public async Task Rows_are_sent_page_after_page_until_the_last_or_as_many_as_asked_for(string query, int count)
    {
        await using var server = await StartAsync();

        using var csv = await server.SendAsync(HttpMethod.Get, $"/graphql/persisted/lines?format=csv{query}");
        (await csv.TextAsync()).ShouldBe(string.Concat(Enumerable.Range(1, count).Select(n => $"{n}\r\n").Prepend("number\r\n")));

        using var lines = await server.SendAsync(HttpMethod.Get, $"/graphql/persisted/lines?format=jsonl{query}");
        (await lines.TextAsync()).ShouldBe(string.Concat(Enumerable.Range(1, count).Select(n => $$"""{"number":{{n}}}""" + "\n")));
    }

    [Fact]
    public async Task An_error_before_anything_is_sent_is_told_and_one_after_breaks_the_answer_off()
    {
        await using var server = await StartAsync();

        using var told = await server.SendAsync(HttpMethod.Get, "/graphql/persisted/lines?format=csv&brokenFrom=1");
        told.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await told.TextAsync()).ShouldContain("line 1 is broken");

        await Should.ThrowAsync<HttpRequestException>(async () =>
        {
            using var broken = await server.SendAsync(HttpMethod.Get, "/graphql/persisted/lines?format=csv&brokenFrom=9000");
            await broken.TextAsync();
        });
    }

    [Fact]
    public async Task A_caller_who_does_not_read_is_left()
    {
        await using var server = await WebServer.StartAsync(
            o => (o.TrustedDocuments, o.ReceiveTimeout) = (folder, TimeSpan.FromMilliseconds(200)), types: typeof(LineQueries));
        using var caller = new TcpClient();
        await caller.ConnectAsync("127.0.0.1", server.Client.BaseAddress!.Port, TestContext.Current.CancellationToken);
        var stream = caller.GetStream();

        await stream.WriteAsync("GET /graphql/persisted/long-lines?format=csv HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);

        var (read, buffer) = (0L, new byte[64 * 1024]);
        await Should.ThrowAsync<IOException>(async () =>
        {
            while (await stream.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var more) read += more;
            throw new IOException("The connection was closed.");
        });
        read.ShouldBeLessThan(All * Line.TextLength);
    }

    [Fact]
    public async Task What_has_not_changed_is_not_sent_again()
    {
        await using var server = await StartAsync();
        foreach (var path in (string[])["/graphql/persisted/lines?format=csv&first=3", "/graphql/persisted/lines", "/graphql?query={__typename}"])
        {
            using var first = await server.SendAsync(HttpMethod.Get, path, "application/json, text/csv");
            first.Headers.CacheControl!.ToString().ShouldBe("no-cache, private");
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Accept.ParseAdd("application/json, text/csv");
            request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
            using var again = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
            (await again.TextAsync()).ShouldBeEmpty();
        }
        using var other = await server.SendAsync(HttpMethod.Get, "/graphql/persisted/lines?format=csv&first=2");
        using var one = await server.SendAsync(HttpMethod.Get, "/graphql/persisted/lines?format=csv&first=3");
        other.Headers.ETag.ShouldNotBe(one.Headers.ETag);
    }

    private Task<WebServer> StartAsync() =>
        WebServer.StartAsync(o => o.TrustedDocuments = folder, types: typeof(LineQueries));

    [QueryType]
    public static class LineQueries
    {
        [UsePaging(MaxPageSize = 50_000)]
        public static IReadOnlyList<Line> GetLines(int? brokenFrom = null) => [.. Enumerable.Range(1, All).Select(n => new Line(n, brokenFrom))];
    }

    public sealed record Line(int Id, int? BrokenFrom)
    {
        public const int TextLength = 4_000;

        public string Text => new((char)('a' + (Id % 26)), TextLength);

        public int Number => Id < BrokenFrom || BrokenFrom is null ? Id : throw new GraphQLException($"line {Id} is broken");
    }
}
