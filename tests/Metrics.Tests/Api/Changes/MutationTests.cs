using System.Text.Json;
using Metrics.Model;
using Metrics.Tests.Api.Records;

namespace Metrics.Tests.Api.Changes;

/// <summary>What is changed over GraphQL, by whom, and what the audit log keeps of it.</summary>
public sealed class MutationTests
{
    [Fact]
    public async Task A_scorecard_goes_from_draft_to_published_and_is_asked_for_as_it_was_then()
    {
        await using var host = await GraphHost.OpenAsync(TwoTeams.Files(3));
        (await ChangeAsync(host, """draftScorecard(period: "2026-Q3") { id state number preparedBy }""")).GetRawText()
            .ShouldBe("""{"id":"1","state":"DRAFT","number":1,"preparedBy":"ana"}""");
        await ChangeAsync(host, """commentOnScorecard(id: 1, theme: "Reliability", text: "Quiet.") { id }""");
        await ChangeAsync(host, """commentOnScorecard(id: 1, theme: "mttr_sev1", text: "A vendor.") { id }""");
        (await ChangeAsync(host, "reviewScorecard(id: 1) { state }")).GetRawText().ShouldBe("""{"state":"IN_REVIEW"}""");
        (await RefusedAsync(host, "publishScorecard(id: 1) { state }")).ShouldBe(
            ("ana has prepared edition 1 and cannot approve it; another person must (Scorecards:TwoPeople).", "BAD_USER_INPUT"));

        host.Caller = GraphHost.Person("ben", "publish");
        var published = await ChangeAsync(host, "publishScorecard(id: 1) { state approvedBy pdfSha256 commentary { nodes { theme kpi text writtenBy } } }");
        published.GetProperty("pdfSha256").GetString()!.Length.ShouldBe(64);
        published.GetProperty("commentary").GetRawText().ShouldBe("""{"nodes":[{"theme":"Reliability","kpi":null,"text":"Quiet.","writtenBy":"ana"},{"theme":"mttr_sev1","kpi":"mttr_sev1","text":"A vendor.","writtenBy":"ana"}]}""");
        (await AuditAsync(host)).ShouldBe(
            ["ana scorecard.drafted edition 1", "ana scorecard.commented edition 1", "ana scorecard.commented edition 1", "ana scorecard.review_opened edition 1", "ben scorecard.published edition 1"]);

        // What is imported later changes the figures of now and not those that were published.
        await host.Database.ImportAsync(("incidents.csv",
            "incident_id,severity,status,datasets,team,started_at,detected_at,resolved_at\nlate,1,resolved,own-0,own-team,2026-07-01T00:00:00Z,2026-07-01T00:00:00Z,2026-07-03T00:00:00Z\n"));
        const string rows = """kpiRows(period: { period: "2026-Q3" }, kpis: ["mttr_sev1"]""";
        (await host.DataAsync($"{{ then: {rows}, edition: 1) {{ nodes {{ kpi value n }} }} now: {rows}) {{ nodes {{ value n }} }} }}")).GetRawText()
            .ShouldBe("""{"then":{"nodes":[{"kpi":"mttr_sev1","value":24,"n":6}]},"now":{"nodes":[{"value":27.428571428571427,"n":7}]}}""");
        (await host.DataAsync($"{{ {rows}, by: [TIER], edition: 1, order: [{{ tier: DESC }}]) {{ nodes {{ tier value }} }} }}")).GetRawText()
            .ShouldBe("""{"kpiRows":{"nodes":[{"tier":2,"value":24},{"tier":1,"value":24},{"tier":0,"value":24}]}}""");
    }

