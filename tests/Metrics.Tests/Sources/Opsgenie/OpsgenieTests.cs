using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Sources.Opsgenie;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Sources.Opsgenie;

public sealed class OpsgenieTests
{
    internal static readonly SourceConnection Opsgenie = SourceConnection.Bare(new OpsgenieSource());

    private static readonly string[] Life =
    [
        Listed("open", "10:00"), Timeline(("IncidentOpened", "10:00"), ("ResponderAlertAcked", "10:07"), ("ResponderAlertAcked", "10:09")),
        Listed("resolved", "11:00", impactEnd: "10:58"), Timeline(("IncidentResolved", "11:00")), Listed("open", "11:30"), Timeline(("IncidentReopened", "11:30")),
        Listed("resolved", "12:00", impactEnd: "11:55"), Timeline(("IncidentResolved", "12:00")), Listed("closed", "12:30", impactEnd: "11:55"), Timeline(("IncidentClosed", "12:30")),
    ];

    [Fact]
    public async Task An_incident_begins_with_its_impact_and_ends_with_its_last_resolution_not_its_closing()
    {
        const string Expected =
            "incident incident_id=i-1 title=Orders are late severity=2 status=resolved datasets=mart.orders team=warehouse started_at=2026-07-01T09:30:00Z " +
            "detected_at=2026-07-01T10:00:00Z acknowledged_at=2026-07-01T10:07:00Z resolved_at=2026-07-01T12:00:00Z source=opsgenie updated_at=2026-07-01T12:30:00Z";
        (await FragmentBook.TextOfAsync(Opsgenie, Life)).ShouldBe(Expected);
        for (var seed = 0; seed < 60; seed++)
            (await FragmentBook.TextOfAsync(Opsgenie, Shuffle.WithDuplicates(Life, seed))).ShouldBe(Expected, $"seed {seed}");
    }

    [Fact]
    public async Task Reopened_it_is_open_and_has_no_end()
    {
        var incident = (await FragmentBook.OfAsync(Opsgenie, Life[..6])).All<Incident>().Single();
        (incident.Status, incident.ResolvedAt).ShouldBe((IncidentStatus.Open, null));
    }

    [Fact]
    public async Task A_webhook_that_knows_less_takes_nothing_back()
    {
        var pushed = $$"""{"action": "Resolve", "incident": {"incidentId": "i-1", "message": "Orders are late", "createdAt": {{Ms("10:00")}}, "updatedAt": {{Ms("12:00")}}, "priority": "P2"} }""";
        foreach (var order in (string[][])[[Life[0], pushed], [pushed, Life[0]]])
        {
            var incident = (await FragmentBook.OfAsync(Opsgenie, order)).All<Incident>().Single();
            (incident.Status, incident.ResolvedAt, incident.StartedAt, incident.Team).ShouldBe((IncidentStatus.Resolved, Moment("12:00"), Moment("09:30"), "warehouse"));
        }
    }

    [Fact]
    public async Task Durations_of_an_alert_are_milliseconds_and_a_closed_one_may_be_unacknowledged_again()
    {
        var alert = (await FragmentBook.OfAsync(Opsgenie, [Alert("closed", "11:00", acknowledged: false, """{"ackTime": 90000, "closeTime": 3600000}""")])).All<Alert>().Single();
        (alert.AlertId, alert.RaisedAt, alert.AcknowledgedAt, alert.ActionTaken, alert.Dataset)
            .ShouldBe(("a-1", Moment("10:00"), Moment("10:00").AddSeconds(90), true, "mart.orders"));
    }

    [Fact]
    public async Task An_alert_that_closes_by_itself_was_not_acted_on() =>
        (await FragmentBook.OfAsync(Opsgenie, [Alert("closed", "11:00", acknowledged: false, """{"closeTime": 3600000}""")])).All<Alert>().Single().ActionTaken.ShouldBeFalse();

    [Fact]
    public async Task Webhooks_of_an_alert_end_the_same_in_any_order()
    {
        string[] life =
        [
            PushedAlert("Create", "10:00"), PushedAlert("Acknowledge", "10:02"), PushedAlert("UnAcknowledge", "10:10"), PushedAlert("Acknowledge", "10:20"), PushedAlert("Close", "11:00"),
        ];
        const string Expected =
            "alert alert_id=a-1 dataset=mart.orders raised_at=2026-07-01T10:00:00Z acknowledged_at=2026-07-01T10:02:00Z action_taken=true source=opsgenie updated_at=2026-07-01T11:00:00Z";
        for (var seed = 0; seed < 40; seed++)
            (await FragmentBook.TextOfAsync(Opsgenie, Shuffle.WithDuplicates(life, seed))).ShouldBe(Expected, $"seed {seed}");
    }

