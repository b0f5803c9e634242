namespace Metrics.Scorecards.Printing;

/// <summary>What a PDF has to be and to say.</summary>
/// <param name="Title">The document's title.</param>
/// <param name="Footer">At the foot of every page, before its number.</param>
/// <param name="Bookmarks">Every bookmark, in order.</param>
/// <param name="Lines">What must be read, in this order; within a line nothing may stand between its words but space.</param>
public sealed record PdfExpectation(string Title, string Footer, IReadOnlyList<string> Bookmarks, IReadOnlyList<string> Lines)
{
    public int FewestPages { get; init; } = 2;

    /// <summary>More would be a fault of layout.</summary>
    public int MostPages { get; init; } = 200;
}
