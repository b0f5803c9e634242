using Metrics.Model.Facts;

namespace Metrics.Server.Demo;

/// <summary>Who asked for data and got it, and whether grants were looked through.</summary>
internal static class Access
{
    public static IEnumerable<AccessRequest> Requests(Company company) =>
        from week in company.Time.Weeks
        from number in Enumerable.Range(1, company.Dice("access", "", week).Between(2, 6))
        let request = Request(company, week, number)
        where request.RequestedAt < company.Time.Today
        select request;

    /// <summary>One a quarter and domain, due two weeks before its end.</summary>
    public static IEnumerable<AccessReview> Reviews(Company company)
    {
        string[] domains = ["commerce", "customer", "finance", "platform"];
        foreach (var quarter in Timeline.Quarters)
        {
            foreach (var domain in domains)
            {
                var due = company.Time.StartOf(quarter + 1).AddDays(-14);
                var dice = company.Dice("review", domain, due);
                var isLate = dice.Chance(0.06 * Seasons.Of(quarter).Trouble);
                var completed = due.AddDays(isLate ? dice.Between(3, 20) : -dice.Between(1, 20));
                var isDone = completed < company.Time.Today;
                yield return new AccessReview
                {
                    ReviewId = $"AR-{company.Time.NameOf(quarter)}-{domain}",
                    Scope = domain,
                    DueOn = DateOnly.FromDateTime(due.UtcDateTime),
                    CompletedOn = isDone ? DateOnly.FromDateTime(completed.UtcDateTime) : null,
                    GrantsReviewed = isDone ? dice.Between(60, 240) : null,
                    GrantsRevoked = isDone ? dice.Between(0, 25) : null,
                };
            }
        }
    }

    private static AccessRequest Request(Company company, DateTimeOffset week, int number)
    {
        var dice = company.Dice("access request", "", week, number);
        var requested = week.AddDays(dice.Between(0, 4)) + dice.Hours(7, 16);
        var kind = (AccessKind)dice.Weighted(0.65, 0.2, 0.15);
        var days = dice.Skewed((kind == AccessKind.StandardRole ? 0.8 : 2.6) * company.SeasonAt(week).Repair);
        var decided = Timeline.AfterBusinessDays(requested, days);
        var approved = decided.AddMinutes(-20) < requested ? requested : decided.AddMinutes(-20);
        var fate = dice.Weighted(0.86, 0.08, 0.06);
        var isDecided = decided < company.Time.Today;
        var dataset = dice.Pick(company.Catalogue.ActiveAt(week, 0, 2));
        return new AccessRequest
        {
            RequestId = $"ACC-{week:yyMMdd}-{number}",
            Dataset = dataset.Id,
            Team = dataset.Team,
            Kind = kind,
            RequestedAt = requested,
            ApprovedAt = isDecided && fate == 0 ? approved : null,
            GrantedAt = isDecided && fate == 0 ? decided : null,
            DeniedAt = isDecided && fate == 1 ? decided : null,
            WithdrawnAt = isDecided && fate == 2 ? decided : null,
        };
    }
}
