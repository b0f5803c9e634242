using Metrics.Scorecards.Printing;

namespace Metrics.Tests.Scorecards.Printing;

public sealed class InstalledProgramTests
{
    [Fact]
    public void Without_chromium_one_sentence_says_how_to_get_it()
    {
        if (OperatingSystem.IsMacOS()) Assert.Skip("There Chromium is also looked for outside PATH.");

        Should.Throw<MissingProgramException>(() => InstalledProgram.Chromium(Nowhere)).Message.ShouldBe(
            "Chromium, which prints the scorecard, was not found in PATH: install it (Debian, Ubuntu: sudo apt-get install chromium; "
            + "macOS: brew install --cask chromium), or set METRICS_CHROMIUM to the path of Chromium or Chrome.");
    }

    [Fact]
    public void A_named_chromium_that_is_not_there_is_not_replaced_in_silence() =>
        Should.Throw<MissingProgramException>(
                () => InstalledProgram.Chromium(name => name == "METRICS_CHROMIUM" ? "/no/chrome" : "/usr/bin"))
            .Message.ShouldBe(
                "METRICS_CHROMIUM names '/no/chrome', which is not a program: correct it, or unset it to use the Chromium in PATH.");

    [Fact]
    public void Without_poppler_one_sentence_says_how_to_get_it() =>
        Should.Throw<MissingProgramException>(() => InstalledProgram.PdfTool("pdftotext", Nowhere)).Message.ShouldBe(
            "pdftotext, which reads the scorecard back before it is written, was not found in PATH: install poppler-utils "
            + "(Debian, Ubuntu: sudo apt-get install poppler-utils; macOS: brew install poppler).");

    [Fact]
    public void Without_qpdf_too() =>
        Should.Throw<MissingProgramException>(() => InstalledProgram.PdfTool("qpdf", Nowhere)).Message.ShouldContain("sudo apt-get install qpdf;");

    private static string? Nowhere(string name) => name == "PATH" ? "/nowhere" : null;
}
