using System.Security.Cryptography;
using Metrics.Scorecards.Editions;
using Metrics.Scorecards.Printing;

namespace Metrics.Scorecards;

/// <summary>Prints scorecards to PDF files that are right or are not there.</summary>
/// <param name="printer">Kept warm between scorecards; not disposed of here.</param>
public sealed class ScorecardPdf(PdfPrinter printer)
{
    /// <summary>
    /// Renders, prints, reads back, compares with the evaluation, and only then puts the file in its place, replacing an older
    /// one in one step.
    /// </summary>
    /// <param name="scorecard">What it says.</param>
    /// <param name="path">Where it goes; its folder is made if need be.</param>
    /// <param name="style">Culture, paper and currency.</param>
    /// <param name="cancellation">Leaves nothing behind.</param>
    /// <exception cref="PdfCheckException">The PDF is not sound or does not say what was evaluated.</exception>
    /// <exception cref="MissingProgramException">Chromium, poppler-utils or qpdf is not installed.</exception>
    /// <exception cref="PrintingException">Chromium failed.</exception>
    public async Task WriteAsync(
        Scorecard scorecard, string path, ScorecardStyle? style = null, CancellationToken cancellation = default)
    {
        style ??= new ScorecardStyle();
        var html = await ScorecardHtml.DocumentAsync(scorecard, style);
        await WriteAsync(html, Expected(scorecard, style), path, style, cancellation);
    }

    /// <summary>What a scorecard's document has to say, figure by figure.</summary>
    public static PdfExpectation Expected(Scorecard scorecard, ScorecardStyle style) => new ScorecardFigures(scorecard, style).Expectation(Footer(scorecard));

    /// <summary>Reads a PDF back and compares it with what it has to say, as is done before one is written.</summary>
    /// <exception cref="PdfCheckException">The PDF is not sound or does not say that.</exception>
    /// <exception cref="MissingProgramException">Poppler-utils or qpdf is not installed.</exception>
    public static async Task CheckAsync(byte[] pdf, PdfExpectation expected, CancellationToken cancellation = default)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, pdf, cancellation);
            await PdfCheck.CheckAsync(file, expected, cancellation);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The same, without leaving a file: the checked document itself.</summary>
    public async Task<byte[]> PrintAsync(Scorecard scorecard, ScorecardStyle? style = null, CancellationToken cancellation = default)
    {
        var file = Path.Combine(Path.GetTempPath(), $"scorecard-{RandomNumberGenerator.GetHexString(16, lowercase: true)}.pdf");
        try
        {
            await WriteAsync(scorecard, file, style, cancellation);
            return await File.ReadAllBytesAsync(file, cancellation);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>At the foot of every page.</summary>
    internal static string Footer(Scorecard scorecard) => scorecard.Sheet is null
        ? $"{scorecard.Title}, {scorecard.Scope}"
        : $"{scorecard.Title}, {scorecard.Scope}, {new SheetText(scorecard).Mark}";

    internal async Task WriteAsync(
        string html, PdfExpectation expected, string path, ScorecardStyle style, CancellationToken cancellation)
    {
        var target = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target)
            ?? throw new ArgumentException($"'{path}' is not a file. Give the path of the PDF to write.", nameof(path));
        var pdf = await printer.PrintAsync(html, new PdfLayout(style.Paper, expected.Footer), cancellation);

        Directory.CreateDirectory(folder);
        var draft = Path.Combine(folder, $".{Path.GetFileName(target)}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        try
        {
            await File.WriteAllBytesAsync(draft, pdf, cancellation);
            await PdfCheck.CheckAsync(draft, expected, cancellation);
            File.Move(draft, target, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
