using Metrics.Model.Facts;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Demo;

[Collection(DemoFiles.Collection)]
public sealed class DemoIncidentTests(DemoFiles demo)
{
    [Fact]
    public void Every_severity_status_cause_and_way_of_detection_occurs()
    {
        var incidents = demo.Read<Incident>();

        incidents.Select(i => i.Severity).Distinct().Order().ShouldBe([1, 2, 3, 4, 5]);
        foreach (var status in Enum.GetValues<IncidentStatus>()) incidents.ShouldContain(i => i.Status == status);
        foreach (var cause in Enum.GetValues<IncidentCause>()) incidents.ShouldContain(i => i.Cause == cause);
        foreach (var way in Enum.GetValues<DetectedBy>()) incidents.ShouldContain(i => i.DetectedBy == way);
        incidents.ShouldContain(i => i.Cause == null);
        incidents.ShouldContain(i => i.DetectedBy == null);
        incidents.ShouldContain(i => i.Datasets.Count > 2);
        incidents.ShouldContain(i => i.Datasets.Count == 0);
    }

    [Fact]
    public void Most_are_solved_and_a_few_are_open()
    {
        var incidents = demo.Read<Incident>();

        incidents.Count(i => i.Status == IncidentStatus.Open).ShouldBeInRange(3, 20);
        incidents.Count(i => i.Status == IncidentStatus.Resolved).ShouldBeGreaterThan(incidents.Count * 3 / 4);
        incidents.ShouldContain(i => i.Status == IncidentStatus.Open && i.Severity == 2);
        incidents.Where(i => i.Status == IncidentStatus.Open).ShouldAllBe(i => i.ResolvedAt == null);
    }

    [Fact]
    public void One_was_reopened_and_its_last_row_has_the_later_resolution()
    {
        var twice = demo.Read<Incident>().GroupBy(i => i.IncidentId).Single(g => g.Count() == 2).ToList();

        twice[1].ResolvedAt.ShouldNotBeNull().ShouldBeGreaterThan(twice[0].ResolvedAt!.Value);
        twice[1].Title!.ShouldEndWith("(reopened)");
        demo.Time.QuarterOf(twice[1].ResolvedAt!.Value).ShouldBe(-1);
    }

    [Fact]
    public void Postmortems_are_written_late_and_forgotten_too()
    {
        var grave = demo.Read<Incident>().Where(i => i is { Status: IncidentStatus.Resolved, Severity: <= 2 })
            .DistinctBy(i => i.IncidentId).ToList();

        grave.Count(i => i.PostmortemPublishedAt != null).ShouldBeGreaterThan(grave.Count * 8 / 10);
        grave.ShouldContain(i => i.PostmortemPublishedAt == null);
        grave.ShouldContain(i => i.PostmortemPublishedAt - i.ResolvedAt > TimeSpan.FromDays(7));
    }

    [Fact]
    public void Actions_are_kept_late_open_and_cancelled()
    {
        var actions = demo.Read<PostmortemAction>();
        var today = DateOnly.FromDateTime(demo.Time.Today.UtcDateTime);

        actions.Count(a => a.CompletedOn <= a.DueOn).ShouldBeGreaterThan(actions.Count / 2);
        actions.ShouldContain(a => a.CompletedOn > a.DueOn);
        actions.ShouldContain(a => a.Status == ActionStatus.Open && a.DueOn < today);
        actions.ShouldContain(a => a.Status == ActionStatus.Cancelled);
    }
}
