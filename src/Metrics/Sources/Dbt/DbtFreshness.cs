using System.Globalization;
using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.Dbt;

/// <summary><c>sources.json</c>, and dbt 2.0's <c>freshness.json</c>: whether the project's sources and models were fresh.</summary>
internal sealed class DbtFreshness(DbtArtifact artifact, DbtPrivacy privacy)
{
    public IEnumerable<Reading> Read()
    {
        var index = 0;
        foreach (var item in artifact.Root.At("results").Items())
        {
            var place = $"{artifact.File}, results[{index++}]";
            if (item.Text("unique_id") is not { } id)
            {
                yield return new RecordRejected(
                    place, privacy.Shown(item), "unique_id is missing; it is needed to know the source or model");
                continue;
            }

            if (Status(item) is not { } status)
            {
                yield return new RecordRejected($"{place}.status", item.Text("status") ?? "",
                    $"status is \"{item.Text("status")}\"; allowed are pass, warn, error and runtime error");
                continue;
            }

            yield return new RecordRead(new Check
            {
                CheckId = DbtNames.FreshnessCheck(id),
                Dataset = id,
                Kind = CheckKind.Freshness,
                Source = DbtSource.SourceName,
                UpdatedAt = artifact.GeneratedAt,
                SeenAt = artifact.GeneratedAt,
            });
            yield return new RecordRead(new CheckResult
            {
                CheckId = DbtNames.FreshnessCheck(id),
                RunAt = item.Moment("snapshotted_at") ?? artifact.GeneratedAt,
                Status = status,
                Value = WasNeverLoaded(item) ? null : item.Number("max_loaded_at_time_ago_in_s"),
                Message = privacy.Clean(Message(item)),
                Source = DbtSource.SourceName,
                UpdatedAt = artifact.GeneratedAt,
            });
        }
    }

    // dbt's "error" is a source that is too old; "runtime error" is a check that could not run. An empty table passes in
    // dbt, with the year 1 as its time: nothing was ever loaded, so nothing can be said about its age.
    private static CheckStatus? Status(JsonElement result) => result.Text("status")?.ToLowerInvariant() switch
    {
        "error" => CheckStatus.Fail,
        "runtime error" => CheckStatus.Error,
        "skipped" => CheckStatus.Skipped,
        "pass" or "warn" when WasNeverLoaded(result) => CheckStatus.Error,
        "pass" => CheckStatus.Pass,
        "warn" => CheckStatus.Warn,
        _ => null,
    };

    private static string? Message(JsonElement result)
    {
        if (result.Text("error") is { } error) return error;
        if (WasNeverLoaded(result)) return "never loaded: the table is empty";
        return result.Moment("max_loaded_at") is { } loaded
            ? $"last loaded at {loaded.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}"
            : null;
    }

    private static bool WasNeverLoaded(JsonElement result) =>
        result.Text("max_loaded_at") is not { } text || text.StartsWith("0001-", StringComparison.Ordinal);
}
