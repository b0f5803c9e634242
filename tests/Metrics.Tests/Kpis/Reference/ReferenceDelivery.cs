using System.Globalization;

namespace Metrics.Tests.Kpis.Reference;

/// <summary>KPIs 1, 2, 13, 19, 26, 27 and the time to first review shown beside KPI 3.</summary>
public sealed partial class ReferenceKpis
{
    /// <summary>KPI 1. A quarter that the window cuts short is seen as of the window's end.</summary>
    private IEnumerable<Seen> Roadmap(Window window) =>
        from item in company.RoadmapItems
        let name = item.Quarter.Split("-Q")
        let year = int.Parse(name[0], CultureInfo.InvariantCulture) - (calendar.FiscalStart == 1 ? 0 : 1)
        let first = new DateOnly(year, calendar.FiscalStart, 1).AddMonths(3 * (int.Parse(name[1], CultureInfo.InvariantCulture) - 1))
        let start = calendar.StartOf(first)
        let end = calendar.StartOf(first.AddMonths(3))
        let now = window.AsOf(end)
        where window.Contains(start) && item.CommittedAt <= calendar.StartOf(first.AddDays(14)) && item.CommittedAt < now
        let quarter = new Window(start, ReferenceCalendar.Min(end, now), now)
        let delivered = quarter.Contains(item.CompletedAt)
            || quarter.Contains(item.RescopedAt) && item.RescopeAgreedBy is not null
        select new Seen(start, []) { Team = item.Team, Numerator = delivered ? 1 : 0 };

    /// <summary>KPI 2.</summary>
    private IEnumerable<Seen> LeadTimes(Window window) =>
        from change in company.Changes
        where window.Contains(change.DeployedAt) && change.Kind == "standard" && change.Cancelled != true && change.ApprovedAt is not null
        select new Seen(change.DeployedAt!.Value, change.Datasets)
        {
            Team = change.Team,
            Value = (change.DeployedAt.Value - change.ApprovedAt!.Value).TotalDays,
        };

    /// <summary>KPI 26.</summary>
    private IEnumerable<Seen> ChangeFailures(Window window) =>
        from change in company.Changes
        where window.Contains(change.DeployedAt) && change.Cancelled != true
        select new Seen(change.DeployedAt!.Value, change.Datasets) { Team = change.Team, Numerator = change.Failed == true ? 1 : 0 };

    /// <summary>Beside KPI 3: over the same pull requests, as far as they were reviewed before they were merged.</summary>
    private IEnumerable<Seen> FirstReviews(Window window) =>
        from pull in company.PullRequests
        where window.Contains(pull.MergedAt) && pull.AuthorIsBot != true && pull.IsDataCode != false
        let ready = pull.DraftUntil ?? pull.OpenedAt
        where ready <= pull.MergedAt && pull.FirstReviewAt <= pull.MergedAt
            && (pull.OpenedAt is null || pull.FirstReviewAt >= pull.OpenedAt)
        select new Seen(pull.MergedAt!.Value, [])
        {
            Team = pull.Team,
            Value = Math.Max(0, (pull.FirstReviewAt!.Value - ready!.Value).TotalDays),
        };

    /// <summary>KPI 13.</summary>
    private IEnumerable<Seen> Backfills(Window window) =>
        from backfill in company.Backfills
        where window.Contains(backfill.CompletedAt) && backfill.Cancelled != true
        let since = backfill.IssueDetectedAt ?? backfill.RequestedAt
        where since <= backfill.CompletedAt
        select new Seen(backfill.CompletedAt!.Value, ListOf(backfill.Dataset))
        {
            Value = (backfill.CompletedAt.Value - since!.Value).TotalHours,
        };

    /// <summary>KPI 19.</summary>
    private IEnumerable<Seen> Filled(Window window) =>
        from requisition in company.Requisitions
        where requisition.FilledOn is not null && requisition.CancelledOn is null && requisition.OpenedOn <= requisition.FilledOn
        let filled = requisition.FilledOn ?? default
        let at = calendar.StartOf(filled)
        where window.Contains(at)
        select new Seen(at, [])
        {
            Team = requisition.Team,
            Value = filled.DayNumber - requisition.OpenedOn!.Value.DayNumber,
        };

    /// <summary>KPI 27.</summary>
    private IEnumerable<Seen> Offers(Window window) =>
        from requisition in company.Requisitions
        let closed = requisition.FilledOn ?? requisition.CancelledOn
        where closed is not null && requisition.OffersExtended > 0 && requisition.OffersAccepted is not null
        let at = calendar.StartOf(closed.Value)
        where window.Contains(at)
        select new Seen(at, [])
        {
            Team = requisition.Team,
            Numerator = requisition.OffersAccepted!.Value,
            Denominator = requisition.OffersExtended!.Value,
        };

    private static IReadOnlyList<string> ListOf(string? dataset) => dataset is null ? [] : [dataset];
}
