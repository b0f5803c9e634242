using System.Diagnostics;
using System.Text.Json;
using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Tests.Execution;

public class RequestExecutorTests
{
    private static RequestExecutor Executor(string sdl, Dictionary<string, FieldResolver>? resolvers = null, GraphQLOptions? options = null) =>
        new(Schema.FromSdl(sdl, new SchemaOptions { Resolvers = resolvers ?? [] }), options);

    private static async Task<string> RunAsync(RequestExecutor executor, string query, string root = "{}")
    {
        using var response = await executor.ExecuteAsync(
            new GraphQLRequest { Document = query, RootValue = JsonSerializer.Deserialize<JsonElement>(root) }, TestContext.Current.CancellationToken);
        return response.ToString();
    }

    [Fact]
    public async Task A_schema_from_sdl_reads_json_values()
    {
        var executor = Executor("type Query { a: A, l: [Int!] } type A { s: String, n: Float }");
        (await RunAsync(executor, "{ a { s n } l }", """{"a":{"s":"x\u0001\"y","n":1.50},"l":[1,2]}"""))
            .ShouldBe("""{"data":{"a":{"s":"x\u0001\"y","n":1.5},"l":[1,2]}}""");
    }

    [Fact]
    public async Task A_null_takes_its_nearest_nullable_parent_with_it_and_only_that()
    {
        var executor = Executor("type Query { list: [Row!], rows: [Row], row: Row } type Row { must: String!, may: String, inner: Row! }");
        (await RunAsync(executor, "{ list { must } rows { may must } row { may } }", """{"list":[{"must":"a"},{}],"rows":[{"must":"a"},{"may":"b"}],"row":{"may":"c"}}""")).ShouldBe(
            """{"data":{"list":null,"rows":[{"may":null,"must":"a"},null],"row":{"may":"c"}},"errors":[{"message":"Cannot return null for non-nullable field Row.must.","locations":[{"line":1,"column":10}],"path":["list",1,"must"],"extensions":{"code":"NON_NULL_VIOLATION","coordinate":"Row.must"}},{"message":"Cannot return null for non-nullable field Row.must.","locations":[{"line":1,"column":28}],"path":["rows",1,"must"],"extensions":{"code":"NON_NULL_VIOLATION","coordinate":"Row.must"}}]}""");
    }

    [Fact]
    public async Task Each_position_has_one_error_whether_fields_wait_or_not()
    {
        foreach (var wait in new[] { false, true })
        {
            FieldResolver fail = wait
                ? FieldResolver.FromAsync(async c => { await Task.Yield(); throw new GraphQLException($"no {c.Field.Name}"); })
                : FieldResolver.From(c => throw new GraphQLException($"no {c.Field.Name}"));
            var executor = Executor("type Query { row: Row } type Row { a: String, b: String!, c: String! }",
                new() { ["Query.row"] = FieldResolver.From(_ => new object()), ["Row.a"] = fail, ["Row.b"] = fail, ["Row.c"] = fail });
            (await RunAsync(executor, "{ row { a b c } }")).ShouldBe(
                """{"data":{"row":null},"errors":[{"message":"no b","locations":[{"line":1,"column":11}],"path":["row","b"],"extensions":{"coordinate":"Row.b"}}]}""");
        }
    }

    [Fact]
    public async Task Fields_of_a_query_run_side_by_side()
    {
        var both = new Barrier();
        var meet = FieldResolver.FromAsync(async _ => { await both.ArriveAsync(); return "met"; });
        var executor = Executor("type Query { a: String, b: String }", new() { ["Query.a"] = meet, ["Query.b"] = meet });
        (await RunAsync(executor, "{ a b }")).ShouldBe("""{"data":{"a":"met","b":"met"}}""");
    }

    [Fact]
    public async Task Root_fields_of_a_mutation_wait_for_each_other()
    {
        var log = new List<string>();
        var step = FieldResolver.FromAsync(async c =>
        {
            log.Add($"start {c.Plan.ResponseName}");
            await Task.Yield();
            log.Add($"end {c.Plan.ResponseName}");
            return null;
        });
        var executor = Executor("type Query { q: Int } type Mutation { m: Int }", new() { ["Mutation.m"] = step });
        await RunAsync(executor, "mutation { x: m y: m }");
        log.ShouldBe(["start x", "end x", "start y", "end y"]);
    }

    [Fact]
    public async Task Skip_and_include_choose_a_plan_per_combination()
    {
        var executor = Executor("type Query { a: Int, b: Int }");
        const string query = "query($s: Boolean!, $i: Boolean = true) { a @skip(if: $s) ... @include(if: $i) { b } }";
        foreach (var (variables, expected) in new[]
        {
            ("""{"s":true}""", """{"data":{"b":null}}"""),
            ("""{"s":false}""", """{"data":{"a":null,"b":null}}"""),
            ("""{"s":false,"i":false}""", """{"data":{"a":null}}"""),
            ("""{"s":true}""", """{"data":{"b":null}}"""),
        })
        {
            using var response = await executor.ExecuteAsync(
                new GraphQLRequest { Document = query, Variables = JsonSerializer.Deserialize<JsonElement>(variables) }, TestContext.Current.CancellationToken);
            response.ToString().ShouldBe(expected);
        }
    }

    [Fact]
    public async Task A_cancelled_request_throws_instead_of_answering()
    {
        using var source = new CancellationTokenSource();
        var executor = Executor("type Query { a: String }", new()
        {
            ["Query.a"] = FieldResolver.FromAsync(async c =>
            {
                await source.CancelAsync();
                await Task.Delay(Timeout.Infinite, c.CancellationToken);
                return null;
            }),
        });
        await Should.ThrowAsync<OperationCanceledException>(async () => await executor.ExecuteAsync(new GraphQLRequest { Document = "{ a }" }, source.Token));
    }

    [Fact]
    public async Task Documents_are_compiled_once_and_the_cache_stays_within_its_size()
    {
        var executor = Executor("type Query { a: String }", options: new GraphQLOptions { DocumentCacheSize = 10 });
        for (var i = 0; i < 50; i++)
        {
            await RunAsync(executor, "{ a }");
            await RunAsync(executor, $"{{ b{i}: a }}");
        }
        executor.CachedDocuments.ShouldBeInRange(2, 10);
    }

    [Fact]
    public async Task An_activity_tells_name_hash_and_phases_but_no_text()
    {
        var activities = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == GraphQLTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activities.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await RunAsync(Executor("type Query { telemetrySecret: String }"), "query TellMe { telemetrySecret }");
        var activity = activities.Single(a => a.DisplayName == "query TellMe");
        activity.GetTagItem("graphql.document.hash").ShouldBeOfType<string>().Length.ShouldBe(64);
        activity.Tags.Concat(activity.TagObjects.Select(t => KeyValuePair.Create(t.Key, t.Value?.ToString())))
            .ShouldNotContain(t => t.Value != null && t.Value.Contains("telemetrySecret", StringComparison.Ordinal));
        activity.GetTagItem("graphql.phase.execute.ms").ShouldNotBeNull();
    }

    private sealed class Barrier
    {
        private readonly TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int arrived;

        public Task ArriveAsync()
        {
            if (Interlocked.Increment(ref arrived) == 2) open.SetResult();
            return open.Task.WaitAsync(TimeSpan.FromSeconds(10));
        }
    }
}
