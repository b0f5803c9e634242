namespace Metrics.Tests.Kpis.Reference;

/// <summary>KPIs 11, 12 and 25.</summary>
public sealed partial class ReferenceKpis
{
    /// <summary>A charge as what it costs on each day.</summary>
    private IEnumerable<Seen> Costs(Window window)
    {
        foreach (var cost in company.Costs.Where(c => c.ChargeStart is not null && c.EffectiveCost is not null))
        {
            var start = cost.ChargeStart!.Value;
            var pipeline = company.Pipelines.Find(p => p.Pipeline == cost.Pipeline);
            var rate = RateOf(cost.Currency, start);
            var whole = new Seen(start, cost.Dataset is not null ? [cost.Dataset] : pipeline?.Datasets ?? [])
            {
                AsOf = start,
                Team = cost.Team ?? (cost.Dataset is null ? pipeline?.Team : null),
                Service = cost.Service,
                Unknown = rate is null,
                Numerator = (double)(cost.EffectiveCost!.Value * (rate ?? 0)),
                Denominator = 0,
            };
            if (cost.ChargeEnd is not { } end || end == start)
            {
                if (window.Contains(start)) yield return whole;
                continue;
            }

            for (var day = calendar.DayOf(start); calendar.StartOf(day) < end; day = day.AddDays(1))
            {
                var from = ReferenceCalendar.Max(ReferenceCalendar.Max(start, calendar.StartOf(day)), window.From);
                var to = ReferenceCalendar.Min(ReferenceCalendar.Min(end, calendar.StartOf(day.AddDays(1))), window.To);
                if (from < to) yield return whole with { At = from, Numerator = whole.Numerator * ((to - from) / (end - start)) };
            }
        }
    }

    private decimal? RateOf(string currency, DateTimeOffset at) => currency == "EUR"
        ? 1
        : company.Rates.Where(r => r.Currency.Equals(currency, StringComparison.OrdinalIgnoreCase) && calendar.StartOf(r.ValidFrom) <= at)
            .MaxBy(r => r.ValidFrom)?.Rate;

    private IEnumerable<Seen> Units(Window window) =>
        from usage in company.UsageUnits
        let at = calendar.StartOf(usage.Day)
        where window.Contains(at) && usage.Quantity is not null
        let quantity = usage.Quantity ?? 0
        select new Seen(at, usage.Dataset is null ? [] : [usage.Dataset])
        {
            Team = usage.Team,
            Unit = usage.Unit,
            Numerator = 0,
            Denominator = (double)quantity,
        };

    private IEnumerable<Seen> Compute(Window window) =>
        from usage in company.ComputeUsage
        where window.Contains(usage.PeriodStart) && usage.Used is not null && usage.Provisioned is not null
        select new Seen(usage.PeriodStart, [])
        {
            Measure = usage.Measure,
            Numerator = (double)usage.Used!.Value,
            Denominator = (double)usage.Provisioned!.Value,
        };

    private IEnumerable<Seen> Downtime(Window window)
    {
        foreach (var incident in company.Incidents.Where(i => i.Severity is 1 or 2 or 3 && i.Status is not ("false_alarm" or "duplicate")))
        {
            if ((incident.StartedAt ?? incident.DetectedAt) is not { } start) continue;
            if (incident.Status == "resolved" && incident.ResolvedAt is null) continue;
            var end = ReferenceCalendar.Min(incident.ResolvedAt ?? window.Now, window.Now);
            for (var day = calendar.DayOf(ReferenceCalendar.Max(start, window.From)); calendar.StartOf(day) < window.To; day = day.AddDays(1))
            {
                var from = ReferenceCalendar.Max(ReferenceCalendar.Max(start, calendar.StartOf(day)), window.From);
                var to = ReferenceCalendar.Min(ReferenceCalendar.Min(end, calendar.StartOf(day.AddDays(1))), window.To);
                if (from < to)
                    yield return new Seen(from, incident.Datasets) { AsOf = calendar.StartOf(day), Team = incident.Team, Value = (to - from).TotalHours };
            }
        }
    }

    private IEnumerable<Seen> Detected(Window window) =>
        from incident in company.Incidents
        where incident.Severity is 1 or 2 or 3 && incident.Status is not ("false_alarm" or "duplicate")
            && window.Contains(incident.DetectedAt) && incident.StartedAt <= incident.DetectedAt
        select new Seen(incident.DetectedAt!.Value, incident.Datasets)
        {
            Team = incident.Team,
            Value = (incident.DetectedAt.Value - incident.StartedAt!.Value).TotalHours,
        };
}
