using Metrics.Kpis;

namespace Metrics.Scorecards;

/// <summary>What to say where a KPI has no value, so that nobody takes an empty place for a fault or for a zero.</summary>
internal static class Silence
{
    /// <param name="row">Without a value.</param>
    /// <param name="inThisPeriod">Such as <c>in this quarter</c>.</param>
    public static string Of(KpiRow row, string inThisPeriod)
    {
        // A count without a value lacks coverage, and only the evaluator knows of what.
        if (row.Reason is { } reason && (row.Kpi.CountsNothingAsZero || row.N > 0)) return reason;

        return row.Kpi.Id switch
        {
            "mttr_sev1" => $"No Sev 1 incident was resolved {inThisPeriod}.",
            "mttr_sev2" => $"No Sev 2 incident was resolved {inThisPeriod}.",
            "freshness_adherence" => $"No dataset with a freshness target was observed {inThisPeriod}.",
            "pipeline_success_rate" => $"No scheduled pipeline run ended {inThisPeriod}.",
            "postmortem_action_closure" => $"No postmortem action fell due {inThisPeriod}.",
            "pr_cycle_time" => $"No pull request was merged {inThisPeriod}.",
            _ => row.Reason ?? $"Nothing was observed for {row.Kpi.Name} {inThisPeriod}.",
        };
    }
}
