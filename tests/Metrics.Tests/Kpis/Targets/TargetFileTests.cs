using Metrics.Kpis.Definitions;
using Metrics.Kpis.Targets;
using Metrics.Model;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Kpis.Targets;

public sealed class TargetFileTests
{
    [Fact]
    public void A_target_is_for_all_a_tier_a_team_or_a_dataset_and_since_a_day()
    {
        var targets = Read(
            """
            # Agreed in the review of Q2.
            freshness_adherence:
              - { tier: 0, target: "> 0.99", stretch: 0.995, tolerance: 0.005, valid_from: 2026-07-01 }
              - { team: payments, target: ">= 0.9", valid_from: ever }
            mttr_sev1:
              - target: "< 6"
                dataset: sales.orders
                valid_from: 2026-04-01
            pr_cycle_time:
              - { team: research, target: none, valid_from: 2026-07-01 }
            """);

        targets.Select(t => (t.Scope.ToString(), t.Demand, t.Origin)).ShouldBe(
        [
            ("freshness_adherence, Tier 0, from 2026-07-01", "> 0.99, stretch 0.995, tolerance 0.005", "targets.yaml:3"),
            ("freshness_adherence, team payments, since ever", ">= 0.9, tolerance 0.01", "targets.yaml:4"),
            ("mttr_sev1, dataset sales.orders, from 2026-04-01", "< 6, tolerance 10 %", "targets.yaml:6"),
            ("pr_cycle_time, team research, from 2026-07-01", "none", "targets.yaml:10"),
        ]);
    }

    [Fact]
    public void Every_fault_is_told_at_once_with_its_line()
    {
        var faults = Should.Throw<KpiFilesException>(() => Read(
            """
            freshnes:
              - { target: "> 0.9", valid_from: ever }
            open_incidents:
              - { target: "< 3", valid_from: ever }
            mttr_sev1:
              - { tier: 4, target: "<< 4", stretch: fast, tolerance: some, valid_from: 1.7.2026, owner: me }
              - { tier: 1 }
              - { target: "> 4", valid_from: ever }
              - { target: "< 4", stretch: 5, valid_from: ever }
              - { target: "< 5", valid_from: ever }
              - { target: "< 6", valid_from: ever }
              - fast
            incident_rate: low
            pr_cycle_time:
              - { target: none, stretch: 2, valid_from: ever }
            """)).Faults;

        faults.Select(f => (f.Line, f.Message.Split(';')[0].Split(". ")[0])).ShouldBe(
        [
            (1, "there is no KPI \"freshnes\""),
            (3, "open_incidents is a companion, a figure shown beside a KPI, and is not judged"),
            (6, "\"owner\" is not a key of a target"),
            (6, "tier: \"4\" is not a tier"),
            (6, "target: '<< 4' is not a target"),
            (6, "stretch: \"fast\" is not a number"),
            (6, "tolerance: 'some' is not a tolerance"),
            (6, "valid_from: \"1.7.2026\" is not a day"),
            (7, "target is missing"),
            (7, "valid_from is missing"),
            (8, "The target '> 4' asks for higher values, but lower ones are better for this KPI"),
            (9, "The stretch 5 is worse than the target '< 4'"),
            (11, "mttr_sev1, since ever is set more than once from the same day"),
            (12, "a target of mttr_sev1 must be a mapping of texts, such as { tier: 0, target: \"> 0.99\", stretch: 0.995, valid_from: 2026-07-01 }"),
            (13, "incident_rate must be a list of targets, such as [{ tier: 0, target: \"> 0.99\", stretch: 0.995, valid_from: 2026-07-01 }]"),
            (15, "Where nothing is demanded (none) there is no stretch"),
        ]);
    }

    [Theory]
    [InlineData("a: [", 2, "not valid YAML")]
    [InlineData("- a", 1, "the file must map KPI ids")]
    public void What_is_no_mapping_is_refused(string text, int line, string message)
    {
        var fault = Should.Throw<KpiFilesException>(() => Read(text)).Faults.ShouldHaveSingleItem();

        fault.Line.ShouldBe(line);
        fault.Message.ShouldStartWith(message);
    }

    [Fact]
    public void An_empty_file_sets_nothing() => Read("# none yet\n").ShouldBeEmpty();

    [Fact]
    public void A_target_begins_with_its_day_in_the_reporting_zone()
    {
        var setting = Read("mttr_sev1: [{ target: \"< 6\", valid_from: 2026-07-01 }]").ShouldHaveSingleItem();

        setting.ToTarget(ReportingCalendar.Create("Europe/Berlin", 1, [])).ValidFrom
            .ShouldBe(new DateTimeOffset(2026, 6, 30, 22, 0, 0, TimeSpan.Zero));
    }

    private static IReadOnlyList<TargetSetting> Read(string text) => TargetFile.Read("ops/targets.yaml", text, MetricsDatabase.Library);
}