    [Fact]
    public async Task What_is_waived_and_decided_is_recorded_and_taken_back()
    {
        await using var host = await TwoTeams.OpenAsync(1);

        var waiver = await ChangeAsync(host,
            """waive(kpi: "freshness_adherence", period: "2026-Q3", of: { team: "own-team" }, reason: "migration", approvedBy: "ben", expiresOn: "2027-01-01") { id scopeKind scope counts requestedBy approvedBy }""");
        waiver.GetRawText().ShouldBe("""{"id":"3","scopeKind":"TEAM","scope":"own-team","counts":true,"requestedBy":"ana","approvedBy":"ben"}""");
        (await ChangeAsync(host, """revokeWaiver(id: 3, reason: "called off") { counts revokedBy revokeReason }""")).GetRawText()
            .ShouldBe("""{"counts":false,"revokedBy":"ana","revokeReason":"called off"}""");
        (await RefusedAsync(host, """revokeWaiver(id: 9, reason: "x") { id }""")).Message.ShouldBe("There is no waiver 9; \"waivers\" lists them.");

        (await ChangeAsync(host, """addReviewAction(scorecard: 1, text: "Halve the retries", owner: "lee", dueOn: "2026-12-31") { id isOpen scope }""")).GetRawText()
            .ShouldBe("""{"id":"3","isOpen":true,"scope":"own-team"}""");
        (await ChangeAsync(host, """closeReviewAction(id: 3, outcome: "from 9 to 3") { isOpen doneBy outcome }""")).GetRawText()
            .ShouldBe("""{"isOpen":false,"doneBy":"ana","outcome":"from 9 to 3"}""");
        (await AuditAsync(host)).TakeLast(4).ShouldBe(["ana waiver.added waiver 3", "ana waiver.revoked waiver 3", "ana action.added action 3", "ana action.done action 3"]);
    }

    [Fact]
    public async Task Targets_and_catalogue_are_applied_from_the_text_of_their_files_or_refused_with_every_fault()
    {
        await using var host = await GraphHost.OpenAsync(TwoTeams.Files(1));
        const string targets = "mutation ($yaml: String!, $dry: Boolean!) { applyTargets(yaml: $yaml, dryRun: $dry, reason: \"Q3\") { subject before after } }";
        const string yaml = "freshness_adherence: [{ tier: 0, target: \"> 0.99\", valid_from: 2026-07-01 }]";

        foreach (var dry in (bool[])[true, false])
            (await host.DataAsync(targets, ("yaml", yaml), ("dry", dry))).GetProperty("applyTargets").GetArrayLength().ShouldBe(1);
        (await host.DataAsync(targets, ("yaml", yaml), ("dry", false))).GetProperty("applyTargets").GetArrayLength().ShouldBe(0, "they are in force");
        (await host.AskAsync(targets, ("yaml", "nonsense: [{}]"), ("dry", false))).GetProperty("errors")[0].GetProperty("message").GetString()
            .ShouldNotBeNull().ShouldContain("targets.yaml:1");

        (await host.DataAsync("mutation ($yaml: String!) { applyCatalogue(yaml: $yaml) { subject before after } }", ("yaml", "datasets: { own-0: { tier: 2 } }")))
            .GetProperty("applyCatalogue").EnumerateArray().Select(c => c.GetProperty("subject").GetString()).ShouldContain("dataset own-0: tier");
        (await AuditAsync(host)).ShouldBe(["ana targets.applied targets", "ana catalogue.applied catalogue"]);
    }

    [Fact]
    public async Task The_payload_of_a_batch_with_rejects_is_read_again()
    {
        await using var host = await GraphHost.OpenAsync([("incidents.csv", "incident_id,severity\na,1\nb,9\n")]);

        var batches = (await host.DataAsync("{ batches { nodes { number rowsRejected rejects { nodes { place reason } } } } }")).GetProperty("batches").GetProperty("nodes");
        batches[0].GetProperty("rejects").GetProperty("nodes")[0].GetProperty("place").GetString().ShouldNotBeNull().ShouldContain("line 3");
        (await ChangeAsync(host, "retryRejects(batch: 1) { number way rowsSame rowsRejected }")).GetRawText()
            .ShouldBe("""{"number":"2","way":"replay","rowsSame":1,"rowsRejected":1}""");
        (await RefusedAsync(host, "retryRejects(batch: 2) { number }")).Message.ShouldBe("Batch 2 is a replay; what was imported, pulled or pushed can be read again.");
    }

