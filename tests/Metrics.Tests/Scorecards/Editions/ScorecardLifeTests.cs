using Metrics.Kpis;
using Metrics.Model;
using Metrics.Scorecards;
using Metrics.Scorecards.Editions;
using Metrics.Scorecards.Printing;
using Metrics.Tests.Scorecards.Printing;
using Metrics.Tests.Storage.Ingestion;
using Npgsql;

namespace Metrics.Tests.Scorecards.Editions;

[Collection("Chromium")]
public sealed class ScorecardLifeTests(ScorecardPdfTests.WarmPrinter warm) : IClassFixture<ScorecardPdfTests.WarmPrinter>
{
    private readonly ScorecardPdf pdf = new(warm.Printer);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Late_data_changes_nothing_of_a_published_edition()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        var published = await desk.PublishedAsync();
        var before = await desk.Scorecards.Editions.DocumentAsync(published.Edition, Cancellation);
        var rows = await desk.Scorecards.RowsAsync(published.Edition, Cancellation);

        desk.LaterIs("2026-08-01T09:00:00Z");
        await desk.ImportAsync("""
            # incidents
            incident_id,severity,status,datasets,started_at,resolved_at
            i3,1,resolved,orders,2026-06-01T00:00:00Z,2026-06-01T12:00:00Z
            """);
        (await desk.Database.Evaluator.EvaluateAsync(new KpiRequest(desk.Quarter) { Kpis = ["mttr_sev1"] }, Cancellation))[0].Value.ShouldBe(6);

        (await desk.FrozenAsync(published.Edition, "mttr_sev1")).Value.ShouldBe(3);
        (await desk.Scorecards.RowsAsync(published.Edition, Cancellation)).Select(Text).ShouldBe(rows.Select(Text));
        (await desk.Scorecards.Editions.DocumentAsync(published.Edition, Cancellation)).ShouldBe(before);

