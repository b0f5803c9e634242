namespace Metrics.Tests.Kpis.Reference;

/// <summary>KPIs 10, 16, 20 to 24, and what is open or pending beside KPIs 7 and 16.</summary>
public sealed partial class ReferenceKpis
{
    /// <summary>Beside KPI 7: the numerator is the age in hours, of which a count takes no notice.</summary>
    private IEnumerable<Seen> OpenIncidents(DateTimeOffset end) =>
        from incident in company.Incidents
        let began = incident.StartedAt ?? incident.DetectedAt
        where incident.Severity is 1 or 2 && began < end
        let open = incident.Status switch
        {
            "open" => true,
            "resolved" => incident.ResolvedAt >= end,
            null => incident.ResolvedAt is null || incident.ResolvedAt >= end,
            _ => false,
        }
        where open
        select new Seen(end.AddMicroseconds(-1), incident.Datasets) { Team = incident.Team, Numerator = (end - began.Value).TotalHours };

    private static IEnumerable<Seen> Oldest(IEnumerable<Seen> waiting) => waiting.OrderByDescending(s => s.Numerator).Take(1);

    /// <summary>KPI 10.</summary>
    private IEnumerable<Seen> Escapes(Window window) =>
        from incident in company.Incidents
        where window.Contains(incident.DetectedAt) && incident.Status is not ("false_alarm" or "duplicate")
            && incident.DetectedBy is not (null or "other")
        where incident.Datasets.Any(d => company.InForce(d, incident.DetectedAt!.Value)?.Tier is 0 or 1)
        select new Seen(incident.DetectedAt!.Value, incident.Datasets)
        {
            Team = incident.Team,
            Numerator = incident.DetectedBy == "stakeholder" ? 1 : 0,
        };

    /// <summary>KPI 16.</summary>
    private IEnumerable<Seen> AccessDecisions(Window window) =>
        from request in company.AccessRequests
        let decided = new[] { request.GrantedAt, request.DeniedAt }.Min()
        where window.Contains(decided) && !(request.WithdrawnAt < decided) && request.RequestedAt <= decided
        select new Seen(decided.Value, ListOf(request.Dataset))
        {
            Team = request.Team,
            Value = calendar.BusinessDays(request.RequestedAt!.Value, decided.Value),
        };

    /// <summary>Beside KPI 16, with the age in business days.</summary>
    private IEnumerable<Seen> PendingRequests(DateTimeOffset end) =>
        from request in company.AccessRequests
        where request.RequestedAt < end
            && !(request.GrantedAt < end) && !(request.DeniedAt < end) && !(request.WithdrawnAt < end)
        select new Seen(end.AddMicroseconds(-1), ListOf(request.Dataset))
        {
            Team = request.Team,
            Numerator = calendar.BusinessDays(request.RequestedAt!.Value, end),
        };

    /// <summary>KPI 20.</summary>
    private IEnumerable<Seen> Postmortems(Window window) =>
        from incident in company.Incidents
        where incident.Severity is 1 or 2 && incident.Status == "resolved" && window.Contains(incident.ResolvedAt)
        let resolved = incident.ResolvedAt!.Value
        let now = window.AsOf(EndOfDay(resolved))
        let published = incident.PostmortemPublishedAt < now ? incident.PostmortemPublishedAt : null
        where published is not null || calendar.BusinessDays(resolved, now) > 5
        let inTime = published <= resolved || published is not null && calendar.BusinessDays(resolved, published.Value) <= 5
        select new Seen(resolved, incident.Datasets) { Team = incident.Team, Numerator = inTime ? 1 : 0 };

    /// <summary>KPI 21.</summary>
    private IEnumerable<Seen> Notices(Window window) =>
        from change in company.SchemaChanges
        where change.Breaking == true
        let at = change.EffectiveAt ?? change.DetectedAt
        where window.Contains(at)
        let now = window.AsOf(EndOfDay(at.Value))
        let notified = change.NotifiedAt < now ? change.NotifiedAt : null
        let hourEnds = at.Value.AddHours(1)
        where change.EffectiveAt is not null || notified is not null || now > hourEnds
        let told = change.EffectiveAt is { } effective ? notified < effective : notified <= hourEnds
        select new Seen(at.Value, ListOf(change.Dataset)) { Numerator = told ? 1 : 0 };

    /// <summary>KPI 22.</summary>
    private IEnumerable<Seen> AccessReviews(Window window) =>
        from review in company.AccessReviews
        where review.DueOn is not null
        let due = review.DueOn ?? default
        let at = calendar.StartOf(due)
        let today = calendar.DayOf(window.AsOf(EndOfDay(at)))
        where window.Contains(at) && due < today
        select new Seen(at, ListOf(review.Dataset)) { Numerator = review.CompletedOn <= due ? 1 : 0 };

    /// <summary>KPI 23.</summary>
    private IEnumerable<Seen> Classification(DateTimeOffset end) =>
        from version in InForceBefore(end)
        where version.Lifecycle is null or "active"
        select new Seen(end.AddMicroseconds(-1), [version.Dataset]) { Numerator = version.Classification is null ? 0 : 1 };

    /// <summary>KPI 24.</summary>
    private IEnumerable<Seen> Alerts(Window window) =>
        from alert in company.Alerts
        where window.Contains(alert.RaisedAt)
        let incident = company.Incidents.Find(i => i.IncidentId == alert.IncidentId)
        let dataset = alert.Dataset ?? company.Checks.Find(c => c.CheckId == alert.CheckId)?.Dataset
        let actionable = alert.ActionTaken == true || incident is not null && incident.Status != "false_alarm"
        select new Seen(alert.RaisedAt!.Value, ListOf(dataset)) { Numerator = actionable ? 1 : 0 };

    private DateTimeOffset EndOfDay(DateTimeOffset at) => calendar.StartOf(calendar.DayOf(at).AddDays(1));
}
