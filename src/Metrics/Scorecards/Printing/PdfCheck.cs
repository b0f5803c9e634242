namespace Metrics.Scorecards.Printing;

/// <summary>Reads a PDF back and compares it with what was evaluated. It fails closed: what cannot be read is a fault.</summary>
public static class PdfCheck
{
    private const int Excerpt = 90;

    /// <exception cref="PdfCheckException">It differs; the message says in what.</exception>
    /// <exception cref="MissingProgramException">Poppler or qpdf is not installed.</exception>
    public static async Task CheckAsync(string path, PdfExpectation expected, CancellationToken cancellation = default)
    {
        var faults = Faults(await PdfReading.ReadAsync(path, cancellation), expected).ToList();
        if (faults.Count > 0) throw new PdfCheckException(faults);
    }

    internal static IEnumerable<string> Faults(PdfReading pdf, PdfExpectation expected)
    {
        if (pdf.Title != expected.Title) yield return $"its title is '{pdf.Title}' and not '{expected.Title}'";
        if (!pdf.Tagged) yield return "it is not tagged, so a screen reader could not read it";
        if (pdf.Pages.Count < expected.FewestPages || pdf.Pages.Count > expected.MostPages)
            yield return $"it has {pdf.Pages.Count} pages; expected are {expected.FewestPages} to {expected.MostPages}";
        if (pdf.MissingFonts.Count > 0) yield return $"these fonts are not embedded: {string.Join(", ", pdf.MissingFonts)}";
        if (BookmarkFault(pdf.Bookmarks, expected.Bookmarks) is { } bookmark) yield return bookmark;
        if (FooterFault(pdf.Pages, expected.Footer) is { } footer) yield return footer;
        if (LineFault([.. pdf.Pages.Select((page, i) => Body(page, FooterOf(expected.Footer, i, pdf.Pages.Count)))], expected.Lines) is { } line) yield return line;
    }

    private static string? BookmarkFault(IReadOnlyList<string> read, IReadOnlyList<string> expected)
    {
        for (var i = 0; i < Math.Max(read.Count, expected.Count); i++)
        {
            var (one, other) = (read.ElementAtOrDefault(i), expected.ElementAtOrDefault(i));
            if (one is null) return $"the bookmark '{other}' is missing";
            if (other is null) return $"there is a bookmark '{one}' too many";
            if (new ComparableText(one).Text != new ComparableText(other).Text)
                return $"bookmark {i + 1} is '{one}' and not '{other}'";
        }

        return null;
    }

    private static string? FooterFault(IReadOnlyList<string> pages, string footer)
    {
        for (var i = 0; i < pages.Count; i++)
        {
            var expected = FooterOf(footer, i, pages.Count);
            if (!new ComparableText(pages[i]).Text.Contains(new ComparableText(expected).Text, StringComparison.Ordinal))
                return $"page {i + 1} does not end with '{expected}'";
        }

        return null;
    }

    private static string FooterOf(string footer, int page, int pages) => $"{footer} {page + 1} / {pages}";

    /// <summary>A page without its footer, so that what runs on over its end is one text.</summary>
    private static string Body(string page, string footer)
    {
        var wanted = new ComparableText(footer).Text;
        var lines = page.Split('\n');
        for (var from = lines.Length - 1; from >= 0; from--)
        {
            var tail = new ComparableText(string.Join('\n', lines[from..])).Text;
            if (tail == wanted) return string.Join('\n', lines[..from]);
            if (tail.Length > wanted.Length) break;
        }

        return page;
    }

    private static string? LineFault(IReadOnlyList<string> pages, IReadOnlyList<string> lines)
    {
        var text = new ComparableText(string.Join('\n', pages));
        var (from, before) = (0, "the beginning");
        foreach (var line in lines)
        {
            var wanted = new ComparableText(line).Text;
            var place = text.Text.IndexOf(wanted, from, StringComparison.Ordinal);
            if (place < 0)
            {
                var near = text.Text.IndexOf(wanted[..Math.Min(wanted.Length, 8)], from, StringComparison.Ordinal);
                return $"after {before} it should say '{line}', and says "
                    + $"'{text.Around(near < 0 ? from : near, Math.Max(Excerpt, line.Length))}'";
            }

            (from, before) = (place + wanted.Length, $"'{line}'");
        }

        return null;
    }
}