        static string Text(KpiRow row) => $"{row.Kpi.Id} {row.Period} {string.Join(',', row.Group)} {row.Value:R} {row.Numerator} {row.N} {row.Status} {row.Target?.Value} {row.Lower:R}";
    }

    [Fact]
    public async Task Frozen_figures_are_the_evaluators_to_the_last_digit()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        var edition = await desk.InReviewAsync();
        var live = await new ScorecardComposer(desk.Database.Evaluator).ComposeAsync(
            new ScorecardRequest(desk.Quarter, desk.Database.Clock.GetUtcNow()) { DataCut = edition.CutBatch }, Cancellation);

        var frozen = await desk.Scorecards.ComposeAsync(edition.Edition, Cancellation);

        (await ScorecardHtml.BodyAsync(frozen with { Sheet = null })).ShouldBe(await ScorecardHtml.BodyAsync(live));
    }

    [Fact]
    public async Task In_review_figures_stay_until_they_are_refrozen_with_a_reason()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        var edition = await desk.InReviewAsync();
        await desk.ImportAsync("""
            # incidents
            incident_id,severity,status,datasets,started_at,resolved_at
            i3,1,resolved,orders,2026-06-01T00:00:00Z,2026-06-01T12:00:00Z
            """);
        (await desk.FrozenAsync(edition.Edition, "mttr_sev1")).Value.ShouldBe(3);

        var refrozen = await desk.Scorecards.RefreezeAsync(edition.Edition, "ana", "i3 was missing", Cancellation);

        refrozen.State.ShouldBe(EditionState.InReview);
        refrozen.CutBatch.ShouldNotBe(edition.CutBatch);
        (await desk.FrozenAsync(edition.Edition, "mttr_sev1")).Value.ShouldBe(6);
        (await desk.Database.TextAsync("select string_agg(action || coalesce(': ' || (detail->>'reason'), ''), ', ' order by entry) from audit.log"))
            .ShouldBe("scorecard.drafted, scorecard.review_opened, scorecard.refrozen: i3 was missing");
    }

    [Fact]
    public async Task Whoever_prepared_it_cannot_approve_it_unless_the_organisation_allows_it()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        var edition = await desk.InReviewAsync();

        (await Should.ThrowAsync<ScorecardException>(() => desk.Scorecards.PublishAsync(edition.Edition, "Ana", pdf, Cancellation))).Message
            .ShouldBe($"Ana has prepared edition {edition.Edition} and cannot approve it; another person must (Scorecards:TwoPeople).");

        await using var alone = await Desk.OpenAsync(pdf, twoPeople: false);
        var own = await alone.InReviewAsync();
        (await alone.Scorecards.PublishAsync(own.Edition, "ana", pdf, Cancellation)).ApprovedBy.ShouldBe("ana");
    }

    [Fact]
    public async Task A_draft_is_not_published_and_a_later_edition_needs_a_reason()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        var draft = await desk.Scorecards.DraftAsync(ScorecardScope.Platform, desk.Quarter, "ana", null, Cancellation);
        (await Should.ThrowAsync<ScorecardException>(() => desk.Scorecards.PublishAsync(draft.Edition, "ben", pdf, Cancellation))).Message
            .ShouldBe($"Edition {draft.Edition} is draft; what is published was in review before (metrics scorecard review).");
        (await Should.ThrowAsync<ScorecardException>(() => desk.Scorecards.DraftAsync(ScorecardScope.Platform, desk.Quarter, "ana", null, Cancellation))).Message
            .ShouldBe($"Edition {draft.Edition} of 2026-Q2, Whole platform, is draft; bring that one to its end first.");

        await desk.Scorecards.ReviewAsync(draft.Edition, "ana", Cancellation);
        await desk.Scorecards.PublishAsync(draft.Edition, "ben", pdf, Cancellation);

        (await Should.ThrowAsync<ScorecardException>(() => desk.Scorecards.DraftAsync(ScorecardScope.Platform, desk.Quarter, "ana", " ", Cancellation))).Message
            .ShouldBe($"Edition {draft.Edition} of 2026-Q2, Whole platform, is published. A later one needs a reason (--reason).");
        var second = await desk.PublishedAsync(reason: "May was incomplete");
        (second.Number, second.Supersedes, second.State).ShouldBe((2, draft.Edition, EditionState.Published));
        (await desk.Scorecards.Editions.FindAsync(draft.Edition, Cancellation)).State.ShouldBe(EditionState.Superseded);
    }

    [Theory]
    [InlineData("update scorecard.edition set approved_by = 'eve'")]
    [InlineData("update scorecard.edition set state = 'in_review'")]
    [InlineData("update scorecard.edition set state = 'superseded', pdf_sha256 = pdf_sha256, reason = 'x'")]
    [InlineData("delete from scorecard.edition")]
    [InlineData("update scorecard.value set value = 1")]
    [InlineData("delete from scorecard.value")]
    [InlineData("insert into scorecard.page select edition, 'more', '{}' from scorecard.edition")]
    [InlineData("update scorecard.daily set n = n + 1")]
    [InlineData("delete from scorecard.definition")]
    [InlineData("update scorecard.catalogue set attributes = '{}'")]
    [InlineData("insert into scorecard.commentary (edition, theme, text, written_by, written_at) select edition, 'Summary', 'x', 'eve', now() from scorecard.edition")]
    [InlineData("truncate scorecard.value")]
    [InlineData("truncate scorecard.edition cascade")]
    [InlineData("update audit.log set by = 'eve'")]
    [InlineData("delete from audit.log")]
    [InlineData("truncate audit.log")]
    public async Task The_database_refuses_to_change_what_is_published(string sql)
    {
        await using var desk = await Desk.OpenAsync(pdf);
        var published = await desk.PublishedAsync();
        (await desk.Database.TextAsync($"select count(*) > 0 from scorecard.daily where edition = {published.Edition}")).ShouldBe("true");

        (await Should.ThrowAsync<PostgresException>(() => desk.Database.ExecuteAsync(sql))).SqlState.ShouldBe(PostgresErrorCodes.RestrictViolation);
    }

    [Fact]
    public async Task A_document_that_cannot_be_printed_publishes_nothing()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        var edition = await desk.InReviewAsync();
        await using var stalled = new PdfPrinter(TimeSpan.FromMilliseconds(1));

        await Should.ThrowAsync<PrintingException>(() => desk.Scorecards.PublishAsync(edition.Edition, "ben", new ScorecardPdf(stalled), Cancellation));

        (await desk.Scorecards.Editions.FindAsync(edition.Edition, Cancellation)).State.ShouldBe(EditionState.InReview);
    }

    [Fact]
    public async Task Verify_knows_a_published_document_and_no_other()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        var published = await desk.PublishedAsync();
        var document = await desk.Scorecards.Editions.DocumentAsync(published.Edition, Cancellation);

        (await desk.Scorecards.Editions.OfDocumentAsync(EditionStore.Sha256Of(document), Cancellation))!.Edition.ShouldBe(published.Edition);
        document[^20] ^= 1;
        (await desk.Scorecards.Editions.OfDocumentAsync(EditionStore.Sha256Of(document), Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task The_document_says_which_edition_it_is_and_what_was_said_and_agreed()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        var edition = await desk.InReviewAsync();
        await desk.Scorecards.CommentAsync(edition.Edition, "summary", "A calm quarter.\nTwo incidents, one cause.", "ana", Cancellation);
        await desk.Scorecards.CommentAsync(edition.Edition, "Reliability", "First words", "ana", Cancellation);
        await desk.Scorecards.CommentAsync(edition.Edition, "Reliability", "Releases are now staged", "ana", Cancellation);
        await desk.Scorecards.CommentAsync(edition.Edition, "Governance", "Reviews moved to monthly", "ana", Cancellation);
        await desk.Scorecards.CommentAsync(edition.Edition, "mttr_sev1", "A vendor was down for nine hours", "ana", Cancellation);
        foreach (var unknown in (string[])["mttr_sev9", "MTTR_SEV1", "open_incidents"])
            (await Should.ThrowAsync<ScorecardException>(() => desk.Scorecards.CommentAsync(edition.Edition, unknown, "x", "ana", Cancellation))).Message
                .ShouldStartWith($"There is no theme or KPI \"{unknown}\" in edition {edition.Edition}; there are Summary, ");
        var actions = new ReviewActions(desk.Database.Application, desk.Database.Clock);
        var open = await actions.AddAsync(edition.Edition, edition.Scope, "Halve the retries", "lee", new DateOnly(2026, 9, 30), "ana", Cancellation);
        using var file = new TemporaryPdf();
        await pdf.WriteAsync(await desk.Scorecards.ComposeAsync(edition.Edition, Cancellation), file.Path, null, Cancellation);
        var review = await PdfTool.RunAsync("pdftotext", ["-layout", file.Path, "-"], Cancellation);
        review.ShouldContain("In review: the figures are frozen, and nobody has approved them yet.");
        review.ShouldContain($"edition {edition.Edition}, in review: not published");

        await desk.Scorecards.PublishAsync(edition.Edition, "ben", pdf, Cancellation);
        await File.WriteAllBytesAsync(file.Path, await desk.Scorecards.Editions.DocumentAsync(edition.Edition, Cancellation), Cancellation);
        var text = await PdfTool.RunAsync("pdftotext", ["-layout", file.Path, "-"], Cancellation);

        text.ShouldContain($"1 (no. {edition.Edition})");
        text.ShouldContain("ben, 20 Jul 2026");
        text.ShouldContain("Two incidents, one cause.");
        text.ShouldContain("Releases are now staged");
        text.ShouldContain("Reviews moved to monthly");
        text.ShouldContain("A vendor was down for nine hours");
        text.LastIndexOf("Mean time to resolve, Sev 1", text.IndexOf("A vendor was down", StringComparison.Ordinal), StringComparison.Ordinal)
            .ShouldBeGreaterThan(text.IndexOf("Releases are now staged", StringComparison.Ordinal), "beside the KPI's panel, in the section of its theme");
        text.ShouldNotContain("First words");
        text.ShouldContain("Halve the retries");
        text.ShouldNotContain("not published");
        (await Should.ThrowAsync<ScorecardException>(() => desk.Scorecards.CommentAsync(edition.Edition, "Summary", "One more", "ana", Cancellation))).Message
            .ShouldBe($"Edition {edition.Edition} is published: comments are closed. Say it in a later edition.");

        // Carried on until it is done, and shown once more when it is.
        var next = await desk.Scorecards.DraftAsync(ScorecardScope.Platform, Period.Parse("2026-Q3", desk.Database.Settings.Calendar), "ana", null, Cancellation);
        (await desk.Scorecards.ComposeAsync(next.Edition, Cancellation)).Sheet!.Actions.ShouldHaveSingleItem().IsOpen.ShouldBeTrue();
        desk.LaterIs("2026-08-01T00:00:00Z");
        await new ReviewActions(desk.Database.Application, desk.Database.Clock).DoneAsync(open, "lee", "from 9 to 3", Cancellation);
        (await desk.Scorecards.ComposeAsync(next.Edition, Cancellation)).Sheet!.Actions.ShouldHaveSingleItem().Outcome.ShouldBe("from 9 to 3");
    }

    [Fact]
    public async Task A_team_and_a_domain_have_scorecards_of_their_own()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        await desk.ImportAsync("""
            # incidents
            incident_id,severity,status,cause,datasets,team,started_at,detected_at,resolved_at
            i9,1,resolved,change,costs,ops,2026-05-01T00:00:00Z,2026-05-01T00:00:00Z,2026-05-01T10:00:00Z
            """);

        var team = await desk.PublishedAsync(ScorecardScope.Team("ops"));
        var domain = await desk.PublishedAsync(ScorecardScope.Domain("shop"));

        (await desk.FrozenAsync(team.Edition, "mttr_sev1")).Value.ShouldBe(10);
        (await desk.FrozenAsync(domain.Edition, "mttr_sev1")).Value.ShouldBe(3);
        (await Should.ThrowAsync<ScorecardException>(() => desk.InReviewAsync(ScorecardScope.Team("opps")))).Message
            .ShouldBe("The catalogue has no team \"opps\"; it has ops, sales.");
    }

    [Fact]
    public async Task A_waiver_stands_beside_the_value_and_ends_by_itself()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        var waivers = new Metrics.Kpis.Waivers.WaiverStore(desk.Database.Application, desk.Database.Settings.Calendar, desk.Database.Clock);
        var kpi = desk.Database.Kpis["mttr_sev1"];
        (await Should.ThrowAsync<KpiException>(() => waivers.AddAsync(
            kpi, desk.Quarter, Metrics.Kpis.Waivers.WaiverScope.Incident, "i2", "vendor outage", "ana", "ANA", new DateOnly(2026, 12, 1), Cancellation))).Message
            .ShouldBe("ana asks for the waiver and cannot approve it; another person must (--approved-by).");
        await waivers.AddAsync(kpi, desk.Quarter, Metrics.Kpis.Waivers.WaiverScope.Incident, "i2", "vendor outage", "ana", "ben", new DateOnly(2026, 12, 1), Cancellation);

        var row = (await desk.Database.Evaluator.EvaluateAsync(new KpiRequest(desk.Quarter) { Kpis = ["mttr_sev1"] }, Cancellation))[0];
        (row.Value, row.Adjusted, row.Waived, row.N).ShouldBe((3, 2, 1, 2));
        (row.Status, row.Reason).ShouldBe((KpiStatus.Exceeded, "Judged without 1 waived record."));
        (await desk.Database.Evaluator.EvidenceAsync("mttr_sev1", desk.Quarter, new Dictionary<Dimension, string?>(), Cancellation))
            .Select(o => (o.Record!.Key, o.Waived)).ShouldBe([("i1", null), ("i2", "vendor outage")]);

        var published = await desk.PublishedAsync();
        (await desk.FrozenAsync(published.Edition, "mttr_sev1")).Adjusted.ShouldBe(2);

        desk.LaterIs("2026-12-01T00:00:00Z");
        var expired = (await desk.Database.Evaluator.EvaluateAsync(new KpiRequest(desk.Quarter) { Kpis = ["mttr_sev1"] }, Cancellation))[0];
        (expired.Value, expired.Adjusted, expired.Waived, expired.Status).ShouldBe((3, null, 0, KpiStatus.Met));
        (await desk.FrozenAsync(published.Edition, "mttr_sev1")).Adjusted.ShouldBe(2);
    }
}
