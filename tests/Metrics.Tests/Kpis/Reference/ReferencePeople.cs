using System.Globalization;

namespace Metrics.Tests.Kpis.Reference;

/// <summary>KPIs 14, 15 and 18, and what is shown beside 5.</summary>
public sealed partial class ReferenceKpis
{
    private static readonly double[] FreshnessTargets = [0.98, 0.95, 0.90];

    private IEnumerable<Seen> Adoption(Window window) =>
        ActiveDays(window).Select(o => new Seen(o.At, [o.Version.Dataset])
        {
            Numerator = LastThirty(o).Any(u => u.Queries > 0 || u.ActiveUsers > 0) ? 1 : 0,
        });

    private IEnumerable<Seen> ActiveUsers(Window window) =>
        ActiveDays(window).Select(o => new Seen(o.At, [o.Version.Dataset])
        {
            Value = LastThirty(o).Select(u => u.ActiveUsers ?? 0).Append(0).Max(),
        });

    private IEnumerable<ProductUsageRow> LastThirty((DateTimeOffset At, DateOnly Day, DatasetRow Version) observed) =>
        company.ProductUsage.Where(u => u.Day <= observed.Day && u.Day > observed.Day.AddDays(-30) && IsOf(u, observed.Version));

    private static bool IsOf(ProductUsageRow usage, DatasetRow version) =>
        usage.Dataset is { } dataset ? dataset == version.Dataset : usage.DataProduct is { } product && product == version.DataProduct;

    private IEnumerable<(DateTimeOffset At, DateOnly Day, DatasetRow Version)> ActiveDays(Window window)
    {
        var first = company.ProductUsage.Min(u => u.Day);
        for (var day = calendar.DayOf(window.From); calendar.StartOf(day) < window.To; day = day.AddDays(1))
        {
            if (day < first) continue;
            foreach (var dataset in company.Datasets.Select(d => d.Dataset).Distinct())
                if (company.InForce(dataset, calendar.StartOf(day)) is { Lifecycle: null or "active" } version) yield return (calendar.StartOf(day), day, version);
        }
    }

    private IEnumerable<Seen> Unused(DateTimeOffset end)
    {
        var known = company.ProductUsage.Where(u => calendar.StartOf(u.Day) < end).ToList();
        var last = calendar.DayOf(end.AddMicroseconds(-1));
        return InForceBefore(end).Where(v => v.Lifecycle is null or "active").Select(v => new Seen(end.AddMicroseconds(-1), [v.Dataset])
        {
            Unknown = known.Count == 0,
            Numerator = known.Exists(u => (u.Queries > 0 || u.ActiveUsers > 0) && IsOf(u, v) && u.Day > last.AddDays(-30)) ? 0 : 1,
        });
    }

    private IEnumerable<Seen> NeverLoaded(DateTimeOffset end)
    {
        loads ??= Loads();
        return InForceBefore(end)
            .Where(v => v.Lifecycle is null or "active" && (v.FreshnessMaxAge is not null || v.FreshnessDeadline is not null))
            .Select(v => new Seen(end.AddMicroseconds(-1), [v.Dataset])
            {
                Numerator = loads.TryGetValue(v.Dataset, out var all) && all[0] < end ? 0 : 1,
            });
    }

    private IEnumerable<Seen> MeetingFreshness(Window window) =>
        from seen in Freshness(window).GroupBy(s => s.Datasets[0])
        let last = window.To.AddMicroseconds(-1)
        let tier = company.InForce(seen.Key, last)?.Tier
        let denominator = seen.Sum(s => s.Denominator)
        where tier is not null && denominator > 0
        select new Seen(last, [seen.Key]) { Numerator = seen.Sum(s => s.Numerator) / denominator > FreshnessTargets[tier.Value] + 1e-13 ? 1 : 0 };

    private IEnumerable<Seen> Satisfaction(Window window) =>
        from response in company.SurveyResponses
        where window.Contains(response.RespondedAt) && response.Score is not null && response.ScaleMax is not null
        select new Seen(response.RespondedAt!.Value, [])
        {
            Team = response.Team,
            StakeholderGroup = response.StakeholderGroup,
            Value = Rescaled(response.Score!.Value, response.ScaleMax!.Value),
        };

    private IEnumerable<Seen> ResponseRate(Window window) =>
        from survey in company.SurveyResponses.Where(r => r.RespondedAt is not null).GroupBy(r => r.Survey)
        let first = survey.Min(r => r.RespondedAt)!.Value
        let invitation = company.SurveyInvitations.Find(i => i.Survey == survey.Key)
        where window.Contains(first) && invitation is { Invited: > 0 }
        let now = window.Partial ? window.To : window.Now
        let answers = survey.Count(r => r.RespondedAt < now)
        select new Seen(first, []) { Team = invitation.Team, Numerator = answers, Denominator = invitation.Invited!.Value, People = answers };

    private IEnumerable<Seen> Attrition(Window window) =>
        from month in Months(window)
        where month.Row.HeadcountStart is not null && month.Row.HeadcountEnd is not null && month.Row.VoluntaryLeavers is not null
        let mean = (month.Row.HeadcountStart!.Value + month.Row.HeadcountEnd!.Value) / 2.0
        select new Seen(month.At, []) { Team = month.Row.Team, Numerator = 12.0 * month.Row.VoluntaryLeavers!.Value, Denominator = mean, People = mean };

    private IEnumerable<Seen> Engagement(Window window) =>
        from month in Months(window)
        where month.Row.EngagementScore is not null && month.Row.EngagementScaleMax is not null
        select new Seen(month.At, [])
        {
            Team = month.Row.Team,
            Value = Rescaled(month.Row.EngagementScore!.Value, month.Row.EngagementScaleMax!.Value),
            People = (month.Row.HeadcountStart + month.Row.HeadcountEnd) / 2.0 ?? 0,
        };

    private IEnumerable<Seen> GrowthPlans(Window window) =>
        from month in Months(window)
        where month.Row.GrowthPlans is not null && month.Row.HeadcountEnd is not null
        let people = month.Row.HeadcountEnd!.Value
        select new Seen(month.At, []) { Team = month.Row.Team, Numerator = month.Row.GrowthPlans!.Value, Denominator = people, People = people };

    private IEnumerable<(TeamMonthRow Row, DateTimeOffset At)> Months(Window window) =>
        company.TeamMonths
            .Select(m => (m, calendar.StartOf(DateOnly.ParseExact($"{m.Month}-01", "yyyy-MM-dd", CultureInfo.InvariantCulture))))
            .Where(m => window.Contains(m.Item2));

    private static double Rescaled(decimal score, int highest) => 1 + (4 * (double)(score - 1) / (highest - 1));
}
