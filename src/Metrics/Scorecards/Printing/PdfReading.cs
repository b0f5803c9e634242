using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Metrics.Scorecards.Printing;

/// <summary>What a PDF says, as poppler reads it.</summary>
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
        var info = await Poppler.RunAsync("pdfinfo", ["-enc", "UTF-8", path], cancellation);
        var text = await Poppler.RunAsync("pdftotext", ["-raw", "-enc", "UTF-8", path, "-"], cancellation);

        // Of poppler's tools this one alone lists the bookmarks.
        var outline = await Poppler.RunAsync("pdftohtml", ["-xml", "-i", "-q", "-stdout", "-enc", "UTF-8", path], cancellation);
        var fonts = await Poppler.RunAsync("pdffonts", [path], cancellation);

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
