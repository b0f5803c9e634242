using Metrics.Model;
using Metrics.Scorecards;
using Metrics.Tests.Kpis;

namespace Metrics.Tests.Scorecards;

public sealed class ScorecardRecordsTests : IAsyncLifetime
{
    private Example example = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => example = await Example.OfAsync("""
        # teams
        team,domain
        sales,shop
        ops,platform
        # datasets
        dataset,valid_from,tier,team,domain
        orders,,0,sales,shop
        costs,,1,ops,platform
        # incidents
        incident_id,severity,status,title,cause,detected_by,datasets,team,started_at,detected_at,acknowledged_at,resolved_at,postmortem_published_at
        i1,2,resolved,late feed,upstream,monitoring,orders,sales,2026-05-01T00:00:00Z,2026-05-01T00:30:00Z,2026-05-01T01:00:00Z,2026-05-01T06:00:00Z,2026-05-04T00:00:00Z
        i2,1,open,all is dark,,,costs,ops,2026-06-01T00:00:00Z,2026-06-01T00:10:00Z,,,
        i3,1,false_alarm,nothing,,,orders,sales,2026-06-02T00:00:00Z,2026-06-02T00:10:00Z,,,
        i4,3,resolved,small,,,orders,sales,2026-06-03T00:00:00Z,2026-06-03T00:10:00Z,,2026-06-03T01:00:00Z,
        i5,1,resolved,later,,,orders,sales,2026-07-03T00:00:00Z,2026-07-03T00:10:00Z,,2026-07-03T01:00:00Z,
        # postmortem_actions
        action_id,incident_id,title,created_at,due_on,completed_on,status
        a1,i1,retry the feed,2026-05-04T00:00:00Z,2026-06-01,,open
        a2,i1,alert earlier,2026-05-04T00:00:00Z,2026-05-20,2026-05-18,done
        # schema_changes
        change_id,dataset,detected_at,change,column,breaking,effective_at,notified_at
        c1,orders,2026-05-01T00:00:00Z,column_removed,a,true,2026-05-10T00:00:00Z,2026-05-02T00:00:00Z
        c2,orders,2026-05-01T00:00:00Z,column_removed,b,true,2026-05-10T00:00:00Z,2026-05-11T00:00:00Z
        c3,costs,2026-05-01T00:00:00Z,column_added,c,false,,
        c4,costs,2026-07-01T00:00:00Z,column_added,d,false,,
        """, now: "2026-07-20T09:00:00Z");

    public ValueTask DisposeAsync() => example.DisposeAsync();

    [Fact]
    public async Task Severe_incidents_of_the_period_are_told_with_their_times_and_what_is_open_of_them()
    {
        var incidents = (await ReadAsync(ScorecardScope.Platform)).Incidents;

        incidents.Select(i => i.Key).ShouldBe(["i2", "i1"]);
        var feed = incidents[1];
        (feed.Cause, feed.DetectedBy, feed.Team).ShouldBe(("upstream", "monitoring", "sales"));
        (feed.Restored - feed.Started).ShouldBe(TimeSpan.FromHours(6));
        feed.OpenActions.ShouldBe([new PromisedAction("retry the feed", new DateOnly(2026, 6, 1))]);
        incidents[0].Restored.ShouldBeNull();
    }

    [Fact]
    public async Task Schema_changes_are_counted_by_kind_with_those_that_were_announced_in_time() =>
        (await ReadAsync(ScorecardScope.Platform)).SchemaChanges.ShouldBe(
            [new SchemaChangeCount("column removed", 2, 2, 1), new SchemaChangeCount("column added", 1, 0, 0)]);

    [Fact]
    public async Task A_team_and_a_domain_see_their_own()
    {
        var sales = await ReadAsync(ScorecardScope.Team("sales"));
        (sales.Incidents.Select(i => i.Key).Single(), sales.SchemaChanges.Single().Kind).ShouldBe(("i1", "column removed"));

        var platform = await ReadAsync(ScorecardScope.Domain("platform"));
        (platform.Incidents.Select(i => i.Key).Single(), platform.SchemaChanges.Single().Kind).ShouldBe(("i2", "column added"));
    }

    [Fact]
    public async Task Sources_say_what_they_have_delivered() =>
        (await ReadAsync(ScorecardScope.Platform)).Sources.Select(s => (s.Source, s.Payloads, s.Records, s.Rejected)).ShouldBe([("canonical", 5, 15, 0)]);

    [Fact]
    public async Task In_words_times_are_counted_from_the_beginning_of_the_impact()
    {
        var scorecard = await new ScorecardComposer(example.Database.Evaluator).ComposeAsync(
            new ScorecardRequest(Quarter, example.Database.Clock.GetUtcNow()), Cancellation);
        var text = new ScorecardText(scorecard, new ScorecardStyle());
        var feed = scorecard.Records!.Incidents[1];

        (text.Beginning(feed), text.After(feed, feed.Detected), text.After(feed, feed.Acknowledged), text.Restored(feed)).ShouldBe(
            ("1 May, 00:00", "+0.5 h", "+1.0 h", "+6.0 h"));
        text.Restored(scorecard.Records.Incidents[0]).ShouldBe("not yet");
        text.Promised(feed.OpenActions[0]).ShouldBe("Open action: retry the feed, due 1 Jun 2026, overdue");
        (ScorecardText.Cause(feed), text.Postmortem(feed), text.About(feed)).ShouldBe(("upstream, found by monitoring", "postmortem 4 May 2026", "i1; sales; orders"));
    }

    private Period Quarter => Period.Parse("2026-Q2", example.Database.Settings.Calendar);

    private async Task<ScorecardRecords> ReadAsync(ScorecardScope scope)
    {
        await using var cut = await example.Database.Evaluator.CutAsync(Cancellation);
        return await ScorecardRecords.ReadAsync(cut, Quarter, scope, Cancellation);
    }
}
