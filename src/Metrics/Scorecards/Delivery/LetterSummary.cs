using System.Globalization;
using Metrics.Model;

namespace Metrics.Scorecards.Delivery;

/// <summary>What the text and the HTML of a scorecard's email say alike.</summary>
public sealed class LetterSummary
{
    private const int Most = 8;

    public LetterSummary(PublishedScorecard published)
    {
        var (edition, scorecard) = (published.Edition, published.Scorecard);
        var text = new ScorecardText(scorecard, published.Style);
        Kicker = scorecard.Name;
        Period = scorecard.Period.Text;
        Title = scorecard.Title;
        Facts =
        [
            ("Period", ScorecardText.Days(scorecard.Period)),
            ("Scope", scorecard.Scope),
            ("As of", text.Moment(scorecard.AsOf)),
            ("Edition", string.Create(CultureInfo.InvariantCulture, $"{edition.Number}, approved by {edition.ApprovedBy}")),
        ];
        Headline = scorecard.Highlights.Headline;
        Counts = scorecard.Highlights.Counts;
        Link = published.Link;

        var missed = scorecard.Kpis.SelectMany(kpi => kpi.Judged.Where(f => f.Row.Status == KpiStatus.Missed)
            .Select(f => new LetterLine(
                ScorecardText.Name(kpi, f), text.Value(f.Row), $"target {text.Target(f.Row)}", KpiStatus.Missed))).ToList();
        var previous = scorecard.Period.Previous.Text;
        Sections =
        [
            new("Missed", [.. missed.Take(Most)], "No KPI missed its target."),
            new($"Better than in {previous}", Moves(scorecard.Highlights.Better, text), "No KPI moved noticeably for the better."),
            new($"Worse than in {previous}", Moves(scorecard.Highlights.Worse, text), "No KPI moved noticeably for the worse."),
        ];
        More = missed.Count - Most;
        Closing = (More > 0 ? $"{text.Count(More)} more missed their target. " : "")
            + "The whole scorecard is attached as a PDF. It does not change any more; its SHA-256 begins with "
            + $"{edition.PdfSha256?[..12]}.";
    }

    /// <summary>What kind of document it is, and whose.</summary>
    public string Kicker { get; }

    public string Period { get; }

    public string Title { get; }

    /// <summary>What the document is about, a line each.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts { get; }

    public string Headline { get; }

    public IReadOnlyList<StatusCount> Counts { get; }

    /// <summary>What was missed, and what moved.</summary>
    public IReadOnlyList<LetterSection> Sections { get; }

    /// <summary>The document in the service; null where nobody said what address the service has.</summary>
    public Uri? Link { get; }

    /// <summary>What is attached, and how to tell that it is the published one.</summary>
    public string Closing { get; }

    private int More { get; }

    private static List<LetterLine> Moves(IReadOnlyList<Move> moves, ScorecardText text) =>
        [.. moves.Select(m => new LetterLine(ScorecardText.Name(m.Kpi, m.Figure), text.Change(m.Figure.Row), $"to {text.Value(m.Figure.Row)}", m.Figure.Row.Status))];
}

/// <param name="None">What to say where there is no line.</param>
public sealed record LetterSection(string Title, IReadOnlyList<LetterLine> Lines, string None);

/// <summary>One KPI: a figure and what it is to be compared with.</summary>
public sealed record LetterLine(string Name, string Figure, string Beside, KpiStatus Status)
{
    public string Text => $"{Name}: {Figure}, {Beside}";
}
