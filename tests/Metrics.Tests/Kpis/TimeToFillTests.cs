using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class TimeToFillTests
{
    private const string Kpi = "time_to_fill";

    [Fact]
    public async Task The_median_counts_days_of_the_calendar_from_opening_to_filling()
    {
        await using var example = await Example.OfAsync("""
            # requisitions
            requisition_id,team,opened_on,filled_on,cancelled_on
            q1,crm,2026-01-01,2026-04-01,
            q2,crm,2026-05-01,2026-06-15,
            q3,web,2026-04-02,2026-06-30,
            q4,web,2026-05-01,2026-05-02,2026-05-03
            q5,web,,2026-05-04,
            q6,web,2026-05-06,2026-05-05,
            q7,web,2026-05-01,2026-07-01,
            q8,web,2026-01-01,2026-03-31,
            q9,web,2026-05-01,,2026-06-01
            q10,web,2026-05-01,,
            """);

        // 31 + 28 + 31 = 90, 30 + 15 = 45, and 28 + 31 + 30 = 89 days.
        var row = await example.TotalAsync(Kpi);
        (row.Value, row.N, row.Status).ShouldBe((89, 3, KpiStatus.Met));
        (await example.LeftOutAsync(Kpi)).ShouldBe(new Dictionary<string, string>
        {
            ["q4"] = "cancelled",
            ["q5"] = "no opening date",
            ["q6"] = "opened_on 2026-05-06 lies after filled_on 2026-05-05",
        }, ignoreOrder: true);
        (await example.ByAsync(Kpi, Dimension.Team)).ToDictionary(r => r.Key, r => r.Value.N)
            .ShouldBe(new Dictionary<string, long> { ["crm"] = 2, ["web"] = 1 }, ignoreOrder: true);
    }

    [Fact]
    public async Task Ninety_days_are_ninety_days_also_where_the_clocks_go_back_between()
    {
        await using var example = await Example.OfAsync("""
            # requisitions
            requisition_id,opened_on,filled_on
            q1,2025-10-01,2025-12-30
            q2,2025-10-01,2025-12-30
            q3,2025-10-01,2025-12-30
            """, zone: "Europe/Berlin");

        var row = await example.TotalAsync(Kpi, "2025-Q4");
        (row.Value, row.Status).ShouldBe((90, KpiStatus.Met));
    }

    [Fact]
    public async Task A_requisition_filled_on_the_first_day_of_the_quarter_is_in_and_on_that_of_the_next_is_out()
    {
        await using var example = await Example.OfAsync("""
            # requisitions
            requisition_id,opened_on,filled_on
            q1,2026-03-01,2026-03-31
            q2,2026-03-01,2026-04-01
            q3,2026-03-01,2026-06-30
            q4,2026-03-01,2026-07-01
            """, zone: "America/New_York");

        (await example.EvidenceAsync(Kpi)).Select(o => o.Record!.Key).ShouldBe(["q2", "q3"]);
    }
}
