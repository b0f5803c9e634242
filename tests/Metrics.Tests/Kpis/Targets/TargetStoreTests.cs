using Metrics.Kpis;
using Metrics.Kpis.Targets;
using Metrics.Model;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Kpis.Targets;

public sealed class TargetStoreTests
{
    private const string OneIncidentADay =
        """
        # datasets
        dataset,tier,team
        orders,0,sales
        # incidents
        incident_id,severity,status,datasets,started_at,resolved_at
        i1,1,resolved,orders,2026-05-04T00:00:00Z,2026-05-04T05:00:00Z
        i2,1,resolved,orders,2026-08-04T00:00:00Z,2026-08-04T05:00:00Z
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_period_is_judged_by_the_target_in_force_at_its_end()
    {
        await using var example = await Example.OfAsync(OneIncidentADay);
        (await example.TotalAsync("mttr_sev1", "2026-Q3")).Status.ShouldBe(KpiStatus.Missed, "5 hours against less than 4, tolerance 10 %");

        await ApplyAsync(example, "mttr_sev1: [{ target: \"< 6\", valid_from: 2026-07-01 }]");

        var before = await example.TotalAsync("mttr_sev1", "2026-Q2");
        (before.Status, before.Target!.IsDefault).ShouldBe((KpiStatus.Missed, true), "Q2 ended before the target began");
        var after = await example.TotalAsync("mttr_sev1", "2026-Q3");
        (after.Status, after.Target!.Origin).ShouldBe((KpiStatus.Met, "targets.yaml:1"));
    }

    [Fact]
    public async Task A_team_and_a_dataset_can_have_their_own()
    {
        await using var example = await Example.OfAsync(OneIncidentADay);
        await ApplyAsync(
            example,
            """
            mttr_sev1:
              - { team: sales, target: "< 5.5", valid_from: ever }
              - { dataset: orders, target: "< 7", stretch: 6, valid_from: ever }
            """);

        (await example.ByAsync("mttr_sev1", Dimension.Team))["sales"].Target!.Value.Value.ShouldBe(5.5m);
        (await example.ByAsync("mttr_sev1", Dimension.Dataset))["orders"].Status.ShouldBe(KpiStatus.Exceeded);
        (await example.TotalAsync("mttr_sev1")).Target!.Value.Value.ShouldBe(4m);
    }

    [Fact]
    public async Task A_target_can_be_switched_off_for_a_team_or_for_all()
    {
        await using var example = await Example.OfAsync(OneIncidentADay);

        await ApplyAsync(example, "mttr_sev1: [{ team: sales, target: none, valid_from: ever }]");
        var sales = (await example.ByAsync("mttr_sev1", Dimension.Team))["sales"];
        (sales.Value, sales.Status, sales.Target).ShouldBe((5, KpiStatus.NoTarget, null));
        (await example.TotalAsync("mttr_sev1")).Status.ShouldBe(KpiStatus.Missed, "the default judges everybody else");

        await ApplyAsync(example, "mttr_sev1: [{ target: none, valid_from: 2026-07-01 }]");
        (await example.TotalAsync("mttr_sev1", "2026-Q2")).Status.ShouldBe(KpiStatus.Missed, "Q2 had ended");
        var total = await example.TotalAsync("mttr_sev1", "2026-Q3");
        (total.Value, total.Status, total.Reason).ShouldBe((5, KpiStatus.NoTarget, null));
        (await example.ByAsync("mttr_sev1", Dimension.Tier, "2026-Q3"))["0"].Status.ShouldBe(KpiStatus.NoTarget);
        (await Store(example).HistoryAsync("mttr_sev1", Cancellation)).Select(h => h.Setting.Demand).ShouldBe(["none", "none"]);
    }

    [Fact]
    public async Task A_target_for_all_comes_before_the_defaults_per_tier()
    {
        await using var example = await Example.OfAsync(OneIncidentADay);
        await ApplyAsync(example, "pipeline_success_rate: [{ target: \"> 0.5\", valid_from: ever }]");

        var governed = (await example.Database.Evaluator.GovernedAsync(Cancellation)).Single(d => d.Id == "pipeline_success_rate");
        new TargetBook(governed.Targets).InForce(0, null, null, DateTimeOffset.UnixEpoch)!.Value.Value.ShouldBe(0.5m);
    }

    [Fact]
    public async Task What_a_file_no_longer_names_ends_and_history_keeps_who_and_when()
    {
        await using var example = await Example.OfAsync(OneIncidentADay, now: "2026-11-01T00:00:00Z");
        await ApplyAsync(example, "mttr_sev1: [{ target: \"< 6\", valid_from: ever }]\nincident_rate: [{ target: \"< 5\", valid_from: ever }]");
        example.Database.Clock = new FixedClock("2026-11-02T00:00:00Z");

        var changes = await ApplyAsync(example, "mttr_sev1: [{ target: \"< 8\", valid_from: ever }]", by: "ben");

        changes.Select(c => (c.Scope.Kpi, c.Before?.Demand, c.After?.Demand)).ShouldBe(
        [
            ("incident_rate", "< 5, tolerance 25 %", null),
            ("mttr_sev1", "< 6, tolerance 10 %", "< 8, tolerance 10 %"),
        ]);
        var history = await Store(example).HistoryAsync("mttr_sev1", Cancellation);
        history.Select(h => (h.Setting.Demand, h.AppliedBy, h.AppliedAt.Day, h.EndedBy, h.EndedAt?.Day)).ShouldBe(
        [
            ("< 8, tolerance 10 %", "ben", 2, null, null),
            ("< 6, tolerance 10 %", "ada", 1, "ben", 2),
        ]);
        (await example.TotalAsync("incident_rate")).Target!.IsDefault.ShouldBeTrue();
    }

    [Fact]
    public async Task Applying_twice_changes_nothing_and_a_diff_applies_nothing()
    {
        await using var example = await Example.OfAsync(OneIncidentADay);
        const string file = "mttr_sev1: [{ tier: 1, target: \"< 6\", valid_from: 2026-07-01 }]";

        (await Store(example).DiffAsync(Read(file), Cancellation)).Count.ShouldBe(1);
        (await Store(example).DiffAsync(Read(file), Cancellation)).Count.ShouldBe(1);
        (await ApplyAsync(example, file)).Count.ShouldBe(1);
        (await ApplyAsync(example, "\n" + file)).ShouldBeEmpty("only its line has moved");
        (await Store(example).HistoryAsync(null, Cancellation)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Two_who_apply_at_once_leave_one_file_in_force()
    {
        await using var example = await Example.OfAsync(OneIncidentADay);

        await Task.WhenAll(Enumerable.Range(1, 8).Select(i =>
            ApplyAsync(example, $"mttr_sev1: [{{ target: \"< {i}\", valid_from: ever }}]")));

        (await Store(example).HistoryAsync(null, Cancellation)).Count(h => h.EndedAt is null).ShouldBe(1);
    }

    [Fact]
    public async Task Where_the_organisation_wants_two_people_a_second_one_must_approve()
    {
        await using var example = await Example.OfAsync(OneIncidentADay);
        var store = new TargetStore(example.Database.Application, example.Database.Clock) { TwoPeople = true };
        var wanted = Read("mttr_sev1: [{ target: \"< 3\", valid_from: ever }]");

        (await Should.ThrowAsync<KpiException>(() => store.ApplyAsync(wanted, "ada", null, Cancellation))).Message
            .ShouldBe("Targets are changed by two people here (Targets:TwoPeople): say who approves it with --approved-by.");
        (await Should.ThrowAsync<KpiException>(() => store.ApplyAsync(wanted, "ada", null, "Ada", Cancellation))).Message
            .ShouldBe("ada applies the targets and cannot approve them; another person must (--approved-by).");
        (await store.HistoryAsync(null, Cancellation)).ShouldBeEmpty();

        await store.ApplyAsync(wanted, "ada", null, "ben", Cancellation);

        (await store.HistoryAsync(null, Cancellation)).ShouldHaveSingleItem().ApprovedBy.ShouldBe("ben");
    }

    private static TargetStore Store(Example example) => new(example.Database.Application, example.Database.Clock);

    private static Task<IReadOnlyList<TargetChange>> ApplyAsync(Example example, string file, string by = "ada") =>
        Store(example).ApplyAsync(Read(file), by, reason: null, Cancellation);

    private static IReadOnlyList<TargetSetting> Read(string file) => TargetFile.Read("targets.yaml", file, MetricsDatabase.Library);
}
