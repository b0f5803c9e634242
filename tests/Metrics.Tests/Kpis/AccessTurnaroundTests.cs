using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class AccessTurnaroundTests
{
    private const string Kpi = "access_turnaround";

    [Fact]
    public async Task The_median_runs_to_the_earlier_decision_in_business_days_of_the_reporting_zone()
    {
        await using var example = await Example.OfAsync(
            """
            # access_requests
            request_id,kind,requested_at,granted_at,denied_at,withdrawn_at
            a1,standard_role,2026-05-15T18:00:00+02:00,2026-05-18T06:00:00+02:00,,
            a2,custom,2026-05-19T12:00:00+02:00,,2026-05-20T12:00:00+02:00,
            a3,restricted,2026-05-18T00:00:00+02:00,2026-05-21T00:00:00+02:00,2026-05-20T00:00:00+02:00,
            a4,,2026-05-22T00:00:00+02:00,2026-05-26T12:00:00+02:00,,2026-05-26T12:00:00+02:00
            a5,,2026-05-22T00:00:00+02:00,2026-05-27T00:00:00+02:00,,2026-05-26T23:59:59+02:00
            a6,,,2026-05-28T00:00:00+02:00,,
            a7,,2026-05-29T00:00:00+00:00,,2026-05-28T00:00:00+00:00,
            a8,,2026-05-01T00:00:00+02:00,,,
            """,
            zone: "Europe/Berlin", holidays: new DateOnly(2026, 5, 25));

        // 6 h on Friday and 6 h on Monday: 0.5; 1; to the denial: 2; Friday and half of Tuesday, Monday being a holiday: 1.5.
        var row = await example.TotalAsync(Kpi);
        (row.Value, row.N, row.Status).ShouldBe((1.25, 4, KpiStatus.Met));
        (await example.LeftOutAsync(Kpi)).ShouldBe(new Dictionary<string, string>
        {
            ["a5"] = "withdrawn before the decision",
            ["a6"] = "no request time",
            ["a7"] = "requested_at 2026-05-29 00:00:00 UTC lies after the decision at 2026-05-28 00:00:00 UTC",
        }, ignoreOrder: true);
        (await example.EvidenceAsync(Kpi)).Where(o => o.Excluded is null).Select(o => o.Note)
            .ShouldBe(["granted (standard role)", "denied (restricted)", "denied (custom)", "granted"]);
    }

    [Fact]
    public async Task A_request_is_placed_by_its_decision_under_the_tier_of_that_moment()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,valid_from,tier
            orders,,1
            orders,2026-06-01T00:00:00Z,0
            # access_requests
            request_id,dataset,requested_at,granted_at,denied_at
            a1,orders,2026-03-31T00:00:00Z,2026-03-31T23:59:59.999999Z,
            a2,orders,2026-03-31T00:00:00Z,2026-04-01T00:00:00Z,
            a3,orders,2026-05-01T00:00:00Z,2026-07-01T00:00:00Z,2026-06-01T00:00:00Z
            a4,orders,2026-06-30T00:00:00Z,2026-07-01T00:00:00Z,
            a5,,2026-06-30T00:00:00Z,,2026-06-30T00:00:00Z
            """);

        var byTier = await example.ByAsync(Kpi, Dimension.Tier);

        (byTier["1"].Value, byTier["1"].N).ShouldBe((1, 1));
        (byTier["0"].Value, byTier["0"].N).ShouldBe((21, 1));
        (byTier[""].Value, byTier[""].Unattributed).ShouldBe((0, 1 / 3d));
    }

    [Fact]
    public async Task Requests_that_are_pending_at_the_end_are_counted_beside_it_with_their_ages()
    {
        await using var example = await Example.OfAsync("""
            # access_requests
            request_id,team,requested_at,granted_at,denied_at,withdrawn_at
            p1,crm,2026-06-30T23:59:59.999999Z,,,
            p2,crm,2026-07-01T00:00:00Z,,,
            p3,web,2026-06-26T00:00:00Z,2026-07-01T00:00:00Z,,
            p4,web,2026-06-01T00:00:00Z,2026-06-30T23:59:59.999999Z,,
            p5,web,2026-06-01T00:00:00Z,,,2026-06-30T00:00:00Z
            p6,web,2026-06-22T00:00:00Z,,2026-07-05T00:00:00Z,
            p7,web,2026-06-01T00:00:00Z,,2026-06-02T00:00:00Z,
            """);

        var row = await example.TotalAsync("pending_access_requests");
        (row.Value, row.N, row.Numerator, row.Denominator, row.Status).ShouldBe((3, 3, 3m, null, KpiStatus.NoTarget));
        (await example.ByAsync("pending_access_requests", Dimension.Team)).ToDictionary(r => r.Key, r => r.Value.Value)
            .ShouldBe(new Dictionary<string, double?> { ["crm"] = 1, ["web"] = 2 }, ignoreOrder: true);

        // Friday, Monday, Tuesday; and the week from the 22nd with Monday and Tuesday.
        var ages = (await example.EvidenceAsync("pending_access_requests")).ToDictionary(o => o.Record!.Key, o => o.Value);
        (ages["p3"], ages["p6"]).ShouldBe((3, 7));
        (await example.TotalAsync("oldest_access_request")).Value.ShouldBe(7);
    }

    [Fact]
    public async Task That_nothing_is_pending_is_known_only_where_a_source_vouches_for_it()
    {
        await using var vouched = await Example.OfAsync("# access_requests\nrequest_id");
        await using var silent = await Example.OfAsync("# incidents\nincident_id");

        (await vouched.TotalAsync("pending_access_requests")).Value.ShouldBe(0);
        var row = await silent.TotalAsync("pending_access_requests");
        (row.Value, row.Reason).ShouldBe((null, "No source has delivered access_requests yet."));
        (await vouched.TotalAsync("oldest_access_request")).Value.ShouldBeNull();
    }
}
