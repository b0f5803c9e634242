using Metrics.Model.Facts;
using Metrics.Server.Demo;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Demo;

[Collection(DemoFiles.Collection)]
public sealed class DemoStoryTests(DemoFiles demo)
{
    [Fact]
    public void Loads_fail_more_in_the_bad_quarter_and_recover()
    {
        var quarters = new DemoQuarters(demo);
        for (var tier = 0; tier <= 2; tier++)
        {
            var bad = quarters.SuccessRate(tier, Seasons.BadQuarter);
            quarters.SuccessRate(tier, Seasons.BadQuarter - 1).ShouldBeGreaterThan(bad);
            quarters.SuccessRate(tier, -1).ShouldBeGreaterThan(bad);
        }

        quarters.SuccessRate(0, -1).ShouldBeInRange(0.99, 0.999);
        quarters.SuccessRate(1, -1).ShouldBeInRange(0.97, 0.99);
        quarters.SuccessRate(2, -1).ShouldBeInRange(0.93, 0.97);
        quarters.SuccessRate(2, Seasons.BadQuarter).ShouldBeLessThan(0.90);
    }

    [Fact]
    public void Data_is_staler_in_the_bad_quarter_and_fresh_again_now()
    {
        var quarters = new DemoQuarters(demo);
        for (var tier = 0; tier <= 2; tier++)
        {
            var bad = quarters.Freshness(tier, Seasons.BadQuarter);
            quarters.Freshness(tier, Seasons.BadQuarter - 1).ShouldBeGreaterThan(bad + 0.01);
            quarters.Freshness(tier, -1).ShouldBeGreaterThan(bad + 0.01);
        }

        quarters.Freshness(0, -1).ShouldBeInRange(0.98, 0.998);
        quarters.Freshness(1, -1).ShouldBeInRange(0.95, 0.985);
        quarters.Freshness(2, -1).ShouldBeInRange(0.88, 0.96);
        quarters.Freshness(0, Seasons.BadQuarter).ShouldBeLessThan(0.98);
    }

    [Fact]
    public void The_bad_quarter_has_more_incidents_and_slower_repair()
    {
        var grave = demo.Read<Incident>().Where(i => i is { Severity: 1, Status: IncidentStatus.Resolved }).ToList();
        double Repair(int quarter) => grave.Where(i => demo.Time.QuarterOf(i.ResolvedAt!.Value) == quarter)
            .Average(i => (i.ResolvedAt - i.StartedAt)!.Value.TotalHours);
        int Began(int quarter) => demo.Read<Incident>().Count(i => demo.Time.QuarterOf(i.StartedAt!.Value) == quarter);

        Began(Seasons.BadQuarter).ShouldBeGreaterThan(Began(Seasons.BadQuarter - 1) * 3 / 2);
        Began(-1).ShouldBeLessThan(Began(Seasons.BadQuarter) * 2 / 3);
        Repair(Seasons.BadQuarter).ShouldBeGreaterThan(4.4);
        Repair(-1).ShouldBeLessThan(4);
    }

    [Fact]
    public void A_dataset_is_promoted_in_the_middle_of_a_quarter()
    {
        var versions = demo.Read<Dataset>().Where(d => d.Id == Story.PromotedDataset).ToList();

        versions.Select(v => v.Tier).ShouldBe([2, 1]);
        versions[1].ValidFrom.ShouldBe(demo.Time.StartOf(-2).AddDays(45));
        demo.Read<PipelineRun>().Where(r => r.Pipeline == "recommendations").Min(r => r.StartedAt)!.Value
            .ShouldBeGreaterThan(versions[0].ValidFrom!.Value);
    }

    [Fact]
    public void A_dataset_is_deprecated_and_no_longer_loaded()
    {
        var last = demo.Read<Dataset>().Last(d => d.Id == Story.DeprecatedDataset);
        var runs = demo.Read<PipelineRun>().Where(r => r.Pipeline == "legacy_catalogue").ToList();

        last.Lifecycle.ShouldBe(Lifecycle.Deprecated);
        runs.Count.ShouldBeGreaterThan(300);
        runs.ShouldAllBe(r => r.ScheduledFor == null || r.ScheduledFor < last.ValidFrom!.Value.AddDays(1));
    }

