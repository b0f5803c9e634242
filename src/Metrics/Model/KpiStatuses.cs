namespace Metrics.Model;

/// <summary>How a status is spelled, said and drawn, and which of several is the worst.</summary>
public static class KpiStatuses
{
    private static readonly KpiStatus[] WorstFirst =
    [
        KpiStatus.Missed,
        KpiStatus.AtRisk,
        KpiStatus.Worsened,
        KpiStatus.InsufficientData,
        KpiStatus.NoData,
        KpiStatus.Steady,
        KpiStatus.Met,
        KpiStatus.Improved,
        KpiStatus.Exceeded,
        KpiStatus.NoTarget,
        KpiStatus.NotDefined,
    ];

    extension(KpiStatus status)
    {
        /// <summary>As in JSON, GraphQL and CSV.</summary>
        public string Spelling => status switch
        {
            KpiStatus.Exceeded => "EXCEEDED",
            KpiStatus.Met => "MET",
            KpiStatus.AtRisk => "AT_RISK",
            KpiStatus.Missed => "MISSED",
            KpiStatus.Improved => "IMPROVED",
            KpiStatus.Steady => "STEADY",
            KpiStatus.Worsened => "WORSENED",
            KpiStatus.NoTarget => "NO_TARGET",
            KpiStatus.NoData => "NO_DATA",
            KpiStatus.InsufficientData => "INSUFFICIENT_DATA",
            KpiStatus.NotDefined => "NOT_DEFINED",
        };

        /// <summary>For people.</summary>
        public string Word => status switch
        {
            KpiStatus.Exceeded => "Exceeded",
            KpiStatus.Met => "Met",
            KpiStatus.AtRisk => "At risk",
            KpiStatus.Missed => "Missed",
            KpiStatus.Improved => "Improved",
            KpiStatus.Steady => "Steady",
            KpiStatus.Worsened => "Worsened",
            KpiStatus.NoTarget => "No target",
            KpiStatus.NoData => "No data",
            KpiStatus.InsufficientData => "Too few data",
            KpiStatus.NotDefined => "Not defined",
        };

        /// <summary>One character, another for each status, so that a reader who sees no colour can tell them apart. Filled
        /// where there is a verdict, hollow where there is none; none of them has an emoji form.</summary>
        public string Shape => status switch
        {
            KpiStatus.Exceeded => "★",
            KpiStatus.Met => "●",
            KpiStatus.AtRisk => "◐",
            KpiStatus.Missed => "■",
            KpiStatus.Improved => "▲",
            KpiStatus.Steady => "◆",
            KpiStatus.Worsened => "▼",
            KpiStatus.NoTarget => "○",
            KpiStatus.NoData => "□",
            KpiStatus.InsufficientData => "◇",
            KpiStatus.NotDefined => "×",
        };
    }

    /// <summary>The status that speaks for all of them. Unknown is never green: too few data or none outrank every good
    /// verdict. No target and not defined speak only where nothing else does.</summary>
    /// <returns><see cref="KpiStatus.NoData"/> of none.</returns>
    public static KpiStatus Worst(IEnumerable<KpiStatus> statuses)
    {
        var present = statuses.ToHashSet();
        return present.Count == 0 ? KpiStatus.NoData : WorstFirst.First(present.Contains);
    }

    /// <summary>The status with that <c>Spelling</c>.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static KpiStatus Parse(string spelling)
    {
        foreach (var status in WorstFirst)
        {
            if (status.Spelling == spelling) return status;
        }

        var allowed = string.Join(", ", Enum.GetValues<KpiStatus>().Select(status => status.Spelling));
        throw new FormatException($"'{spelling}' is not a status. Allowed: {allowed}.");
    }
}
