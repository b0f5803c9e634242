using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.Dlt;

/// <summary>A load package as a step of a trace, or a load info, describes it.</summary>
internal sealed record DltPackage(string LoadId, string? State, DateTimeOffset? CompletedAt, string? Schema, IReadOnlyDictionary<string, bool> Tables)
{
    /// <summary>dlt says "loaded" also where jobs failed, if it was told not to raise: not everything is there.</summary>
    public bool HasFailed => State == "aborted" || Tables.Values.Any(failed => failed);

    /// <summary>Whether it came to loading at all.</summary>
    public bool WasLoaded => State is "loaded" or "aborted";

    /// <summary>What became of a table. Of an aborted package nothing counts as loaded, though some of it may be there.</summary>
    public RunState StateOf(string table) => State == "aborted" || Tables[table] ? RunState.Failed : RunState.Success;

    public static IEnumerable<DltPackage> In(JsonElement info)
    {
        foreach (var package in info.At("load_packages").Items())
        {
            if (package.Text("load_id") is not { } id) continue;
            var tables = package.At("jobs").Items().Where(j => j.Text("table_name") is not null)
                .GroupBy(j => j.Text("table_name")!).ToDictionary(t => t.Key, t => t.Any(j => j.Text("state") is "failed_jobs" or "failed"));
            yield return new DltPackage(id, package.Text("state"), package.Moment("completed_at"), package.Text("schema_name"), tables);
        }
    }
}