    [Fact]
    public async Task Who_lacks_the_right_is_refused()
    {
        await using var host = await TwoTeams.OpenAsync(1);
        var before = await AuditAsync(host);
        (string Mutation, string Right)[] lacking =
        [
            ("""draftScorecard(period: "2026-Q3") { id }""", "read"),
            ("""addReviewAction(scorecard: 1, text: "x") { id }""", "read"),
            ("""waive(kpi: "freshness_adherence", period: "2026-Q3", of: { team: "own-team" }, reason: "m", approvedBy: "ben", expiresOn: "2027-01-01") { id }""", "read"),
            ("""applyTargets(yaml: "") { subject }""", "publish"),
            ("retryRejects(batch: 1) { number }", "publish"),
        ];
        foreach (var (mutation, right) in lacking)
        {
            host.Caller = GraphHost.Person("eve", right);
            (await RefusedAsync(host, mutation)).Code.ShouldBe("AUTH_NOT_AUTHORIZED", mutation);
        }

        (await AuditAsync(host)).ShouldBe(before);
    }

    [Fact]
    public async Task A_caller_with_a_limit_changes_nothing_of_others()
    {
        await using var host = await TwoTeams.OpenAsync(1);
        var before = await AuditAsync(host);
        host.Limit = new RowLimit(["own-team"], []);
        string[] mutations =
        [
            """draftScorecard(period: "2026-Q3") { id }""",
            """draftScorecard(period: "2026-Q3", scopeKind: TEAM, scope: "foreign-team") { id }""",
            """commentOnScorecard(id: 2, text: "x") { id }""",
            "reviewScorecard(id: 2) { id }",
            "publishScorecard(id: 2) { id }",
            "sendScorecard(id: 2) { id }",
            """waive(kpi: "freshness_adherence", period: "2026-Q3", of: { dataset: "foreign-0" }, reason: "m", approvedBy: "ben", expiresOn: "2027-01-01") { id }""",
            """revokeWaiver(id: 2, reason: "x") { id }""",
            """addReviewAction(scorecard: 2, text: "x") { id }""",
            "closeReviewAction(id: 2) { id }",
            """applyTargets(yaml: "") { subject }""",
            """applyCatalogue(yaml: "") { subject }""",
            "retryRejects(batch: 1) { number }",
        ];
        foreach (var mutation in mutations) await RefusedAsync(host, mutation);

        host.Limit = RowLimit.Everything;
        (await AuditAsync(host)).ShouldBe(before);
    }

    private static async Task<JsonElement> ChangeAsync(GraphHost host, string mutation) =>
        (await host.DataAsync($"mutation {{ {mutation} }}")).EnumerateObject().Single().Value;

    private static async Task<(string? Message, string? Code)> RefusedAsync(GraphHost host, string mutation)
    {
        var error = (await host.AskAsync($"mutation {{ {mutation} }}")).GetProperty("errors")[0];
        return (error.GetProperty("message").GetString(), error.GetProperty("extensions").GetProperty("code").GetString());
    }

    /// <summary>Who did what to what, oldest first.</summary>
    private static async Task<IReadOnlyList<string>> AuditAsync(GraphHost host) =>
    [
        .. (await host.DataAsync("{ auditLog(first: 1000, order: [{ number: ASC }]) { nodes { by action subject } } }")).GetProperty("auditLog").GetProperty("nodes")
            .EnumerateArray().Select(e => $"{e.GetProperty("by").GetString()} {e.GetProperty("action").GetString()} {e.GetProperty("subject").GetString()}"),
    ];
}
