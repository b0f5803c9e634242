using Metrics.GraphQL.DataLoading;
using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Types;
using Microsoft.Extensions.DependencyInjection;

namespace Metrics.GraphQL.Tests.Execution;

public class DataLoaderTests
{
    private static async Task<(string Json, List<string> Batches)> RunAsync(string query)
    {
        var batches = new List<string>();
        FieldResolver Next(string kind) => FieldResolver.FromAsync(async c =>
        {
            // Some resolvers wait for something else first, and must still share the batch.
            if (kind == "late") await Task.Yield();
            return await c.Request.Loaders.Get("numbers", _ => new Numbers(batches)).LoadAsync((int)c.Source! * 2);
        });
        var executor = new RequestExecutor(Schema.FromSdl("type Query { n: [N!]! } type N { value: Int!, next: N, late: N, chain: N }", new SchemaOptions
        {
            Resolvers = new Dictionary<string, FieldResolver>
            {
                ["Query.n"] = FieldResolver.From(_ => new[] { 1, 2, 3 }),
                ["N.value"] = FieldResolver.From(c => c.Source),
                ["N.next"] = Next("next"),
                ["N.chain"] = FieldResolver.FromAsync(async c =>
                {
                    var loader = c.Request.Loaders.Get("numbers", _ => new Numbers(batches));
                    var once = await loader.LoadAsync((int)c.Source! * 2);
                    return await loader.LoadAsync((int)once! * 2);
                }),
                ["N.late"] = Next("late"),
            },
        }));
        await using var services = new ServiceCollection().BuildServiceProvider();
        using var response = await executor.ExecuteAsync(new GraphQLRequest { Document = query, Services = services }, TestContext.Current.CancellationToken);
        return (response.ToString(), batches);
    }

    [Fact]
    public async Task Each_level_is_one_batch()
    {
        var (json, batches) = await RunAsync("{ n { next { value next { value } } } }");
        json.ShouldBe("""{"data":{"n":[{"next":{"value":2,"next":{"value":4}}},{"next":{"value":4,"next":{"value":8}}},{"next":{"value":6,"next":{"value":12}}}]}}""");
        // 4 was fetched with the first level.
        batches.ShouldBe(["2,4,6", "8,12"]);
    }

    [Fact]
    public async Task Keys_asked_for_after_an_await_of_the_same_loader_share_a_batch()
    {
        var (json, batches) = await RunAsync("{ n { chain { value } } }");
        json.ShouldBe("""{"data":{"n":[{"chain":{"value":4}},{"chain":{"value":8}},{"chain":{"value":12}}]}}""");
        batches.ShouldBe(["2,4,6", "8,12"]);
    }

    [Fact]
    public async Task Keys_asked_for_after_another_await_are_loaded_too()
    {
        var (json, _) = await RunAsync("{ n { late { value } next { value } } }");
        json.ShouldBe("""{"data":{"n":[{"late":{"value":2},"next":{"value":2}},{"late":{"value":4},"next":{"value":4}},{"late":{"value":6},"next":{"value":6}}]}}""");
    }

    [Fact]
    public async Task A_batch_that_fails_fails_the_fields_that_asked_and_no_others()
    {
        var (json, _) = await RunAsync("{ n { value next { next { next { next { next { value } } } } } } }");
        json.ShouldContain("\"value\":1");
        json.ShouldContain("no numbers above 50");
    }

    [Fact]
    public async Task How_often_a_loader_runs_does_not_depend_on_which_fetch_is_faster()
    {
        var batches = new List<string>();
        var executor = new RequestExecutor(Schema.FromSdl("type Query { n: [N!]! } type N { value: Int!, fast: N, slow: N, next: N }", new SchemaOptions
        {
            Resolvers = new Dictionary<string, FieldResolver>
            {
                ["Query.n"] = FieldResolver.From(_ => new[] { 1, 2 }),
                ["N.value"] = FieldResolver.From(c => c.Source),
                ["N.fast"] = FieldResolver.FromAsync(async c => await c.Request.Loaders.Get("fast", _ => new Delayed(TimeSpan.Zero)).LoadAsync((int)c.Source! * 10)),
                ["N.slow"] = FieldResolver.FromAsync(async c => await c.Request.Loaders.Get("slow", _ => new Delayed(TimeSpan.FromMilliseconds(50))).LoadAsync((int)c.Source! * 20)),
                ["N.next"] = FieldResolver.FromAsync(async c => await c.Request.Loaders.Get("numbers", _ => new Numbers(batches)).LoadAsync((int)c.Source! % 50)),
            },
        }));
        await using var services = new ServiceCollection().BuildServiceProvider();
        using var response = await executor.ExecuteAsync(
            new GraphQLRequest { Document = "{ n { fast { next { value } } slow { next { value } } } }", Services = services }, TestContext.Current.CancellationToken);

        batches.ShouldBe(["10,20,40"]);
    }

    private sealed class Delayed(TimeSpan by) : BatchDataLoader<int, object>
    {
        protected override async Task<IReadOnlyDictionary<int, object>> LoadBatchAsync(IReadOnlyList<int> keys, CancellationToken cancellationToken)
        {
            await Task.Delay(by, cancellationToken);
            return keys.ToDictionary(k => k, k => (object)k);
        }
    }

    private sealed class Numbers(List<string> batches) : BatchDataLoader<int, object>
    {
        protected override async Task<IReadOnlyDictionary<int, object>> LoadBatchAsync(IReadOnlyList<int> keys, CancellationToken cancellationToken)
        {
            batches.Add(string.Join(',', keys));
            await Task.Yield();
            if (keys.Any(k => k > 50)) throw new GraphQLException("no numbers above 50");
            return keys.ToDictionary(k => k, k => (object)k);
        }
    }
}
