using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Metrics.Model.Facts;

namespace Metrics.Sources.OpenLineage;

/// <summary>
/// What one event says of its run. Events are partial and come in any order: they are kept, and the run is what all of them say
/// together.
/// </summary>
internal sealed record RunEvent
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>START, RUNNING, COMPLETE, ABORT, FAIL, OTHER; null where the event does not say.</summary>
    public string? Type { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The job, as a pipeline.</summary>
    public required string Job { get; init; }

    /// <summary>The run that this one is a part of.</summary>
    public string? Parent { get; init; }

    /// <summary>When it was to run.</summary>
    public DateTimeOffset? Nominal { get; init; }

    public RunTrigger? Trigger { get; init; }

    /// <summary>Which try of a task, where the system says.</summary>
    public int? Try { get; init; }

    /// <summary>The run failed, whatever the type says: Airflow's own word for a DAG run.</summary>
    public bool? Failed { get; init; }

    public string? Error { get; init; }

    public IReadOnlyList<string>? Inputs { get; init; }

    public IReadOnlyList<RunEventOutput>? Outputs { get; init; }

    [JsonIgnore]
    public bool IsEnd => Type is "COMPLETE" or "FAIL" or "ABORT";

    public static string Entity(string runId) => $"run {runId}";

    /// <summary>As a part of its run. The same event is the same part, however often it comes.</summary>
    public FragmentSeen ToPart(string runId)
    {
        // A run that goes on for days tells of it every few seconds; one word an hour is enough.
        var kept = Type == "RUNNING" ? this with { At = new DateTimeOffset(At.Ticks - At.Ticks % TimeSpan.TicksPerHour, TimeSpan.Zero) } : this;
        var body = JsonSerializer.Serialize(kept, Json);
        return new FragmentSeen(Entity(runId), $"event {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)).AsSpan(0, 16))}", kept.At, body);
    }

    public static RunEvent Parse(string body) => JsonSerializer.Deserialize<RunEvent>(body, Json)!;
}

/// <summary>A dataset that a run writes.</summary>
internal sealed record RunEventOutput(string Dataset, long? Rows = null, long? Bytes = null);

/// <summary>What a run tells the run that it is a part of.</summary>
internal static class ChildParts
{
    private const string OutputMark = "output ";
    private const string TryMark = "try ";

    /// <summary>Any version does: the part is its name.</summary>
    private static readonly DateTimeOffset Ever = DateTimeOffset.UnixEpoch;

    /// <summary>A dataset that a child writes. Of many children that write it the parent needs to know once.</summary>
    public static FragmentSeen Output(string parent, string dataset) => new(RunEvent.Entity(parent), OutputMark + dataset, Ever, "{}");

    /// <summary>A try of a task, and when it failed if it did.</summary>
    public static FragmentSeen Try(string parent, string child, int number, DateTimeOffset? failedAt, string? error) =>
        new(RunEvent.Entity(parent), TryMark + child, Ever, JsonSerializer.Serialize(new TaskTry(number, failedAt, error)));

    public static string? OutputOf(FragmentSeen part) =>
        part.Name.StartsWith(OutputMark, StringComparison.Ordinal) ? part.Name[OutputMark.Length..] : null;

    public static TaskTry? TryOf(FragmentSeen part) =>
        part.Name.StartsWith(TryMark, StringComparison.Ordinal) ? JsonSerializer.Deserialize<TaskTry>(part.Body) : null;
}

/// <summary>A try of a task that belongs to a run.</summary>
internal sealed record TaskTry(int Number, DateTimeOffset? FailedAt, string? Error);
