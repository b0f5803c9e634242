using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Metrics.Tests.Sync;
using Microsoft.AspNetCore.Http;

namespace Metrics.Tests.Sources.Airflow;

/// <summary>
/// An Airflow web server on loopback, of API v1 or v2: it logs in, lists with limits, offsets, filters and orders as the
/// specification says, and refuses queries that the specification does not know.
/// </summary>
internal sealed class FakeAirflow : IAsyncDisposable
{
    private static readonly string[] RunFilters = ["limit", "offset", "order_by", "updated_at_gte", "end_date_gte", "state"];

    private LoopbackApi api = null!;
    private int tokens;

    public string Version { get; init; } = "3.1.0";

    /// <summary>A server gives no more rows than this, whatever it is asked for.</summary>
    public int MostRows { get; init; } = 100;

    public List<JsonObject> Dags { get; } = [];
    public List<JsonObject> Assets { get; } = [];
    public List<(DateTimeOffset UpdatedAt, JsonObject Row)> Runs { get; } = [];
    public List<JsonObject> Tasks { get; } = [];
    public List<JsonObject> Tries { get; } = [];
    public List<JsonObject> Events { get; } = [];

    /// <summary>What happens before a request is answered: by path and query.</summary>
    public Action<string> Before { get; set; } = _ => { };

    /// <summary>Answers to give instead, one after the other: status and Retry-After.</summary>
    public ConcurrentQueue<(int Status, string? RetryAfter)> Failures { get; } = new();

    /// <summary>How many requests a token is good for.</summary>
    public int TokenUses { get; set; } = int.MaxValue;

    public IReadOnlyList<string> Asked => [.. api.Asked];

    /// <summary>Every answer, with the path it answers.</summary>
    public ConcurrentQueue<(string Path, string Body)> Answers { get; } = new();

    public Uri Url => api.Url;

    private bool IsV2 => Version.StartsWith('3');

    private string Prefix => IsV2 ? "/api/v2/" : "/api/v1/";

    private readonly ConcurrentDictionary<string, int> uses = new();

    public async Task<FakeAirflow> StartAsync()
    {
        api = await LoopbackApi.StartAsync(AnswerAsync);
        return this;
    }

    public ValueTask DisposeAsync() => api.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        Before(path + http.Request.QueryString);
        if (Failures.TryDequeue(out var failure))
        {
            http.Response.StatusCode = failure.Status;
            if (failure.RetryAfter is not null) http.Response.Headers.RetryAfter = failure.RetryAfter;
            return;
        }

        if (path == "/auth/token" && IsV2)
        {
            using var login = await JsonDocument.ParseAsync(http.Request.Body);
            var isRight = login.RootElement.GetProperty("username").GetString() == "viewer" && login.RootElement.GetProperty("password").GetString() == "secret";
            http.Response.StatusCode = isRight ? 201 : 401;
            var token = $"token-{Interlocked.Increment(ref tokens)}";
            uses[token] = 0;
            await http.Response.WriteAsJsonAsync(isRight ? (object)new { access_token = token } : new { detail = "Invalid credentials" });
            return;
        }

        if (path == "/api/v2/version" && IsV2)
        {
            await http.Response.WriteAsJsonAsync(new { version = Version, git_version = (string?)null });
            return;
        }