    [Fact]
    public void A_dataset_has_a_target_and_was_never_loaded()
    {
        demo.Read<Dataset>().Single(d => d.Id == Story.NeverLoadedDataset).FreshnessMaxAge.ShouldNotBeNull();
        demo.Read<Pipeline>().ShouldAllBe(p => !p.Datasets.Contains(Story.NeverLoadedDataset));
    }

    [Fact]
    public void Documentation_has_every_kind_of_gap()
    {
        var critical = demo.Read<Dataset>().GroupBy(d => d.Id).Select(g => g.Last()).Where(d => d.Tier < 2).ToList();
        var parents = demo.Manifest().GetProperty("parent_map").ToString();

        critical.ShouldContain(d => d.Team == null);
        critical.ShouldContain(d => d.Description == null && d.DefinitionUrl == null && d.Tier == 0);
        critical.ShouldContain(d => d.FreshnessMaxAge == null && d.FreshnessDeadline == null && d.SlaUrl == null);
        critical.ShouldContain(d => !Catalogue.IsDbt(d.Id) && !parents.Contains(DbtProject.SourceId(d.Id))
            && !demo.Read<LineageEdge>().Any(e => e.Upstream == d.Id || e.Downstream == d.Id));
        demo.Read<Dataset>().ShouldContain(d => d.Classification == null);
    }

    [Fact]
    public void Runs_are_retried_given_up_late_skipped_and_reloaded()
    {
        var runs = demo.Read<PipelineRun>();
        var attempts = runs.GroupBy(r => (r.Pipeline, r.RunId)).Select(g => g.OrderBy(r => r.Attempt).ToList()).ToList();

        attempts.ShouldContain(a => a.Count == 2 && a[0].State == RunState.Failed && a[1].State == RunState.Success);
        attempts.ShouldContain(a => a.Count == 3 && a.All(r => r.State == RunState.Failed));
        runs.ShouldContain(r => r.StartedAt - r.ScheduledFor > TimeSpan.FromHours(3));
        foreach (var state in new[] { RunState.Running, RunState.Skipped, RunState.Cancelled })
            runs.ShouldContain(r => r.State == state);
        foreach (var trigger in Enum.GetValues<RunTrigger>()) runs.ShouldContain(r => r.Trigger == trigger);
        demo.Read<Backfill>().ShouldContain(b => b.Cancelled);
        demo.Read<Backfill>().ShouldContain(b => b.CompletedAt != null);
        demo.Read<RunOutput>().GroupBy(o => (o.Pipeline, o.RunId, o.Attempt))
            .ShouldAllBe(g => g.Any(o => o.State == RunState.Success) && g.Any(o => o.State == RunState.Failed));
    }

    [Fact]
    public void Checks_miss_required_kinds_and_one_only_errors()
    {
        var checks = demo.Read<Check>();
        var results = demo.Read<CheckResult>();

        checks.ShouldContain(c => !c.Enabled);
        checks.Where(c => c.Dataset == "raw.carrier.delivery_events").ShouldAllBe(c => c.Kind == CheckKind.Uniqueness);
        results.Where(r => r.CheckId == Story.CheckThatOnlyErrors).ShouldAllBe(r => r.Status == CheckStatus.Error);
        results.Count(r => r.CheckId == Story.CheckThatOnlyErrors).ShouldBeGreaterThan(700);
        foreach (var status in Enum.GetValues<CheckStatus>()) results.ShouldContain(r => r.Status == status);
    }

    [Fact]
    public void Pull_requests_come_from_every_team_and_in_every_shape()
    {
        var pulls = demo.Read<PullRequest>();

        pulls.Select(p => p.Team).OfType<string>().Distinct().Count().ShouldBe(6);
        pulls.ShouldContain(p => p.Team == null);
        pulls.ShouldContain(p => p.DraftUntil != null);
        pulls.ShouldContain(p => p.AuthorIsBot);
        pulls.ShouldContain(p => p.MergedAt == null && p.ClosedAt != null);
        pulls.ShouldContain(p => p.ClosedAt == null);
        pulls.ShouldContain(p => !p.IsDataCode);
    }
}
