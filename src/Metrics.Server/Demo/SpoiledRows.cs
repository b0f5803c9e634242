using Metrics.Model.Facts;

namespace Metrics.Server.Demo;

/// <summary>Three rows that an import must reject, as real files have them: they show where rejects end up.</summary>
internal static class SpoiledRows
{
    /// <summary>The clock of a worker was an hour behind when the run ended.</summary>
    public static string Run(IReadOnlyList<PipelineRun> attempts)
    {
        var last = attempts.Last(a => a.State == RunState.Success);
        return CanonicalFolder.Line(last with { RunId = last.RunId + "-clock", EndedAt = last.StartedAt!.Value.AddHours(-1) });
    }

    /// <summary>Somebody found severity 5 too grave.</summary>
    public static string Incident(IReadOnlyList<Incident> incidents) =>
        CanonicalFolder.Line(incidents[^1] with { IncidentId = "INC-0007", Title = "Typo in a dashboard", Severity = 7 });

    /// <summary>A tool that says "passed" where everybody else says "pass".</summary>
    public static string Result(IReadOnlyList<CheckResult> results)
    {
        var pass = results.Last(r => r is { Status: CheckStatus.Pass, Value: 0 });
        var line = CanonicalFolder.Line(pass with { RunAt = pass.RunAt.AddMinutes(1) });
        return line.Replace(",pass,", ",passed,", StringComparison.Ordinal);
    }
}