    [Fact]
    public async Task Real_incidents_are_read_and_name_nobody()
    {
        var folder = SourceFixtures.Folder("opsgenie");
        Assert.SkipWhen(folder is null, "The shared fixtures are not beside the repository.");
        var payload = Payload.OfFile(Path.Combine(folder!, "faros", "incidents.json"));
        var book = new FragmentBook(Opsgenie);
        await book.ReadAsync(payload);
        book.Text.ShouldBe("""
            incident incident_id=0fae7159-be96-4e18-bcc2-27fb925c720c title=test impact service severity=3 status=open team=26f9e160-0aac-40d9-ae19-c1c3fe2000be started_at=2022-04-05T16:05:08.616Z detected_at=2022-04-05T16:05:08.616Z source=opsgenie updated_at=2022-04-05T16:05:09.317Z
            incident incident_id=2708292d-1ecd-45db-b19a-1f23d41e07f7 title=drawing DB schema severity=1 status=open started_at=2022-04-05T03:26:35.289Z detected_at=2022-04-05T03:26:35.289Z source=opsgenie updated_at=2022-04-05T03:27:41.236Z
            incident incident_id=ad22c0c7-e703-4f5c-9549-1eb20a8c234d title=Adding data to test severity=3 status=resolved team=26f9e160-0aac-40d9-ae19-c1c3fe2000be started_at=2022-04-05T15:37:31.62Z detected_at=2022-04-05T15:37:31.62Z acknowledged_at=2022-04-05T15:42:42.393Z resolved_at=2022-04-05T15:42:42.188Z source=opsgenie updated_at=2022-04-05T15:43:40.464Z
            """);
        var landed = await Canonical.ReadingText.Redacted(Opsgenie.Source, payload);
        landed.ShouldNotContain("hướng");
        landed.ShouldNotContain("01952c09");
        (await FragmentBook.TextOfAsync(Opsgenie, [landed])).ShouldBe(book.Text);
    }

    internal static string At(string time) => $"2026-07-01T{time}:00Z";

    internal static string Listed(string status, string updated, string? impactEnd = null, string id = "i-1") => $$"""
        {"data": [{"id": "{{id}}", "message": "Orders are late", "description": "Ask Alice", "status": "{{status}}", "tags": ["dataset:mart.orders"], "impactedServices": ["svc-1"],
          "createdAt": "{{At("10:00")}}", "updatedAt": "{{At(updated)}}", "impactStartDate": "{{At("09:30")}}"{{(impactEnd is null ? "" : $", \"impactEndDate\": \"{At(impactEnd)}\"")}},
          "priority": "P2", "ownerTeam": "warehouse", "responders": [{"type": "user", "id": "u-1"}]}], "took": 0.1, "requestId": "r"}
        """;

    internal static string Timeline(params (string Type, string At)[] entries) => $$"""
        {"incidentId": "i-1", "data": {"entries": [{{string.Join(", ", entries.Select(e =>
            $$"""{"id": "{{e.Type}}_{{e.At}}", "group": "incident", "type": "{{e.Type}}", "eventTime": "{{At(e.At)}}", "actor": {"name": "Alice", "type": "user"} }"""))}}]} }
        """;

    internal static string Alert(string status, string updated, bool acknowledged, string report) => $$"""
        {"data": {"id": "a-1", "tinyId": "1", "alias": "late", "message": "mart.orders is late", "status": "{{status}}", "acknowledged": {{(acknowledged ? "true" : "false")}}, "count": 7,
          "tags": ["dataset:mart.orders"], "createdAt": "{{At("10:00")}}", "updatedAt": "{{At(updated)}}", "priority": "P3", "owner": "alice@acme.example", "report": {{report}} } }
        """;

    internal static string PushedAlert(string action, string at) => $$"""
        {"action": "{{action}}", "alert": {"alertId": "a-1", "message": "mart.orders is late", "tags": ["dataset:mart.orders"], "alias": "late", "createdAt": {{Ms("10:00")}},
          "updatedAt": {{Ms(at)}}000000, "username": "alice@acme.example"}, "source": {"name": "alice", "type": "api"}, "integrationName": "Metrics"}
        """;

    private static long Ms(string time) => Moment(time).ToUnixTimeMilliseconds();

    private static DateTimeOffset Moment(string time) => DateTimeOffset.Parse(At(time), System.Globalization.CultureInfo.InvariantCulture);
}
