using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Sources.PagerDuty;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Sources.PagerDuty;

public sealed class PagerDutyIncidentTests
{
    internal static readonly SourceConnection PagerDuty = SourceConnection.Bare(new PagerDutySource());

    private static readonly (string Type, string At)[] Entries =
    [
        ("resolve", "14:00"), ("notify", "11:30"), ("resolve", "11:00"), ("acknowledge", "10:30"), ("escalate", "10:20"), ("acknowledge", "10:05"), ("trigger", "10:00"),
    ];

    /// <summary>Acknowledged twice, resolved, reopened, resolved.</summary>
    internal static readonly string[] Life =
    [
        Pushed("e1", "incident.triggered", "10:00", "triggered"),
        Pushed("e2", "incident.acknowledged", "10:05", "acknowledged"),
        Pushed("e3", "incident.unacknowledged", "10:20", "triggered"),
        Pushed("e4", "incident.acknowledged", "10:30", "acknowledged"),
        Pushed("e5", "incident.resolved", "11:00", "resolved"),
        Pushed("e6", "incident.reopened", "11:30", "triggered"),
        Pushed("e7", "incident.priority_updated", "11:40", "triggered", priority: "P1"),
        Pushed("e8", "incident.resolved", "14:00", "resolved", priority: "P1"),
    ];

    private static readonly string[] MidPull = [Page(Incident("P1", "triggered", "11:30", changed: "11:30")), Log("11:30")];

    private static readonly string[] LastPull = [Page(Incident("P1", "resolved", "14:00", changed: "14:00", priority: "P1", resolved: "14:00")), Log("14:00")];

    [Fact]
    public async Task A_reopened_incident_counts_once_with_its_last_resolution_and_its_earliest_acknowledgement()
    {
        const string Expected =
            "incident incident_id=P1 title=Orders are late severity=1 status=resolved team=Warehouse started_at=2026-07-01T10:00:00Z detected_at=2026-07-01T10:00:00Z " +
            "acknowledged_at=2026-07-01T10:05:00Z resolved_at=2026-07-01T14:00:00Z source=pagerduty updated_at=2026-07-01T14:00:00Z";
        (await FragmentBook.TextOfAsync(PagerDuty, Life)).ShouldBe(Expected);
        (await FragmentBook.TextOfAsync(PagerDuty, LastPull)).ShouldBe(Expected);
        for (var seed = 0; seed < 150; seed++)
        {
            var arrived = Shuffle.WithDuplicates([.. Life, .. seed % 2 == 0 ? MidPull : LastPull], seed);
            (await FragmentBook.TextOfAsync(PagerDuty, arrived)).ShouldBe(Expected, $"seed {seed}");
        }
    }

    [Fact]
    public async Task Reopened_it_is_open_and_has_no_end()
    {
        var incident = await SingleAsync([.. Life[..6]]);
        (incident.Status, incident.ResolvedAt).ShouldBe((IncidentStatus.Open, null));
    }

    /// <summary>After delegation nobody is named any more; the log still knows.</summary>
    [Fact]
    public async Task Acknowledged_is_the_earliest_entry_of_the_log_whatever_the_incident_says()
    {
        var incident = await SingleAsync(Page(Incident("P1", "triggered", "10:40", changed: "10:40")), Log("10:40"));
        incident.AcknowledgedAt.ShouldBe(Moment("10:05"));
    }

    [Fact]
    public async Task A_log_waits_for_its_incident() => (await FragmentBook.TextOfAsync(PagerDuty, [Log("14:00")])).ShouldBe("");

    [Theory]
    [InlineData("P2", "low", 2)]
    [InlineData("SEV-3", "high", 3)]
    [InlineData(null, "high", 2)]
    [InlineData(null, "low", 4)]
    public async Task Severity_is_the_priority_else_the_urgency(string? priority, string urgency, int severity) =>
        (await SingleAsync(Page(Incident("P1", "triggered", "10:00", changed: "10:00", priority: priority, urgency: urgency)))).Severity.ShouldBe(severity);

    [Fact]
    public async Task Rules_say_severity_team_datasets_and_what_is_a_test()
    {
        var mapping = new Mapping(new Dictionary<string, IReadOnlyList<MappingRule>>
        {
            ["severity"] = [Rule("1", ("service", "Checkout"), ("urgency", "high"))],
            ["team"] = [Rule("orders", ("service", "Checkout"))],
            ["dataset"] = [Rule("mart.orders;mart.customers", ("service", "Checkout"))],
            ["status"] = [Rule("false_alarm", ("title", "/^\\[test\\]/"))],
        });
        var book = await FragmentBook.OfAsync(PagerDuty with { Mapping = mapping },
        [
            Page(Incident("P1", "resolved", "10:10", changed: "10:10", service: "Checkout", resolved: "10:10") + "," +
                Incident("P2", "resolved", "10:10", changed: "10:10", title: "[TEST] page", resolved: "10:10")),
        ]);
        book.All<Incident>().Select(i => (i.IncidentId, i.Severity, i.Team, string.Join('+', i.Datasets), i.Status)).ShouldBe(
        [
            ("P1", 1, "orders", "mart.orders+mart.customers", IncidentStatus.Resolved), ("P2", 2, "Warehouse", "", IncidentStatus.FalseAlarm),
        ]);
    }

