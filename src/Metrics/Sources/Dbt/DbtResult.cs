using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.Dbt;

/// <summary>One entry of <c>results</c>: what an invocation did to one node.</summary>
internal sealed record DbtResult(string UniqueId, string Status)
{
    /// <summary><c>model</c>, <c>test</c>, <c>operation</c> …</summary>
    public string Resource => DbtNames.Resource(UniqueId);

    public bool IsTest => Resource is "test" or "unit_test";

    /// <summary>It makes a dataset, unless it is ephemeral.</summary>
    public bool IsLoad => Resource is "model" or "seed" or "snapshot";

    /// <summary>It makes a dataset.</summary>
    public bool IsOutput { get; private init; }

    /// <summary>The relation, or the unique_id, for which the manifest gives an alias.</summary>
    public required string Dataset { get; init; }

    public DateTimeOffset? EndedAt { get; private init; }

    public long? RowsWritten { get; private init; }

    public decimal? Failures { get; private init; }

    public string? Message { get; private init; }

    /// <summary>A word that dbt may add later is unknown, not failed.</summary>
    public RunState State => Status switch
    {
        "success" or "pass" or "warn" => RunState.Success,
        // Some batches of a microbatch model are missing: the data is not what was asked for.
        "error" or "fail" or "runtime error" or "partial success" => RunState.Failed,
        // A model that is reused or needs nothing was not loaded.
        "skipped" or "no-op" or "reused" => RunState.Skipped,
        _ => RunState.Unknown,
    };

    /// <summary>The result, or null where it does not say of what.</summary>
    public static DbtResult? Of(JsonElement json)
    {
        if (json.Text("unique_id") is not { } id || json.Text("status") is not { } status) return null;
        status = status.ToLowerInvariant();
        var result = new DbtResult(id, status)
        {
            Dataset = json.Text("relation_name") is { } relation ? DbtNames.Relation(relation) : id,
            EndedAt = Completed(json, "execute") ?? Completed(json, "compile"),
            RowsWritten = status is "success" or "partial success" ? Rows(json.At("adapter_response")) : null,
            Failures = json.Number("failures"),
            Message = json.Text("message"),
        };

        // Only a model that is ephemeral has no relation where the version of the file knows relations.
        var isEphemeral = result.Resource == "model" && json.At("relation_name").ValueKind == JsonValueKind.Null
            && result.State != RunState.Failed;
        return result with { IsOutput = result.IsLoad && !isEphemeral };
    }

    public static CheckStatus? TestStatus(string status) => status switch
    {
        "pass" => CheckStatus.Pass,
        "warn" => CheckStatus.Warn,
        "fail" => CheckStatus.Fail,
        // The test could not run: that says nothing about the data.
        "error" or "runtime error" => CheckStatus.Error,
        "skipped" or "no-op" or "reused" => CheckStatus.Skipped,
        _ => null,
    };

    private static DateTimeOffset? Completed(JsonElement json, string phase) =>
        json.At("timing").Items().Where(t => t.Text("name") == phase).Select(t => t.Moment("completed_at")).FirstOrDefault();

    // -1 means unknown; 0 is a placeholder unless the statement is one that counts rows.
    private static long? Rows(JsonElement response)
    {
        if (response.Number("rows_affected") is not { } rows || rows < 0 || rows > long.MaxValue) return null;
        var counts = response.Text("code")?.Split(' ')[0] is "INSERT" or "MERGE" or "UPDATE" or "DELETE" or "COPY" or "SELECT";
        return rows > 0 || counts ? (long)rows : null;
    }
}
