using Metrics.Model.Facts;

namespace Metrics.Server.Demo;

/// <summary>The hours in which an incident kept a dataset from being loaded.</summary>
internal sealed record Outage(string Dataset, DateTimeOffset From, DateTimeOffset To, string Reason);

/// <summary>
/// What incidents did to loads. A severity 1 stops them until it is solved; a lesser one is worked around within hours, long
/// before it is closed, except where the load runs once a day: nobody hurries there. The small ones stop nothing.
/// </summary>
internal sealed class Outages
{
    private readonly ILookup<string, Outage> byDataset;

    public Outages(Company company, IEnumerable<Incident> incidents)
    {
        All = [.. incidents
            .Where(i => i.Severity <= 3 && i.Status == IncidentStatus.Resolved && i.Cause != IncidentCause.Change)
            .SelectMany(i => Caused(company, i))];
        byDataset = All.ToLookup(o => o.Dataset);
    }

    public IReadOnlyList<Outage> All { get; }

    /// <summary>The outage that a load of any of these datasets runs into, or null.</summary>
    public Outage? At(IEnumerable<string> datasets, DateTimeOffset moment) =>
        datasets.SelectMany(d => byDataset[d]).FirstOrDefault(o => o.From <= moment && moment < o.To);

    private static bool IsDaily(Company company, string dataset) =>
        company.Catalogue.Pipelines.FirstOrDefault(p => p.Datasets.Contains(dataset)) is { Schedule.RunsPerDay: 1 };

    private static IEnumerable<Outage> Caused(Company company, Incident incident)
    {
        var from = incident.StartedAt!.Value;
        var dice = company.Dice("outage", incident.IncidentId);
        var longest = incident.Severity switch { 1 => dice.Hours(3, 9), 2 => dice.Hours(4, 12), _ => dice.Hours(0, 4) };
        var resolved = incident.ResolvedAt!.Value;
        var to = from + longest < resolved ? from + longest : resolved;
        return incident.Datasets.Select(d => new Outage(
            d, from, IsDaily(company, d) ? resolved : to, $"{incident.IncidentId}: {incident.Title}"));
    }
}
