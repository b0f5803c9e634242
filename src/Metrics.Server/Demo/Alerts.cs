using Metrics.Model.Facts;

namespace Metrics.Server.Demo;

/// <summary>Who was woken: once for every incident that a machine found, every failed check, and too often for nothing.</summary>
internal static class Alerts
{
    public static IEnumerable<Alert> Of(Company company, IReadOnlyList<Incident> incidents, IReadOnlyList<CheckResult> results)
    {
        foreach (var incident in incidents.DistinctBy(i => i.IncidentId))
        {
            if (incident.DetectedBy is not (DetectedBy.Monitoring or DetectedBy.Test) || incident.Datasets.Count == 0) continue;
            yield return new Alert
            {
                AlertId = $"AL-{incident.IncidentId}",
                Dataset = incident.Datasets[0],
                RaisedAt = incident.DetectedAt,
                AcknowledgedAt = incident.AcknowledgedAt,
                ActionTaken = incident.Status is IncidentStatus.Resolved or IncidentStatus.Open,
                IncidentId = incident.IncidentId,
            };
        }

        var datasets = company.Catalogue.Checks.ToDictionary(c => c.Id, c => c.Dataset);
        foreach (var result in results.Where(r => r.Status == CheckStatus.Fail && r.RunAt < company.Time.Today))
        {
            var dice = company.Dice("alert", result.CheckId, result.RunAt);
            var isActedOn = dice.Chance(0.45 + (0.2 * company.ProgressAt(result.RunAt)));
            yield return new Alert
            {
                AlertId = $"AL-{result.CheckId}-{result.RunAt:yyyyMMdd}",
                Dataset = datasets[result.CheckId],
                CheckId = result.CheckId,
                RaisedAt = result.RunAt,
                AcknowledgedAt = isActedOn || dice.Chance(0.3) ? result.RunAt + dice.Minutes(2, 240) : null,
                ActionTaken = isActedOn,
            };
        }
    }
}
