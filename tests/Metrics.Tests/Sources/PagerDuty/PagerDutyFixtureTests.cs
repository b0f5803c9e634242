using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Tests.Sources.GitHub;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Sources.PagerDuty;

/// <summary>Real payloads, where the shared fixtures lie beside the repository; else there is nothing to check.</summary>
public sealed class PagerDutyFixtureTests
{
    private static readonly string? Folder = SourceFixtures.Folder("pagerduty");

    /// <summary>The first was acknowledged three times before it was delegated, and says nothing of it itself.</summary>
    [Fact]
    public async Task Raw_incidents_give_the_published_ones()
    {
        Assert.SkipWhen(Folder is null, "The shared fixtures are not beside the repository.");
        var rows = GitHubFixtureTests.Csv(File.ReadAllText(Path.Combine(Folder!, "devlake", "raw_pagerduty_incidents.csv")));
        var data = rows[0].IndexOf("data");
        var book = new FragmentBook(PagerDutyIncidentTests.PagerDuty);
        await book.ReadAsync($"[{string.Join(',', rows.Skip(1).Select(r => r[data]))}]");

        book.Text.ShouldBe("""
            incident incident_id=Q1OHFWFP3GPXOG title=Spamming logs severity=4 status=resolved team=DevService started_at=2022-11-03T06:45:36Z detected_at=2022-11-03T06:45:36Z acknowledged_at=2022-11-03T06:45:46Z resolved_at=2022-11-03T06:51:44Z source=pagerduty updated_at=2022-11-03T06:51:44Z
            incident incident_id=Q3CZAU7Q4008QD title=Slow startup severity=2 status=open team=DevService started_at=2022-11-03T06:44:28Z detected_at=2022-11-03T06:44:28Z acknowledged_at=2022-11-03T06:44:37Z source=pagerduty updated_at=2022-11-03T06:44:37Z
            incident incident_id=Q3YON8WNWTZMRQ title=Crash reported severity=2 status=open team=DevService started_at=2022-11-03T06:23:06Z detected_at=2022-11-03T06:23:06Z acknowledged_at=2022-11-03T06:23:07Z source=pagerduty updated_at=2022-11-03T07:02:36Z
            """);
    }

    [Theory]
    [InlineData("faros/incidents.json", 3, 0, 0)]
    [InlineData("faros/airbyte_all_streams.log", 3, 1, 1)]
    public async Task A_real_payload_is_read(string file, int incidents, int resolved, int rejected)
    {
        Assert.SkipWhen(Folder is null, "The shared fixtures are not beside the repository.");
        var book = new FragmentBook(PagerDutyIncidentTests.PagerDuty);
        var payload = Payload.OfFile(Path.Combine(Folder!, file));
        await book.ReadAsync(payload);
        (book.All<Incident>().Count(), book.All<Incident>().Count(i => i.Status == IncidentStatus.Resolved), book.Rejected.Count).ShouldBe((incidents, resolved, rejected));
        var landed = new FragmentBook(PagerDutyIncidentTests.PagerDuty);
        var text = await Canonical.ReadingText.Redacted(PagerDutyIncidentTests.PagerDuty.Source, payload);
        text.ShouldNotContain("Roman");
        text.ShouldNotContain("person89");
        await landed.ReadAsync(text, payload.Name);
        landed.All<Incident>().ShouldBe(book.All<Incident>(), new IncidentComparer());
    }

    [Fact]
    public async Task Services_alone_are_refused()
    {
        Assert.SkipWhen(Folder is null, "The shared fixtures are not beside the repository.");
        (await Should.ThrowAsync<SourceException>(() => new FragmentBook(PagerDutyIncidentTests.PagerDuty).ReadAsync(
            Payload.OfBytes("services.json", File.ReadAllBytes(Path.Combine(Folder!, "faros", "services.json"))))))
            .Message.ShouldBe("services.json: holds none of answers of PagerDuty's REST API or its V3 webhooks, but {id, type, summary, self, html_url}.");
    }

    private sealed class IncidentComparer : IEqualityComparer<Incident>
    {
        public bool Equals(Incident? x, Incident? y) => Canonical.ReadingText.Of(new RecordRead(x!)) == Canonical.ReadingText.Of(new RecordRead(y!));

        public int GetHashCode(Incident obj) => obj.IncidentId.GetHashCode(StringComparison.Ordinal);
    }
}
