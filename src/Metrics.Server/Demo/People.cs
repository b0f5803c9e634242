using System.Globalization;
using Metrics.Model.Facts;

namespace Metrics.Server.Demo;

/// <summary>The teams' people: who left, how it feels, who is being looked for. More leave after the bad quarter.</summary>
internal static class People
{
    public static IEnumerable<TeamMonth> Months(Company company)
    {
        foreach (var team in company.Catalogue.Teams)
        {
            var headcount = company.Dice("people", team).Between(7, 12);
            foreach (var month in company.Time.Months)
            {
                var dice = company.Dice("people", team, month);
                var trouble = company.TroubleOn(month);
                var leavers = dice.Chance(0.05 * trouble) ? 1 : 0;
                var joiners = headcount < 12 && dice.Chance(0.12) ? 1 : 0;
                var end = headcount - leavers + joiners;
                yield return new TeamMonth
                {
                    Month = month.ToString("yyyy-MM", CultureInfo.InvariantCulture),
                    Team = team,
                    HeadcountStart = headcount,
                    HeadcountEnd = end,
                    VoluntaryLeavers = leavers,
                    InvoluntaryLeavers = 0,
                    InternalMoves = 0,
                    EngagementScore = month.Month % 3 == 2
                        ? Math.Round((decimal)(8.4 - (0.7 * trouble) + dice.Between(-0.4, 0.4)), 1)
                        : null,
                    EngagementScaleMax = month.Month % 3 == 2 ? 10 : null,
                    GrowthPlans = Math.Max(0, end - dice.Between(0, 3)),
                };
                headcount = end;
            }
        }
    }

    public static IEnumerable<Requisition> Requisitions(Company company)
    {
        foreach (var quarter in Timeline.Quarters)
        {
            for (var i = 1; i <= 3; i++)
            {
                var dice = company.Dice("requisition", "", company.Time.StartOf(quarter), i);
                var opened = company.Time.StartOf(quarter).AddDays(dice.Between(0, 80));
                if (opened >= company.Time.Today) continue;
                var closed = opened.AddDays((int)dice.Skewed(62));
                var isClosed = closed < company.Time.Today;
                var isCancelled = dice.Chance(0.12);
                var offers = isCancelled ? dice.Between(0, 1) : dice.Weighted(0.7, 0.3) + 1;
                yield return new Requisition
                {
                    RequisitionId = $"REQ-{company.Time.NameOf(quarter)}-{i}",
                    Team = dice.Pick(company.Catalogue.Teams),
                    OpenedOn = DateOnly.FromDateTime(opened.UtcDateTime),
                    FilledOn = isClosed && !isCancelled ? DateOnly.FromDateTime(closed.UtcDateTime) : null,
                    CancelledOn = isClosed && isCancelled ? DateOnly.FromDateTime(closed.UtcDateTime) : null,
                    OffersExtended = isClosed ? offers : 0,
                    OffersAccepted = isClosed && !isCancelled ? 1 : 0,
                };
            }
        }
    }
}