        if (!path.StartsWith(Prefix, StringComparison.Ordinal)) http.Response.StatusCode = 404;
        else if (!IsAllowed(http.Request)) http.Response.StatusCode = 401;
        else if (Find(Uri.UnescapeDataString(Raw(http)[Prefix.Length..]), Raw(http)[Prefix.Length..].Split('/'), http.Request.Query) is { } answer)
        {
            Answers.Enqueue((path, answer.ToJsonString()));
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(answer.ToJsonString(), Encoding.UTF8);
        }
        else http.Response.StatusCode = 404;
    }

    /// <summary>The path as it was sent: an id with a slash or plus sign must come encoded.</summary>
    private static string Raw(HttpContext http) =>
        http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget.Split('?')[0];

    private bool IsAllowed(HttpRequest request)
    {
        var given = request.Headers.Authorization.ToString();
        if (!IsV2) return given == "Basic " + Convert.ToBase64String("viewer:secret"u8);
        return given.StartsWith("Bearer ", StringComparison.Ordinal) && uses.TryGetValue(given[7..], out var used)
            && uses.AddOrUpdate(given[7..], 1, (_, n) => n + 1) is var n && n <= TokenUses && used >= 0;
    }

    private JsonObject? Find(string path, string[] parts, IQueryCollection query)
    {
        if (path == "version") return new JsonObject { ["version"] = Version, ["git_version"] = null };
        if (path == "dags") return List("dags", Dags, query);
        if (path == "assets" && IsV2) return List("assets", Assets, query);
        if (path == "datasets" && !IsV2) return List("datasets", Assets, query);
        if (path == "assets/events" && IsV2)
        {
            var from = At(query["timestamp_gte"]);
            return List("asset_events", Events.Where(e => At((string)e["timestamp"]!) >= from).OrderBy(e => At((string)e["timestamp"]!)), query);
        }

        if (path == "datasets/events" && !IsV2 && query["order_by"] == "-timestamp")
            return List("dataset_events", Events.OrderByDescending(e => At((string)e["timestamp"]!)), query);
        if (path == "dags/~/dagRuns")
        {
            var unknown = query.Keys.Except(RunFilters).Concat(Version.StartsWith("2.5", StringComparison.Ordinal) ? query.Keys.Where(k => k == "updated_at_gte") : []);
            if (unknown.Any()) throw new InvalidOperationException($"Unknown query parameters {string.Join(", ", unknown)}.");
            return List("dag_runs", Runs
                .Where(r => !query.ContainsKey("updated_at_gte") || r.UpdatedAt >= At(query["updated_at_gte"]))
                .Where(r => !query.ContainsKey("end_date_gte") || (r.Row["end_date"] is { } end && At((string)end!) >= At(query["end_date_gte"])))
                .Where(r => !query.ContainsKey("state") || query["state"].Contains((string)r.Row["state"]!))
                .Select(r => r.Row), query);
        }

        if (parts is ["dags", var dag, "dagRuns", var run, "taskInstances", .. var rest])
        {
            var (dagId, runId) = (Uri.UnescapeDataString(dag), Uri.UnescapeDataString(run));
            var own = (IEnumerable<JsonObject> rows) => rows.Where(t => (string)t["dag_id"]! == dagId && (string)t["dag_run_id"]! == runId);
            if (rest.Length == 0) return List("task_instances", own(Tasks), query);
            var index = rest.Length == 3 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : -1;
            return rest[^1] != "tries" || Version.StartsWith("2.9", StringComparison.Ordinal) ? null : new JsonObject
            {
                ["task_instances"] = Copy(own(Tries).Where(t => (string)t["task_id"]! == Uri.UnescapeDataString(rest[0]) && (int)t["map_index"]! == index)),
                ["total_entries"] = 0,
            };
        }

        return null;
    }

    private JsonObject List(string member, IEnumerable<JsonObject> rows, IQueryCollection query)
    {
        var all = rows.ToList();
        var limit = Math.Min(MostRows, query.ContainsKey("limit") ? int.Parse(query["limit"]!, CultureInfo.InvariantCulture) : 50);
        var offset = query.ContainsKey("offset") ? int.Parse(query["offset"]!, CultureInfo.InvariantCulture) : 0;
        return new JsonObject { [member] = Copy(all.Skip(offset).Take(limit)), ["total_entries"] = all.Count };
    }

    private static JsonArray Copy(IEnumerable<JsonObject> rows) => new([.. rows.Select(r => r.DeepClone())]);

    private static DateTimeOffset At(string? text) => DateTimeOffset.Parse(text!, CultureInfo.InvariantCulture);
}
