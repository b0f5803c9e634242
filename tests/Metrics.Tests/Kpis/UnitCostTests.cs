using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class UnitCostTests
{
    private const string Kpi = "unit_cost";

    /// <summary>Ten terabytes on the first of May.</summary>
    private const string Units = """
        # usage_units
        day,unit,quantity
        2026-05-01,tb_processed,10

        """;

    [Fact]
    public async Task All_costs_count_over_every_unit_and_terabytes_unless_another_is_asked_for()
    {
        await using var example = await Example.OfAsync(Units + """
            2026-06-01,tb_processed,20
            2026-06-01,query,1000
            # costs
            cost_id,charge_start,service,effective_cost,currency
            c1,2026-04-10T00:00:00Z,warehouse,100,EUR
            c2,2026-05-10T00:00:00Z,storage,50,EUR
            """);

        // 150 euro: over 10 + 20 terabytes, over 1000 queries.
        (await example.TotalAsync(Kpi)).ShouldBeRatio(150, 30);
        var byUnit = await example.ByAsync(Kpi, Dimension.Unit);
        byUnit.Keys.ShouldBe(["query", "tb_processed"]);
        byUnit["query"].ShouldBeRatio(150, 1000);
        byUnit["tb_processed"].ShouldBeRatio(150, 30);
        (await example.RowsAsync(Kpi, where: (Dimension.Unit, "query"))).ShouldHaveSingleItem().ShouldBeRatio(150, 1000);

        // Two charges and two amounts of terabytes are behind the total; the queries are not.
        (await example.TotalAsync(Kpi)).N.ShouldBe(4);
        (await example.EvidenceAsync(Kpi)).Count.ShouldBe(4);
    }

    [Fact]
    public async Task Pro_rata_costs_a_charge_over_a_quarter_end_is_in_both_quarters_with_its_days()
    {
        await using var example = await Example.OfAsync("""
            # usage_units
            day,unit,quantity
            2026-06-30,tb_processed,1
            2026-07-01,tb_processed,1
            # costs
            cost_id,charge_start,charge_end,effective_cost,currency
            c1,2026-06-20T00:00:00Z,2026-07-10T00:00:00Z,200,EUR
            c2,2026-06-30T12:00:00Z,2026-07-01T12:00:00Z,3,EUR
            """);

        // c1 has 20 days at 10 euro: 11 of them in June, 9 in July. c2 is halved.
        (await example.TotalAsync(Kpi)).ShouldBeRatio(111.5m, 1);
        (await example.TotalAsync(Kpi, "2026-Q3")).ShouldBeRatio(91.5m, 1);
        (await example.TotalAsync(Kpi, "2026")).ShouldBeRatio(203, 2);
        (await example.TotalAsync(Kpi, "2026-06-30")).ShouldBeRatio(11.5m, 1);
        (await example.EvidenceAsync(Kpi)).Count(o => o.Numerator > 0).ShouldBe(12);
    }

    [Fact]
    public async Task A_charge_over_a_DST_change_is_spread_over_the_hours_there_were()
    {
        await using var example = await Example.OfAsync("""
            # usage_units
            day,unit,quantity
            2026-03-29,tb_processed,1
            2026-03-30,tb_processed,1
            # costs
            cost_id,charge_start,charge_end,effective_cost,currency
            c1,2026-03-29T00:00:00+01:00,2026-03-31T00:00:00+02:00,47,EUR
            """, zone: "Europe/Berlin");

        // The night of 29 March lacks an hour: 23 of 47 hours, then 24.
        (await example.TotalAsync(Kpi, "2026-03-29")).ShouldBeRatio(23, 1);
        (await example.TotalAsync(Kpi, "2026-03-30")).ShouldBeRatio(24, 1);
    }

    [Fact]
    public async Task A_zero_length_charge_counts_whole_at_its_start()
    {
        await using var example = await Example.OfAsync(Units + """
            # costs
            cost_id,charge_start,charge_end,effective_cost,currency
            c1,2026-04-01T00:00:00Z,,7,EUR
            c2,2026-06-30T23:59:59Z,2026-06-30T23:59:59Z,8,EUR
            c3,2026-07-01T00:00:00Z,2026-07-01T00:00:00Z,100,EUR
            c4,2026-03-31T23:59:59Z,,100,EUR
            """);

        (await example.TotalAsync(Kpi)).ShouldBeRatio(15, 10);
    }

    [Fact]
    public async Task Negative_credits_lower_the_cost()
    {
        await using var example = await Example.OfAsync(Units + """
            # costs
            cost_id,charge_start,charge_end,effective_cost,currency
            c1,2026-04-01T00:00:00Z,2026-05-01T00:00:00Z,300,EUR
            c2,2026-04-01T00:00:00Z,2026-05-01T00:00:00Z,-120,EUR
            c3,2026-05-01T00:00:00Z,,,EUR
            """);

        // c3 says no amount: it is left out, and shown.
        var row = await example.TotalAsync(Kpi);
        row.ShouldBeRatio(180, 10);
        row.Excluded.ShouldBe(1);
        (await example.EvidenceAsync(Kpi)).Single(o => o.Excluded is not null).Excluded.ShouldBe("no effective cost");
    }

    [Fact]
    public async Task Missing_exchange_rates_make_the_affected_rows_unknown_and_no_others()
    {
        await using var example = await Example.OfAsync("""
            # usage_units
            day,unit,team,quantity
            2026-05-01,tb_processed,a,10
            2026-05-01,tb_processed,b,10
            2026-06-01,tb_processed,b,10
            # costs
            cost_id,charge_start,team,effective_cost,currency
            c1,2026-05-03T00:00:00Z,a,100,EUR
            c2,2026-05-03T00:00:00Z,b,70,CHF
            c3,2026-06-03T00:00:00Z,b,50,EUR
            """, new ReportingSettings { Rates = ExchangeRates.Parse("CHF 2026-05-04 1.05, USD 2026-01-01 0.9") });
        const string reason = "There is no exchange rate for CHF at 2026-05-03; see Reporting:Rates.";

        foreach (var kept in (bool[])[false, true])
        {
            if (kept) await example.Database.Worker.RefreshAsync(cancellation: TestContext.Current.CancellationToken);
            var total = await example.TotalAsync(Kpi);
            (total.Value, total.Numerator, total.Status, total.Reason).ShouldBe((null, null, KpiStatus.NoData, reason));
            var byTeam = await example.ByAsync(Kpi, Dimension.Team);
            byTeam["a"].ShouldBeRatio(100, 10);
            (byTeam["b"].Value, byTeam["b"].Reason).ShouldBe((null, reason));
            (await example.TotalAsync(Kpi, "2026-06")).ShouldBeRatio(50, 10);
        }

        (await example.EvidenceAsync(Kpi)).Single(o => o.Unknown is not null).Unknown.ShouldBe(reason);
    }

    [Fact]
    public async Task Mixed_currencies_are_converted_at_the_rate_in_force_at_the_start_of_the_charge()
    {
        await using var example = await Example.OfAsync(Units + """
            # costs
            cost_id,charge_start,charge_end,effective_cost,currency
            c1,2026-05-01T00:00:00Z,,100,EUR
            c2,2026-05-01T00:00:00Z,,100,USD
            c3,2026-05-31T21:59:59Z,,100,usd
            c4,2026-05-31T22:00:00Z,,100,USD
            c5,2026-05-21T22:00:00Z,2026-06-10T22:00:00Z,200,USD
            """, new ReportingSettings
        {
            Calendar = ReportingCalendar.Create("Europe/Berlin", 1, []),
            Rates = ExchangeRates.Parse("USD 2026-01-01 0.90, USD 2026-06-01 0.80, CHF 2020-01-01 9"),
        });

        // c1 100, c2 and c3 90 each; June begins at 22:00 UTC, so c4 is 80. c5 is 180, whatever the rate does later in it.
        (await example.TotalAsync(Kpi)).ShouldBeRatio(100 + 90 + 90 + 80 + 180, 10);
        (await example.TotalAsync(Kpi, "2026-05")).ShouldBeRatio(100 + 90 + 90 + 90, 10);
    }

    [Fact]
    public async Task A_tier_change_in_mid_charge_changes_nothing()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,valid_from,tier,team
            orders,,1,a
            orders,2026-05-16T00:00:00Z,0,b
            # usage_units
            day,unit,dataset,quantity
            2026-05-01,tb_processed,orders,10
            2026-05-20,tb_processed,orders,5
            # costs
            cost_id,charge_start,charge_end,dataset,effective_cost,currency
            c1,2026-05-01T00:00:00Z,2026-06-01T00:00:00Z,orders,310,EUR
            c2,2026-05-20T00:00:00Z,,orders,20,EUR
            """);

        foreach (var kept in (bool[])[false, true])
        {
            if (kept) await example.Database.Worker.RefreshAsync(cancellation: TestContext.Current.CancellationToken);
            var byTier = await example.ByAsync(Kpi, Dimension.Tier);
            byTier["1"].ShouldBeRatio(310, 10);
            byTier["0"].ShouldBeRatio(20, 5);
            (await example.ByAsync(Kpi, Dimension.Team))["a"].ShouldBeRatio(310, 10);
        }

        // The tier at the start of a charge is learnt later: the days of the whole charge are computed again.
        await example.ImportAsync("""
            # datasets
            dataset,valid_from,tier,team
            orders,2026-04-30T00:00:00Z,2,c
            """);
        await example.Database.Worker.RefreshAsync(cancellation: TestContext.Current.CancellationToken);
        (await example.ByAsync(Kpi, Dimension.Tier))["2"].ShouldBeRatio(310, 10);
    }

    [Fact]
    public async Task A_cost_takes_its_datasets_and_team_from_its_pipeline_unless_it_has_its_own()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,tier,team
            orders,0,sales
            customers,1,crm
            events,2,web
            # pipelines
            pipeline,team,datasets
            p,platform,orders;customers
            # usage_units
            day,unit,dataset,team,quantity
            2026-05-01,tb_processed,orders,platform,10
            2026-05-01,tb_processed,events,,10
            2026-05-01,tb_processed,,,80
            # costs
            cost_id,charge_start,pipeline,dataset,team,effective_cost,currency
            c1,2026-05-01T00:00:00Z,p,,,100,EUR
            c2,2026-05-01T00:00:00Z,p,events,,30,EUR
            c3,2026-05-01T00:00:00Z,p,events,crm,5,EUR
            c4,2026-05-01T00:00:00Z,,,,1,EUR
            """);

        // c1 is about two datasets and once under the more critical; c4 and 80 terabytes are nobody's.
        var byTier = await example.ByAsync(Kpi, Dimension.Tier);
        byTier["0"].ShouldBeRatio(100, 10);
        byTier["2"].ShouldBeRatio(35, 10);
        byTier[""].ShouldBeRatio(1, 80);
        byTier["0"].Unattributed.ShouldBe(2 / 7d);
        var byTeam = await example.ByAsync(Kpi, Dimension.Team);
        byTeam["platform"].ShouldBeRatio(100, 10);
        byTeam["web"].ShouldBeRatio(30, 10);

        // Tier 1 and the team crm have costs or nothing, and no units.
        (byTier["1"].Value, byTier["1"].Reason).ShouldBe((null, "Nothing was recorded in the period."));
        (byTeam["crm"].Value, byTeam["crm"].Reason).ShouldBe((null, "Nothing was recorded to divide the cost by."));
        (await example.TotalAsync(Kpi)).ShouldBeRatio(136, 100);
    }

    [Fact]
    public async Task A_service_divides_the_costs_and_not_the_units()
    {
        await using var example = await Example.OfAsync("""
            # usage_units
            day,unit,team,quantity
            2026-05-01,tb_processed,a,10
            2026-05-01,tb_processed,b,30
            2026-05-01,query,b,500
            # costs
            cost_id,charge_start,service,team,effective_cost,currency
            c1,2026-05-01T00:00:00Z,warehouse,a,100,EUR
            c2,2026-05-01T00:00:00Z,storage,b,60,EUR
            c3,2026-05-01T00:00:00Z,,b,4,EUR
            """);

        var byService = await example.ByAsync(Kpi, Dimension.Service);
        byService.Keys.ShouldBe(["storage", "warehouse", ""]);
        byService["warehouse"].ShouldBeRatio(100, 40);
        byService["storage"].ShouldBeRatio(60, 40);
        byService[""].ShouldBeRatio(4, 40);

        // One of five records, a cost, has no service; the units have none to have.
        byService[""].Unattributed.ShouldBe(1 / 5d);
        (await example.RowsAsync(Kpi, where: [(Dimension.Service, "storage"), (Dimension.Team, "b")])).Single().ShouldBeRatio(60, 30);
        (await example.RowsAsync(Kpi, by: [Dimension.Unit, Dimension.Service])).Count.ShouldBe(6);
        var evidence = await example.Database.Evaluator.EvidenceAsync(
            Kpi, Period.Parse(Example.Quarter, ReportingCalendar.Utc), new Dictionary<Dimension, string?> { [Dimension.Service] = "storage" },
            TestContext.Current.CancellationToken);
        (evidence.Sum(o => o.Numerator), evidence.Sum(o => o.Denominator)).ShouldBe((60m, 40m));
    }

    [Fact]
    public async Task What_nothing_was_charged_for_is_not_free()
    {
        await using var example = await Example.OfAsync(Units + "# costs\ncost_id,charge_start,effective_cost,currency");

        var row = await example.TotalAsync(Kpi);

        (row.Value, row.Status, row.Reason).ShouldBe((null, KpiStatus.NoData, "No cost was recorded in the period."));
    }

    [Theory]
    [InlineData(70, KpiStatus.Exceeded)]
    [InlineData(71, KpiStatus.Met)]
    [InlineData(90, KpiStatus.Met)]
    [InlineData(95, KpiStatus.AtRisk)]
    [InlineData(96, KpiStatus.Missed)]
    public async Task Judged_is_the_change_from_a_year_ago(int cost, KpiStatus status)
    {
        await using var example = await Example.OfAsync(Units + $"""
            2025-05-01,tb_processed,20
            # costs
            cost_id,charge_start,effective_cost,currency
            c1,2026-05-01T00:00:00Z,{cost},EUR
            c2,2025-05-01T00:00:00Z,200,EUR
            """);

        // Ten euro for a terabyte a year ago.
        var row = await example.TotalAsync(Kpi);
        (row.Value, row.YearAgo, row.Status).ShouldBe((cost / 10d, 10, status));
        new NumberFormat(new ReportingSettings().Culture).FormatTarget(row.Target!, row.Kpi, "EUR").ShouldBe("≤ −10 % on year ago");
    }

    [Fact]
    public async Task Without_a_year_ago_the_value_is_shown_and_nothing_is_judged()
    {
        await using var example = await Example.OfAsync(Units + """
            # costs
            cost_id,charge_start,effective_cost,currency
            c1,2026-05-01T00:00:00Z,100,EUR
            """);

        var row = await example.TotalAsync(Kpi);

        (row.Value, row.Status, row.Reason, row.Lower).ShouldBe(
            (10, KpiStatus.NoData, "There is no value of a year ago to compare with.", null));
    }

    [Fact]
    public async Task A_partial_period_is_compared_with_the_same_elapsed_length_a_year_ago()
    {
        await using var example = await Example.OfAsync("""
            # usage_units
            day,unit,quantity
            2026-04-02,tb_processed,10
            2025-04-02,tb_processed,10
            # costs
            cost_id,charge_start,charge_end,effective_cost,currency
            c1,2026-04-01T00:00:00Z,2026-05-01T00:00:00Z,300,EUR
            c2,2025-04-01T00:00:00Z,2025-05-01T00:00:00Z,600,EUR
            """, now: "2026-04-11T12:00:00Z");

        // Ten and a half days at 10 euro, against ten and a half at 20.
        var row = await example.TotalAsync(Kpi);
        (row.Partial, row.Value, row.YearAgo, row.Status).ShouldBe((true, 10.5, 21, KpiStatus.Exceeded));
        row.Previous.ShouldBeNull();
    }

    [Fact]
    public async Task A_rate_that_is_learnt_later_is_used_for_the_days_that_were_kept()
    {
        await using var example = await Example.OfAsync(Units + """
            # costs
            cost_id,charge_start,effective_cost,currency
            c1,2026-05-01T00:00:00Z,100,CHF
            """);
        await example.Database.Worker.RefreshAsync(cancellation: TestContext.Current.CancellationToken);
        (await example.TotalAsync(Kpi)).Value.ShouldBeNull();

        var later = new Metrics.Kpis.KpiEvaluator(
            example.Database.Application, example.Database.Reader, example.Database.Kpis,
            example.Database.Settings with { Rates = ExchangeRates.Parse("CHF 2026-01-01 1.1") }, example.Database.Clock);
        var row = (await later.EvaluateAsync(
            new Metrics.Kpis.KpiRequest(Period.Parse(Example.Quarter, ReportingCalendar.Utc)) { Kpis = [Kpi] },
            TestContext.Current.CancellationToken)).Single();
        row.ShouldBeRatio(110, 10);
    }
}
