using System.Globalization;
using Metrics.Model.Facts;

namespace Metrics.Sources.Dbt;

/// <summary><c>run_results.json</c>: one run, what it did to each dataset, and the results of its tests.</summary>
internal sealed class DbtRunResults(DbtArtifact artifact, DbtPrivacy privacy)
{
    private const string Executing = "run, build, test, seed, snapshot and retry";

    private const string IncompleteResult = "unique_id or status is missing; both are needed to know what ran";

    private static readonly string[] ExecutingCommands = ["run", "build", "test", "seed", "snapshot", "retry"];

    // Their models only watch the project; in small projects they outnumber it.
    private static readonly string[] WatchingPackages =
        ["elementary", "dbt_artifacts", "dbt_project_evaluator", "dbt_utils", "dbt_expectations", "re_data", "audit_helper"];

    private readonly List<DbtResult> results = [];

    public IEnumerable<Reading> Read()
    {
        var rejected = new List<Reading>();
        var index = 0;
        foreach (var item in artifact.Root.At("results").Items())
        {
            var place = $"{artifact.File}, results[{index++}]";
            if (DbtResult.Of(item) is { } result) results.Add(result);
            else rejected.Add(new RecordRejected(place, privacy.Shown(item), IncompleteResult));
        }

        var command = Command();
        var project = Project() ?? throw new SourceException(
            $"{artifact.File}: has no results, so nothing was executed; check the selection of the invocation.");
        var runId = artifact.Metadata.Text("invocation_id")
            ?? artifact.GeneratedAt.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        return rejected.Concat(Records($"{project}.{command}", runId));
    }

    private IEnumerable<Reading> Records(string pipeline, string runId)
    {
        var outputs = results.Where(r => r.IsOutput).ToList();
        var run = Run(pipeline, runId, outputs);
        yield return run.Fault() is { } fault
            ? new RecordRejected($"{artifact.File}, metadata", runId, fault)
            : new RecordRead(run);
        foreach (var result in outputs)
        {
            yield return new RecordRead(new RunOutput
            {
                Pipeline = pipeline,
                RunId = runId,
                Attempt = 1,
                Dataset = result.Dataset,
                State = result.State,
                EndedAt = result.EndedAt ?? (result.State == RunState.Success ? artifact.GeneratedAt : null),
                RowsWritten = result.RowsWritten,
                Source = DbtSource.SourceName,
                UpdatedAt = artifact.GeneratedAt,
            });
        }

        foreach (var result in results.Where(r => r.Resource == "test")) yield return Check(result);
        foreach (var result in outputs.Where(r => r.Resource == "model"))
            if (DbtContracts.Built(result, runId, artifact.GeneratedAt) is { } built) yield return built;
    }

    private PipelineRun Run(string pipeline, string runId, List<DbtResult> outputs)
    {
        var elapsed = artifact.Root.Number("elapsed_time") is { } seconds and >= 0 and < 1_000_000_000 ? seconds : 0;
        return new PipelineRun
        {
            Pipeline = pipeline,
            RunId = runId,
            Attempt = 1,
            StartedAt = artifact.Metadata.Moment("invocation_started_at")
                ?? artifact.GeneratedAt.AddTicks(-(long)(elapsed * 1_000_000) * TimeSpan.TicksPerMicrosecond),
            EndedAt = artifact.GeneratedAt,
            State = State(outputs),
            Trigger = RunTrigger.Scheduled,
            Datasets = [.. outputs.Select(o => o.Dataset).Distinct()],
            Error = Error(),
            Source = DbtSource.SourceName,
            UpdatedAt = artifact.GeneratedAt,
        };
    }

    private string? Error()
    {
        var failed = results.FindAll(r => !r.IsTest && r.State == RunState.Failed);
        if (failed.Count == 0) return null;
        var more = failed.Count > 1 ? $" (and {failed.Count - 1} more)" : "";
        return Short(privacy.Clean($"{failed[0].UniqueId}: {failed[0].Message ?? failed[0].Status}{more}")!);
    }

    /// <summary>
    /// A run fails when a node other than a test failed, or when a failed test held a load back. A test that fails says something
    /// about the data, not about the run; a run of tests alone fails when one of them could not run.
    /// </summary>
    private RunState State(List<DbtResult> outputs)
    {
        var work = results.Where(r => !r.IsTest && (r.IsOutput || !r.IsLoad)).ToList();
        if (work.Count == 0)
        {
            if (results.All(r => r.State == RunState.Skipped)) return RunState.Skipped;
            return results.Any(r => r.Status == "error") ? RunState.Failed : RunState.Success;
        }

        if (work.Any(r => r.State == RunState.Failed)) return RunState.Failed;
        var hasFailedTest = results.Exists(r => r.IsTest && r.Status is "fail" or "error");
        if (hasFailedTest && outputs.Exists(r => r.Status == "skipped")) return RunState.Failed;
        if (work.Any(r => r.State == RunState.Success)) return RunState.Success;
        return work.All(r => r.State == RunState.Skipped) ? RunState.Skipped : RunState.Unknown;
    }

    private Reading Check(DbtResult result)
    {
        if (DbtResult.TestStatus(result.Status) is not { } status)
        {
            return new RecordRejected($"{artifact.File}, {result.UniqueId}", result.Status,
                $"status is \"{result.Status}\", which no test ends with; allowed are pass, warn, fail, error and skipped");
        }

        return new RecordRead(new CheckResult
        {
            CheckId = DbtNames.Check(result.UniqueId),
            RunAt = result.EndedAt ?? artifact.GeneratedAt,
            Status = status,
            Value = result.Failures,
            Message = result.Message is { } message ? Short(privacy.Clean(message)!) : null,
            Source = DbtSource.SourceName,
            UpdatedAt = artifact.GeneratedAt,
        });
    }

    private string Command()
    {
        var args = artifact.Root.At("args");
        if ((args.Text("which") ?? args.Text("command") ?? args.Text("rpc_method")) is { } which)
        {
            return ExecutingCommands.Contains(which) ? which : throw new SourceException(
                $"{artifact.File}: was written by \"dbt {which}\", which executes nothing: " +
                "its statuses say nothing about data. " +
                $"Import the run_results.json of {Executing}; keep it apart before dbt {which} overwrites it.");
        }

        // Where nothing is executed dbt writes "success" even for tests, which otherwise pass or fail.
        if (results.Any(r => r.Resource == "test") && results.All(r => r.Status == "success"))
        {
            throw new SourceException(
                $"{artifact.File}: args.which is missing, and every test has the status \"success\", so nothing was executed " +
                $"(dbt docs generate writes such files). Import the run_results.json of {Executing}.");
        }

        var resources = results.Select(r => r.Resource).Where(r => r is "model" or "seed" or "snapshot" or "test").Distinct();
        return resources.ToArray() switch
        {
            ["model"] => "run",
            [var only] => only,
            _ => "build",
        };
    }

    /// <summary>The folder that dbt ran in, if it is one of the packages seen, else the package with most results.</summary>
    private string? Project()
    {
        var packages = results.Select(r => DbtNames.Package(r.UniqueId)).OfType<string>().CountBy(p => p)
            .OrderBy(p => WatchingPackages.Contains(p.Key)).ThenByDescending(p => p.Value)
            .ThenBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => p.Key).ToList();
        var folder = artifact.Root.At("args").Text("project_dir")?.TrimEnd('/', '\\').Split('/', '\\')[^1].Replace('-', '_');
        return packages.Find(p => p == folder) ?? packages.FirstOrDefault();
    }

    private static string Short(string text) => text.Length > 2000 ? $"{text[..2000]}…" : text;
}
