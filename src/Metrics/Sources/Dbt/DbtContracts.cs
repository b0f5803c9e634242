using System.Globalization;
using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.Dbt;

/// <summary>
/// Results of enforced contracts. <c>run_results.json</c> says when a model was built, the manifest which models have a contract;
/// dbt checks it at every build. Both come together here, month by month, so that a long history is not made anew each time.
/// </summary>
internal static class DbtContracts
{
    private const string ModelMark = "contract ";
    private const string MonthMark = "contract results ";
    private const string Promise = "enforced";

    private static readonly DateTimeOffset Ever = DateTimeOffset.UnixEpoch;

    public static bool IsOf(FragmentSeen fragment) => fragment.Entity.StartsWith(ModelMark, StringComparison.Ordinal);

    /// <summary>A manifest in which the model's contract is enforced.</summary>
    public static FragmentSeen Enforced(string uniqueId) => new(ModelMark + uniqueId, Promise, Ever, "{}");

    /// <summary>A build of a model, if it says anything of a contract: that it succeeded, or that the contract failed.</summary>
    public static FragmentSeen? Built(DbtResult result, string runId, DateTimeOffset generatedAt)
    {
        var failed = result.State == RunState.Failed && result.Message?.Contains("enforced contract that failed", StringComparison.Ordinal) == true;
        if (!failed && result.State != RunState.Success) return null;
        var at = result.EndedAt ?? generatedAt;
        var month = at.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        return new FragmentSeen($"{MonthMark}{month} {result.UniqueId}", $"run {runId}", generatedAt, JsonSerializer.Serialize(new Build(at, failed)));
    }

    public static IEnumerable<Reading> Compose(IReadOnlyList<FragmentSeen> fragments) =>
        fragments[0].Entity.StartsWith(MonthMark, StringComparison.Ordinal) ? Month(fragments) : Model(fragments);

    /// <summary>A month that is known to have builds learns of the contract.</summary>
    private static IEnumerable<Reading> Model(IReadOnlyList<FragmentSeen> fragments) => fragments.Any(f => f.Name == Promise)
        ? fragments.Where(f => f.Name.StartsWith(MonthMark, StringComparison.Ordinal)).Select(f => new FragmentSeen(f.Name, Promise, Ever, "{}"))
        : [];

    private static IEnumerable<Reading> Month(IReadOnlyList<FragmentSeen> fragments)
    {
        var month = fragments[0].Entity;
        var uniqueId = month[MonthMark.Length..].Split(' ', 2)[1];
        yield return new FragmentSeen(ModelMark + uniqueId, month, Ever, "{}");
        if (!fragments.Any(f => f.Name == Promise)) yield break;
        foreach (var fragment in fragments.Where(f => f.Name.StartsWith("run ", StringComparison.Ordinal)))
        {
            var build = JsonSerializer.Deserialize<Build>(fragment.Body)!;
            yield return new RecordRead(new CheckResult
            {
                CheckId = DbtNames.ContractCheck(uniqueId),
                RunAt = build.At,
                Status = build.Failed ? CheckStatus.Fail : CheckStatus.Pass,
                Message = build.Failed ? "the enforced contract failed" : null,
                Source = DbtSource.SourceName,
                UpdatedAt = fragment.Version,
            });
        }
    }

    private sealed record Build(DateTimeOffset At, bool Failed);
}
