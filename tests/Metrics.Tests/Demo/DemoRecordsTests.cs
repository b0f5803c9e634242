using Metrics.Model.Facts;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Demo;

[Collection(DemoFiles.Collection)]
public sealed class DemoRecordsTests(DemoFiles demo)
{
    [Fact]
    public void Every_row_but_three_is_a_record()
    {
        var faults = FactSchema.All
            .SelectMany(s => demo.Rows(s).Select(r => (s.Name, r.Fault)))
            .Where(f => f.Fault is not null)
            .ToList();

        faults.Select(f => f.Name).ShouldBe(["check_result", "incident", "pipeline_run"]);
        faults[0].Fault.ShouldBe("status: \"passed\" is no CheckStatus");
        faults[1].Fault.ShouldBe("severity is 7; allowed are 1 to 5");
        faults[2].Fault!.ShouldContain("lies before started_at");
    }

    [Fact]
    public void Every_key_is_unique_except_that_of_the_reopened_incident()
    {
        foreach (var schema in FactSchema.All)
        {
            var keys = demo.Rows(schema).Where(r => r.Record is not null)
                .Select(r => string.Join('|', schema.Keys.Select(k => k.Get(r.Record!)))).ToList();
            (keys.Count - keys.Distinct().Count()).ShouldBe(schema.Name == "incident" ? 1 : 0, schema.Name);
        }
    }

    [Fact]
    public void Every_name_leads_to_a_record()
    {
        var datasets = demo.Read<Dataset>().Select(d => d.Id).ToHashSet();
        var pipelines = demo.Read<Pipeline>().ToDictionary(p => p.Id);
        var checks = demo.Read<Check>().Select(c => c.CheckId).ToHashSet();
        var incidents = demo.Read<Incident>().Select(i => i.IncidentId).ToHashSet();
        var teams = demo.Read<Team>().Select(t => t.Id).ToHashSet();

        pipelines.Values.SelectMany(p => p.Datasets).ShouldBeSubsetOf(datasets);
        demo.Read<LineageEdge>().SelectMany(e => new[] { e.Upstream, e.Downstream }).ShouldBeSubsetOf(datasets);
        demo.Read<Check>().Select(c => c.Dataset!).ShouldBeSubsetOf(datasets);
        demo.Read<PipelineRun>().Select(r => r.Pipeline).Distinct().ShouldBeSubsetOf(pipelines.Keys);
        demo.Read<CheckResult>().Select(r => r.CheckId).Distinct().ShouldBeSubsetOf(checks);
        demo.Read<Incident>().SelectMany(i => i.Datasets).ShouldBeSubsetOf(datasets);
        demo.Read<PostmortemAction>().Select(a => a.IncidentId!).ShouldBeSubsetOf(incidents);
        demo.Read<Alert>().Select(a => a.IncidentId).OfType<string>().ShouldBeSubsetOf(incidents);
        demo.Read<Dataset>().Select(d => d.Team).Concat(demo.Read<PullRequest>().Select(p => p.Team)).OfType<string>()
            .ShouldBeSubsetOf(teams);
    }

    [Fact]
    public void Only_dbt_speaks_of_what_dbt_builds()
    {
        demo.Read<Pipeline>().SelectMany(p => p.Datasets).ShouldAllBe(d => !d.StartsWith("analytics."));
        demo.Read<Check>().ShouldAllBe(c => !c.Dataset!.StartsWith("analytics."));
        demo.Read<LineageEdge>().ShouldAllBe(e => !e.Downstream.StartsWith("analytics."));
    }

    [Fact]
    public void Nothing_takes_negative_time()
    {
        demo.Read<Incident>().ShouldAllBe(i => i.DetectedAt >= i.StartedAt);
        demo.Read<Incident>().ShouldAllBe(i => i.ResolvedAt == null || i.ResolvedAt > i.DetectedAt);
        demo.Read<PullRequest>().ShouldAllBe(p => p.FirstReviewAt == null || p.FirstReviewAt >= p.OpenedAt);
        demo.Read<PullRequest>().ShouldAllBe(p => p.MergedAt == null || p.MergedAt >= (p.DraftUntil ?? p.OpenedAt));
        demo.Read<AccessRequest>().ShouldAllBe(r => r.ApprovedAt == null || r.ApprovedAt >= r.RequestedAt);
        demo.Read<Backfill>().ShouldAllBe(b => b.CompletedAt == null || b.CompletedAt > b.RequestedAt);
    }
}
