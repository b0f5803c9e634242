using Metrics.Scorecards.Printing;

namespace Metrics.Tests.Scorecards.Printing;

public sealed class PdfCheckTests
{
    private static readonly PdfExpectation Expected = new(
        "Scorecard", "Scorecard, all", ["Scorecard", "Reliability"], ["Success 98.1 % > 97 % Met", "Tier 0 99.2 %"]);

    private static readonly PdfReading Sound = new(
        "Scorecard",
        Tagged: true,
        ["Scorecard\nSuccess\n98.1 % >97 % Met\nScorecard, all 1 / 2\n", "Tier 0\n99.2 %\nScorecard, all 2 / 2\n"],
        ["Scorecard", "Reliability"],
        []);

    [Fact]
    public void What_says_the_same_with_other_line_ends_is_sound() => PdfCheck.Faults(Sound, Expected).ShouldBeEmpty();

    [Fact]
    public void What_runs_on_over_the_end_of_a_page_is_one_text() =>
        PdfCheck.Faults(
            Sound with { Pages = ["Scorecard\nSuccess\nScorecard, all 1 / 2\n", "98.1 % >97 % Met\nTier 0\n99.2 %\nScorecard, all 2 / 2\n"] },
            Expected).ShouldBeEmpty();

    [Fact]
    public void Another_figure_is_a_fault_that_shows_both() =>
        Fault(Sound with { Pages = [Sound.Pages[0], Sound.Pages[1].Replace("99.2", "99.3", StringComparison.Ordinal)] }).ShouldBe(
            "after 'Success 98.1 % > 97 % Met' it should say 'Tier 0 99.2 %', and says 'Tier 0 99.3 %'");

    [Fact]
    public void The_right_figures_in_the_wrong_order_are_a_fault() =>
        PdfCheck.Faults(Sound, Expected with { Lines = [Expected.Lines[1], Expected.Lines[0]] }).Count().ShouldBe(1);

    [Fact]
    public void A_figure_between_two_others_is_a_fault() =>
        PdfCheck.Faults(
                Sound with { Pages = [Sound.Pages[0].Replace("98.1 %", "98.1 % 7", StringComparison.Ordinal), Sound.Pages[1]] },
                Expected)
            .Count().ShouldBe(1);

    [Fact]
    public void An_untagged_document_is_a_fault() =>
        Fault(Sound with { Tagged = false }).ShouldBe("it is not tagged, so a screen reader could not read it");

    [Fact]
    public void Another_title_is_a_fault() => Fault(Sound with { Title = "" }).ShouldBe("its title is '' and not 'Scorecard'");

    [Fact]
    public void Too_many_pages_are_a_fault() =>
        PdfCheck.Faults(Sound, Expected with { MostPages = 1, FewestPages = 1 }).ShouldBe(["it has 2 pages; expected are 1 to 1"]);

    [Fact]
    public void A_font_that_is_not_embedded_is_a_fault() =>
        Fault(Sound with { MissingFonts = ["Helvetica"] }).ShouldBe("these fonts are not embedded: Helvetica");

    [Fact]
    public void Missing_surplus_and_other_bookmarks_are_faults()
    {
        Fault(Sound with { Bookmarks = ["Scorecard"] }).ShouldBe("the bookmark 'Reliability' is missing");
        Fault(Sound with { Bookmarks = ["Scorecard", "Reliability", "X"] }).ShouldBe("there is a bookmark 'X' too many");
        Fault(Sound with { Bookmarks = ["Scorecard", "X"] }).ShouldBe("bookmark 2 is 'X' and not 'Reliability'");
    }

    [Fact]
    public void A_page_without_its_number_is_a_fault() =>
        Fault(Sound with { Pages = [Sound.Pages[0], "Tier 0 99.2 %"] }).ShouldBe("page 2 does not end with 'Scorecard, all 2 / 2'");

    [Fact]
    public void The_message_is_one_sentence_with_every_fault() =>
        new PdfCheckException(["a is b", "c is d"]).Message.ShouldBe(
            "The scorecard was not written, because its PDF failed the check: a is b; c is d.");

    [Fact]
    public void Scripts_that_a_pdf_may_reorder_do_not_fail_the_check() =>
        PdfCheck.Faults(
            Sound with { Pages = [Sound.Pages[0], "فراص Tier 0 99.2 %\nScorecard, all 2 / 2"] },
            Expected with { Lines = [Expected.Lines[0], "صارف Tier 0 99.2 %"] }).ShouldBeEmpty();

    private static string Fault(PdfReading reading) => PdfCheck.Faults(reading, Expected).ShouldHaveSingleItem();
}
