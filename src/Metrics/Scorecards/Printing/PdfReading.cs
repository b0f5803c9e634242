using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Metrics.Scorecards.Printing;

/// <summary>What a PDF says, as poppler and qpdf read it.</summary>
/// <param name="Title">The document's title; empty if it has none.</param>
/// <param name="Tagged">Whether it carries its structure.</param>
/// <param name="Pages">The text of each page, in the order in which it was drawn.</param>
/// <param name="Bookmarks">Titles in order, whatever their depth.</param>
/// <param name="MissingFonts">Fonts that are used and not embedded.</param>
internal sealed partial record PdfReading(
    string Title, bool Tagged, IReadOnlyList<string> Pages, IReadOnlyList<string> Bookmarks, IReadOnlyList<string> MissingFonts)
{
    /// <summary>Whether qpdf is to decode every stream as well, as in tests: it takes as long as all the rest.</summary>
    internal static bool DecodesAll { get; set; }

    /// <exception cref="PdfCheckException">A tool finds fault with it; qpdf also with what poppler mends in silence.</exception>
    public static async Task<PdfReading> ReadAsync(string path, CancellationToken cancellation)
    {
        var read = await Task.WhenAll(
            PdfTool.RunAsync("pdfinfo", ["-enc", "UTF-8", path], cancellation),
            PdfTool.RunAsync("pdftotext", ["-raw", "-enc", "UTF-8", path, "-"], cancellation),
            PdfTool.RunAsync("pdffonts", [path], cancellation),
            PdfTool.RunAsync("qpdf", ["--json=latest", "--json-key=outlines", path], cancellation));
        var (info, text, fonts, outline) = (read[0], read[1], read[2], read[3]);
        if (DecodesAll) await PdfTool.RunAsync("qpdf", ["--check", path], cancellation);
        var count = int.Parse(Field(info, "Pages"), CultureInfo.InvariantCulture);
        return new PdfReading(
            Field(info, "Title"),
            Field(info, "Tagged") == "yes",
            [.. text.Split('\f').Take(count)],
            Titles(JsonNode.Parse(outline)!["outlines"]),
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

    private static string[] Titles(JsonNode? items) =>
        [.. items!.AsArray().SelectMany(item => Titles(item!["kids"]).Prepend((string)item["title"]!))];

    /// <summary>A font's line ends with embedded, subset, Unicode map, and the two numbers of its object.</summary>
    [GeneratedRegex(
        @"^(?<name>\S+).*\s(?<embedded>yes|no)\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+\s*$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex FontLine();
}