    [Fact]
    public async Task Merged_into_another_it_is_a_duplicate()
    {
        var merged = Incident("P1", "resolved", "10:10", changed: "10:10", resolved: "10:10")
            .Replace("\"urgency\"", "\"resolve_reason\": {\"type\": \"merge_resolve_reason\", \"incident\": {\"id\": \"P9\"}}, \"urgency\"", StringComparison.Ordinal);
        (await SingleAsync(Page(merged))).Status.ShouldBe(IncidentStatus.Duplicate);
    }

    [Fact]
    public async Task What_is_landed_names_nobody_and_reads_the_same()
    {
        string[] both = [Page(Incident("P1", "acknowledged", "10:05", changed: "10:05")), Log("10:40")];
        var landed = new List<string>();
        foreach (var text in both)
            landed.Add(await Canonical.ReadingText.Redacted(PagerDuty.Source, Payload.OfBytes("posted.json", System.Text.Encoding.UTF8.GetBytes(text))));
        string.Concat(landed).ShouldNotContain("Keon");
        string.Concat(landed).ShouldNotContain("example.com");
        (await FragmentBook.TextOfAsync(PagerDuty, landed)).ShouldBe(await FragmentBook.TextOfAsync(PagerDuty, both));
    }

    internal static string At(string time) => $"2026-07-01T{time}:00Z";

    internal static string Page(string incidents, bool more = false) => $$"""{"incidents": [{{incidents}}], "limit": 100, "offset": 0, "total": null, "more": {{(more ? "true" : "false")}}}""";

    internal static string Incident(
        string id, string status, string updated, string changed, string? priority = null, string urgency = "high", string service = "Warehouse",
        string title = "Orders are late", string? resolved = null, string created = "10:00") => $$"""
        {"id": "{{id}}", "type": "incident", "summary": "[#12] {{title}}", "incident_number": 12, "title": "{{title}}", "status": "{{status}}", "urgency": "{{urgency}}",
         "created_at": "{{At(created)}}", "updated_at": "{{At(updated)}}", "last_status_change_at": "{{At(changed)}}", "resolved_at": {{(resolved is null ? "null" : $"\"{At(resolved)}\"")}},
         "priority": {{(priority is null ? "null" : $$"""{"id": "PRIO", "type": "priority", "summary": "{{priority}}"}""")}},
         "service": {"id": "PSVC", "type": "service_reference", "summary": "{{service}}"}, "teams": [], "acknowledgements": [],
         "assignments": [{"at": "{{At(created)}}", "assignee": {"id": "PUSER", "type": "user_reference", "summary": "Keon Amini", "html_url": "https://acme.pagerduty.com/users/PUSER"} }]}
        """;

    /// <summary>The log of P1 up to a time, newest first, as PagerDuty gives it.</summary>
    internal static string Log(string until) => $$"""
        {"log_entries": [{{string.Join(", ", Entries.Where(e => string.CompareOrdinal(e.At, until) <= 0).Select(e => $$"""{"id": "L{{e.At}}", "type": "{{e.Type}}_log_entry", "summary": "{{e.Type}} by Keon Amini", "created_at": "{{At(e.At)}}", "incident": {"id": "P1", "type": "incident_reference"}, "agent": {"id": "PUSER", "type": "user_reference", "summary": "Keon Amini"} }"""))}}], "more": false}
        """;

    internal static string Pushed(string id, string type, string at, string status, string? priority = null, string incident = "P1") => $$"""
        {"event": {"id": "{{id}}", "event_type": "{{type}}", "resource_type": "incident", "occurred_at": "{{At(at)}}",
          "agent": {"id": "PUSER", "type": "user_reference", "summary": "Keon Amini"},
          "data": {"id": "{{incident}}", "type": "incident", "number": 12, "status": "{{status}}", "created_at": "{{At("10:00")}}", "title": "Orders are late", "urgency": "high",
            "service": {"id": "PSVC", "type": "service_reference", "summary": "Warehouse"}, "teams": [], "resolve_reason": null,
            "priority": {{(priority is null ? "null" : $$"""{"id": "PRIO", "type": "priority_reference", "summary": "{{priority}}"}""")}} } } }
        """;

    private static MappingRule Rule(string value, params (string Attribute, string Pattern)[] when) =>
        MappingRule.Create(when.Select(w => KeyValuePair.Create(w.Attribute, w.Pattern)), value);

    private static async Task<Incident> SingleAsync(params string[] payloads) => (await FragmentBook.OfAsync(PagerDuty, payloads)).All<Incident>().Single();

    private static DateTimeOffset Moment(string time) => DateTimeOffset.Parse(At(time), System.Globalization.CultureInfo.InvariantCulture);
}
