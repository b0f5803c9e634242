using System.Text.Json;

namespace Metrics.Sources.Airflow;

/// <summary>One try of one task in one DAG run.</summary>
/// <param name="Task">With its map index, where it has one.</param>
/// <param name="Number">From 1; 0 never started.</param>
/// <param name="Retries">How many retries it was given; null where that is not said.</param>
internal sealed record AirflowTry(
    string Task, int Number, int? Retries, string? State, DateTimeOffset? Queued, DateTimeOffset? Start, DateTimeOffset? End)
{
    public static AirflowTry? Of(JsonElement task) => task.Text("task_id") is { } id && task.Number("try_number") is { } number
        ? new AirflowTry(
            task.Number("map_index") is >= 0 and var index ? $"{id}[{index}]" : id, number, task.Number("max_tries"), task.Text("state"),
            task.Moment("scheduled_when") ?? task.Moment("queued_when"), task.Moment("start_date"), task.Moment("end_date"))
        : null;

    /// <summary>
    /// Whether another try of the same pass was to follow by itself. After any other end, a further try is there because somebody
    /// cleared the task.
    /// </summary>
    public bool IsRetried => State switch
    {
        "success" or "skipped" or "upstream_failed" or "removed" => false,
        "failed" => Retries is null || Number <= Retries,
        _ => true,
    };

    public bool HasFailed => State == "failed";

    /// <summary>Of the same try seen twice, the one that says more: the tries endpoint of Airflow before 2.10.4 repeats tries.</summary>
    public AirflowTry Or(AirflowTry other) => (End is not null).CompareTo(other.End is not null) switch
    {
        > 0 => this,
        < 0 => other,
        _ => State is "failed" or "success" ? this : other,
    };
}
