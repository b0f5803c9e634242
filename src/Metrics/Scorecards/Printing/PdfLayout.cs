namespace Metrics.Scorecards.Printing;

/// <summary>What is on every page.</summary>
/// <param name="Footer">One line at the left of the foot; the page number stands at the right.</param>
public sealed record PdfLayout(Paper Paper, string Footer);
