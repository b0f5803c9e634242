using System.Runtime.CompilerServices;
using Metrics.GraphQL.Annotated;
using Metrics.GraphQL.Execution;

namespace Metrics.GraphQL.Tests.Paging;

public sealed class RowReaderTests
{
    private int made;
    private int begun;
    private int ended;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_makes_no_more_rows_than_it_has_and_the_next_goes_on_there()
    {
        await using var reader = new RowReader<int>(Rows(20_000, cancellation: Cancellation));

        (await reader.ReadAsync(0, 3, Cancellation)).ShouldBe([0, 1, 2]);
        made.ShouldBe(3);
        for (var start = 3; start < 20_000; start += 4_000)
            (await reader.ReadAsync(start, 4_001, Cancellation)).ShouldBe(Enumerable.Range(start, Math.Min(4_001, 20_000 - start)));

        (await reader.ReadAsync(20_000, 5, Cancellation)).ShouldBeEmpty();
        (made, begun, ended).ShouldBe((20_000, 1, 1));
    }

    [Fact]
    public async Task What_is_near_is_given_again_and_what_was_let_go_is_made_anew()
    {
        await using var reader = new RowReader<int>(Rows(20_000, cancellation: Cancellation));
        await reader.ReadAsync(0, 4_000, Cancellation);
        (await reader.ReadAsync(10, 2, Cancellation)).ShouldBe([10, 11]);
        begun.ShouldBe(1);

        (await reader.ReadAsync(15_000, 2, Cancellation)).ShouldBe([15_000, 15_001]);
        (await reader.ReadAsync(14_999, 1, Cancellation)).ShouldBe([14_999]);
        begun.ShouldBe(1);
        (await reader.ReadAsync(0, 2, Cancellation)).ShouldBe([0, 1]);
        (begun, ended).ShouldBe((2, 1));
    }

    [Fact]
    public async Task All_rows_are_made_once_whatever_was_read_before()
    {
        await using var reader = new RowReader<int>(Rows(20_000, cancellation: Cancellation));
        await reader.ReadAsync(0, 2, Cancellation);

        for (var time = 0; time < 2; time++) (await reader.ToListAsync(Cancellation)).ShouldBe(Enumerable.Range(0, 20_000));
        (await reader.ReadAsync(7, 1, Cancellation)).ShouldBe([7]);

        (made, begun).ShouldBe((20_000, 1));
    }

    [Fact]
    public async Task It_ends_the_rows_with_itself_and_where_they_fail()
    {
        var reader = new RowReader<int>(Rows(10, cancellation: Cancellation));
        await reader.ReadAsync(0, 2, Cancellation);
        ended.ShouldBe(0);
        await reader.DisposeAsync();
        ended.ShouldBe(1);

        await using var broken = new RowReader<int>(Rows(10, brokenFrom: 5, cancellation: Cancellation));
        await broken.ReadAsync(0, 5, Cancellation);
        await Should.ThrowAsync<InvalidDataException>(() => broken.ReadAsync(5, 1, Cancellation));
        ended.ShouldBe(2);
        (await broken.ReadAsync(4, 1, Cancellation)).ShouldBe([4]);
    }

    [Fact]
    public async Task Who_gives_up_a_page_stops_the_rows()
    {
        await using var reader = new RowReader<int>(Rows(10, waitFrom: 5, cancellation: Cancellation));
        using var first = new CancellationTokenSource();
        await reader.ReadAsync(0, 5, first.Token);
        await first.CancelAsync();
        (await reader.ReadAsync(0, 5, Cancellation)).Count.ShouldBe(5, "the page that was given up was over");

        using var second = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Should.ThrowAsync<OperationCanceledException>(() => reader.ReadAsync(5, 1, second.Token));
        ended.ShouldBe(1);
    }

    [Theory]
    [InlineData("{ numbers(first: 2) { nodes { value } pageInfo { hasNextPage } } }", """{"numbers":{"nodes":[{"value":0},{"value":1}],"pageInfo":{"hasNextPage":true}}}""", 3)]
    [InlineData("""{ numbers(first: 2, after: "Nw==") { nodes { value } pageInfo { hasNextPage } } }""", """{"numbers":{"nodes":[{"value":8},{"value":9}],"pageInfo":{"hasNextPage":false}}}""", 10)]
    [InlineData("{ numbers(first: 1) { nodes { value } totalCount } }", """{"numbers":{"nodes":[{"value":0}],"totalCount":10}}""", 10)]
    [InlineData("{ numbers(first: 1, order: { value: DESC }) { nodes { value } } }", """{"numbers":{"nodes":[{"value":9}]}}""", 10)]
    [InlineData("{ numbers(last: 1) { nodes { value } } }", """{"numbers":{"nodes":[{"value":9}]}}""", 10)]
    [InlineData("{ numbers(where: { value: { gt: 7 } }) { nodes { value } } }", """{"numbers":{"nodes":[{"value":8},{"value":9}]}}""", 10)]
    public async Task A_field_reads_as_far_as_its_page_unless_it_needs_all(string document, string expected, int rows)
    {
        var executor = new RequestExecutor(AnnotatedSchema.Build([typeof(NumberQueries)]));
        NumberQueries.Made.Value = new StrongBox<int>();

        using var response = await executor.ExecuteAsync(new GraphQLRequest { Document = document }, Cancellation);

        response.ToString().ShouldBe($$"""{"data":{{expected}}}""");
        NumberQueries.Made.Value.Value.ShouldBe(rows);
    }

    private async IAsyncEnumerable<int> Rows(int count, int? brokenFrom = null, int? waitFrom = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        begun++;
        try
        {
            for (var i = 0; i < count; i++)
            {
                if (i >= brokenFrom) throw new InvalidDataException();
                if (i >= waitFrom) await Task.Delay(Timeout.Infinite, cancellation);
                made++;
                yield return i;
            }
        }
        finally
        {
            ended++;
        }
    }

    [QueryType]
    public static class NumberQueries
    {
        internal static AsyncLocal<StrongBox<int>> Made { get; } = new();

        [UsePaging, UseFiltering, UseSorting]
        public static RowReader<Number> GetNumbers()
        {
            var counter = Made.Value!;
            return new RowReader<Number>(Enumerable.Range(0, 10).Select(n =>
            {
                counter.Value++;
                return new Number(n);
            }).ToAsyncEnumerable());
        }
    }

    public sealed record Number(int Value);
}
