using System.Globalization;

namespace Metrics.Tests.Kpis.Reference;

internal sealed partial class RandomCompany
{
    private void Money()
    {
        company.Rates.AddRange([new("USD", new(2020, 1, 1), 0.9m), new("USD", new(2026, 5, 14), 0.85m), new("CHF", new(2026, 5, 13), 1.05m)]);
        for (var i = 0; i < 70; i++) company.Costs.Add(Cost($"c{i}"));
        for (var i = 0; i < 150; i++)
        {
            company.UsageUnits.Add(new UsageUnitRow(
                chance.Day(), chance.Of("tb_processed", "tb_processed", "query"), chance.Sometimes(chance.Of(named)), chance.Of(null, null, "t1"))
            {
                Quantity = chance.OneIn(20) ? null : chance.Between(0, 900) / 100m,
            });
        }

        for (var i = 0; i < 60; i++)
        {
            var provisioned = chance.Between(1, 9);
            company.ComputeUsage.Add(new ComputeUsageRow(chance.Of("w1", "w2"), chance.Moment())
            {
                Used = chance.OneIn(12) ? null : chance.Between(0, provisioned),
                Provisioned = chance.OneIn(12) ? null : provisioned,
                Measure = chance.Of("credit", "credit", "slot_hour", null),
            });
        }

        Distinct(company.UsageUnits, u => (u.Day, u.Unit, u.Dataset, u.Team));
        Distinct(company.ComputeUsage, c => (c.Resource, c.PeriodStart.UtcTicks));
    }

    private CostRow Cost(string id)
    {
        var start = chance.Moment();
        return new CostRow(id)
        {
            ChargeStart = chance.OneIn(30) ? null : start,
            ChargeEnd = chance.Between(0, 5) switch
            {
                0 => null,
                1 => start,
                2 => start.AddMinutes(chance.Between(1, 3000)),
                3 => start.AddMonths(1),
                4 => chance.Boundary() is var end && end > start ? end : start.AddDays(1),
                _ => start.AddDays(chance.Between(1, 120)),
            },
            Service = chance.Of("warehouse", "storage", null),
            EffectiveCost = chance.OneIn(20) ? null : chance.Between(-2000, 9000) / 100m,
            Currency = chance.OneIn(25) ? "CHF" : chance.Of("EUR", "EUR", "USD", "usd"),
            Dataset = chance.OneIn(3) ? chance.Of(named) : null,
            Pipeline = chance.OneIn(2) ? $"p{chance.Between(0, 5)}" : null,
            Team = chance.OneIn(4) ? chance.Of("t0", "ghosts") : null,
        };
    }

    private void Use()
    {
        for (var i = 0; i < 90; i++)
        {
            var dataset = chance.OneIn(5) ? null : chance.Of(named);
            company.ProductUsage.Add(new ProductUsageRow(chance.Day(), chance.Of("shop", "crm", null), dataset)
            {
                ActiveUsers = chance.Of<int?>(null, 0, 0, 3, 8),
                Queries = chance.Of<int?>(null, 0, 0, 5),
                ServiceQueries = 9,
            });
        }

        Distinct(company.ProductUsage, u => (u.Day, u.DataProduct, u.Dataset));
    }

    private void People()
    {
        foreach (var team in (string[])["t0", "t1", "t2", "ghosts"])
        {
            var usual = chance.Of(3, 5, 9, 14);
            for (var month = new DateOnly(2025, 1, 1); month < new DateOnly(2026, 9, 1); month = month.AddMonths(1))
            {
                if (chance.OneIn(12)) continue;
                company.TeamMonths.Add(new TeamMonthRow(month.ToString("yyyy-MM", CultureInfo.InvariantCulture), team)
                {
                    HeadcountStart = chance.OneIn(20) ? null : usual,
                    HeadcountEnd = chance.OneIn(20) ? null : usual + chance.Between(-1, 1),
                    VoluntaryLeavers = chance.OneIn(15) ? null : chance.Of(0, 0, 0, 1, 2),
                    GrowthPlans = chance.OneIn(10) ? null : chance.Between(0, usual),
                    EngagementScore = chance.OneIn(2) ? null : chance.Between(10, 40) / 10m,
                    EngagementScaleMax = chance.OneIn(6) ? null : chance.Of(4, 5, 10),
                });
            }
        }

        for (var i = 0; i < 9; i++)
        {
            if (!chance.OneIn(5))
                company.SurveyInvitations.Add(new SurveyInvitationRow($"s{i}") { Invited = chance.Of<int?>(null, 0, 30, 40), Team = chance.Of("t0", "t1", null) });
            if (chance.OneIn(5)) continue;
            for (var j = chance.Between(3, 25); j > 0; j--)
            {
                company.SurveyResponses.Add(new SurveyResponseRow($"s{i}", $"r{j}")
                {
                    RespondedAt = chance.OneIn(15) ? null : chance.Moment(),
                    StakeholderGroup = chance.Of("finance", "sales", null),
                    Team = chance.Of("t0", "t1", "t2"),
                    Score = chance.OneIn(15) ? null : chance.Between(2, 10) / 2m,
                    ScaleMax = chance.OneIn(15) ? null : chance.Of(5, 7, 10),
                });
            }
        }
    }

    private static void Distinct<TRow, TKey>(List<TRow> rows, Func<TRow, TKey> key)
    {
        var distinct = rows.DistinctBy(key).ToList();
        rows.Clear();
        rows.AddRange(distinct);
    }
}
