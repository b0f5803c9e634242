using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Metrics.Scorecards.Printing;

/// <summary>What a PDF says, as poppler reads it, once qpdf finds no fault with its structure.</summary>
/// <param name="Title">The document's title; empty if it has none.</param>
/// <param name="Tagged">Whether it carries its structure.</param>
/// <param name="Pages">The text of each page, in the order in which it was drawn.</param>
/// <param name="Bookmarks">Titles in order, whatever their depth.</param>
/// <param name="MissingFonts">Fonts that are used and not embedded.</param>
internal sealed partial record PdfReading(
    string Title, bool Tagged, IReadOnlyList<string> Pages, IReadOnlyList<string> Bookmarks, IReadOnlyList<string> MissingFonts)
{
    public static async Task<PdfReading> ReadAsync(string path, CancellationToken cancellation)
    {
        // Of poppler's tools pdftohtml alone lists the bookmarks. Of qpdf its verdict is wanted: tables, objects and streams are sound.
        var read = await Task.WhenAll(
            PdfTool.RunAsync("pdfinfo", ["-enc", "UTF-8", path], cancellation),
            PdfTool.RunAsync("pdftotext", ["-raw", "-enc", "UTF-8", path, "-"], cancellation),
            PdfTool.RunAsync("pdftohtml", ["-xml", "-i", "-q", "-stdout", "-enc", "UTF-8", path], cancellation),
            PdfTool.RunAsync("pdffonts", [path], cancellation),
            PdfTool.RunAsync("qpdf", ["--check", path], cancellation));
        var (info, text, outline, fonts) = (read[0], read[1], read[2], read[3]);
        var count = int.Parse(Field(info, "Pages"), CultureInfo.InvariantCulture);
        return new PdfReading(
            Field(info, "Title"),
            Field(info, "Tagged") == "yes",
            [.. text.Split('\f').Take(count)],
            [.. OutlineItem().Matches(outline).Select(item => WebUtility.HtmlDecode(item.Groups["title"].Value))],
            [
                .. FontLine().Matches(fonts)
                    .Where(font => font.Groups["embedded"].Value == "no")
                    .Select(font => font.Groups["name"].Value),
            ]);
    }

    private static string Field(string info, string name) =>
        info.Split('\n').FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal)) is { } line
            ? line[(name.Length + 1)..].Trim()
            : "";

    [GeneratedRegex(@"<item page=""\d+"">(?<title>.*?)</item>", RegexOptions.ExplicitCapture)]
    private static partial Regex OutlineItem();

    /// <summary>A font's line ends with embedded, subset, Unicode map, and the two numbers of its object.</summary>
    [GeneratedRegex(
        @"^(?<name>\S+).*\s(?<embedded>yes|no)\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+\s*$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex FontLine();
}
