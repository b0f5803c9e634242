using Metrics.Model.Facts;

namespace Metrics.Server.Demo;

/// <summary>What the platform costs, what it does for it, and how much of what it pays for it uses.</summary>
internal static class Money
{
    private static readonly (string Service, double Monthly)[] Services =
        [("warehouse", 5200), ("storage", 900), ("orchestration", 650), ("bi", 1100)];

    private static readonly string[] Resources = ["warehouse-load", "warehouse-bi", "airflow-workers"];

    /// <summary>A charge a month for every team and service, one that nobody owns, and a credit now and then. In euro.</summary>
    public static IEnumerable<Cost> Costs(Company company)
    {
        foreach (var month in company.Time.Months)
        {
            foreach (var (service, monthly) in Services)
            {
                foreach (var team in company.Catalogue.Teams)
                    yield return Charge(company, month, service, team, monthly * (1 + (0.15 * company.ProgressAt(month))));
            }

            yield return Charge(company, month, "network", null, 480);
            if (month.Month % 6 == 0) yield return Charge(company, month, "warehouse", "platform", -2400);
        }
    }

    /// <summary>Terabytes by team and day; events, queries and active customers for the whole shop.</summary>
    public static IEnumerable<UsageUnit> Units(Company company)
    {
        foreach (var at in company.Time.Days.Where(d => d < company.Time.Today))
        {
            var day = DateOnly.FromDateTime(at.UtcDateTime);
            // The same euro buys a fifth more each year: volume grows faster than the bill.
            var growth = 1 + (0.6 * company.ProgressAt(at));
            foreach (var team in company.Catalogue.Teams)
            {
                var load = company.Dice("terabytes", team, at).Between(0.7, 1.3);
                yield return Unit("tb_processed", 2.1 * load) with { Team = team };
            }

            var shop = company.Dice("shop", "", at);
            yield return Whole(Unit("event", 2_400_000 * shop.Between(0.8, 1.3)));
            yield return Whole(Unit("query", 5_200 * shop.Between(0.6, 1.2)));
            yield return Whole(Unit("active_customer", 38_000 * shop.Between(0.9, 1.1)));

            UsageUnit Unit(string unit, double quantity) =>
                new() { Day = day, Unit = unit, Quantity = Rounded(quantity * growth) };
        }
    }

    public static IEnumerable<ComputeUsage> Compute(Company company)
    {
        foreach (var day in company.Time.Days.Where(d => d < company.Time.Today))
        {
            foreach (var resource in Resources)
            {
                var dice = company.Dice("compute", resource, day);
                var provisioned = Timeline.IsBusinessDay(day) ? 96 : 60;
                yield return new ComputeUsage
                {
                    Resource = resource,
                    PeriodStart = day,
                    PeriodEnd = day.AddDays(1),
                    Used = Rounded(provisioned * (0.48 + (0.14 * company.ProgressAt(day))) * dice.Between(0.8, 1.2)),
                    Provisioned = provisioned,
                    Measure = "credit",
                };
            }
        }
    }

    private static Cost Charge(Company company, DateTimeOffset month, string service, string? team, double amount)
    {
        var charge = Rounded(amount * company.Dice("cost", service + team, month).Between(0.9, 1.1));
        return new Cost
        {
            CostId = $"{month:yyyy-MM}-{service}-{team ?? "unallocated"}{(amount < 0 ? "-credit" : "")}",
            ChargeStart = month,
            ChargeEnd = month.AddMonths(1),
            Service = service,
            Resource = team is null ? null : $"{service}-{team}",
            EffectiveCost = charge,
            BilledCost = charge,
            Currency = "EUR",
            Team = team,
        };
    }

    private static UsageUnit Whole(UsageUnit unit) => unit with { Quantity = Math.Floor(unit.Quantity ?? 0) };

    private static decimal Rounded(double amount) => Math.Round((decimal)amount, 2);
}
