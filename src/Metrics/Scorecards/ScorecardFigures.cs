using Metrics.Kpis;
using Metrics.Model;
using Metrics.Scorecards.Document;
using Metrics.Scorecards.Editions;
using Metrics.Scorecards.Printing;

namespace Metrics.Scorecards;

/// <summary>Every figure that a printed scorecard must show, in reading order. Made from the evaluation and not from the HTML,
/// so that a fault of the document is found and not repeated.</summary>
internal sealed class ScorecardFigures(Scorecard scorecard, ScorecardStyle style)
{
    private readonly ScorecardText text = new(scorecard, style);
    private readonly SheetText? sheet = scorecard.Sheet is null ? null : new SheetText(scorecard);

    public PdfExpectation Expectation(string footer) => new(scorecard.Title, footer, [.. Bookmarks()], [.. Lines().OfType<string>()]);

    private IEnumerable<string> Bookmarks()
    {
        var previous = scorecard.Period.Previous.Text;
        return
        [
            scorecard.Title,
            scorecard.Highlights.Headline,
            $"Largest moves since {previous}",
            $"What changed since {previous}",
            "Key performance indicators",
            .. scorecard.Kpis.Select(kpi => kpi.Definition.Category.ToString()).Distinct(),
            .. sheet is { Shifts.Count: > 0 } ? (string[])[SheetText.ShiftsTitle] : [],
            .. scorecard.Sections.SelectMany(Bookmarks),
            .. sheet is null ? (string[])[] : [SheetText.Title, SheetText.RestatementsTitle, SheetText.WaiversTitle, SheetText.ActionsTitle],
        ];
    }

    private static IEnumerable<string> Bookmarks(ThemeSection section)
    {
        yield return section.Name;
        foreach (var detail in section.Kpis)
        {
            yield return detail.Kpi.Definition.Name;
            if (section.OpenIncidents is not null && detail == section.LastWithOpenIncidents) yield return "Open incidents";
        }

        if (section.OpenIncidents is not null && section.LastWithOpenIncidents is null) yield return "Open incidents";
    }

    private IEnumerable<string?> Lines() =>
    [
        scorecard.Title,
        ScorecardText.Days(scorecard.Period),
        scorecard.Scope,
        text.Moment(scorecard.AsOf),
        text.DataCut,
        .. sheet?.Cover(text) ?? [],
        .. Summary(),
        "Key performance indicators",
        .. scorecard.Kpis.GroupBy(kpi => kpi.Definition.Category)
            .SelectMany(category => category.SelectMany(Rows)
                .Prepend(HasSection(category.Key) ? null : sheet?.Words(category.Key.ToString())).Prepend(category.Key.ToString())),
        .. sheet?.ShiftLines(text) ?? [],
        .. scorecard.Sections.SelectMany(Section),
        .. sheet?.Lines(text) ?? [],
    ];

    private bool HasSection(KpiCategory category) => scorecard.Sections.Any(section => section.Name == category.ToString());

    private IEnumerable<string?> Summary()
    {
        yield return scorecard.Highlights.Headline;
        yield return sheet?.Words(EditionSheet.SummaryTheme);
        foreach (var count in scorecard.Highlights.Counts) yield return Cells(text.Count(count.Kpis.Count), count.Sentence);
        foreach (var move in scorecard.Highlights.Better.Concat(scorecard.Highlights.Worse))
        {
            var row = move.Figure.Row;
            yield return Cells(ScorecardText.Name(move.Kpi, move.Figure), text.Change(row), "to", text.Value(row));
        }

        foreach (var kind in scorecard.Highlights.Changes.GroupBy(change => change.Kind))
            foreach (var change in kind.Take(ChangeList.Most))
                yield return Cells(ScorecardText.Name(change.Kpi, change.Figure), Before(change), change.Now.Word);
    }

    private static string Before(StatusChange change) => change.Before == change.Now ? "" : $"{change.Before.Word} →";

    private IEnumerable<string> Rows(ScorecardKpi kpi) =>
    [
        Row(kpi.Definition.Name, kpi.Total.Row, text.TargetOf(kpi), kpi.Status),
        .. kpi.Tiers.Select(tier => Row(tier.Label, tier.Row, text.Target(tier.Row), tier.Row.Status)),
        .. text.Notes(kpi),
    ];

    private string Row(string name, KpiRow row, string target, KpiStatus status) => Cells(
        name, text.Value(row), text.Interval(row), text.Adjusted(row), target, status.Word, text.Change(row), text.ChangeFromYearAgo(row),
        text.Count(row.N));

    private IEnumerable<string?> Section(ThemeSection section)
    {
        yield return section.Name;
        yield return sheet?.Words(section.Name);
        foreach (var detail in section.Kpis)
        {
            foreach (var line in Detail(detail)) yield return line;
            if (detail == section.LastWithOpenIncidents)
                foreach (var line in OpenIncidents(section)) yield return line;
        }

        if (section.LastWithOpenIncidents is null)
            foreach (var line in OpenIncidents(section)) yield return line;
    }

    private IEnumerable<string> Detail(KpiDetail detail)
    {
        var kpi = detail.Kpi;
        yield return Cells(kpi.Definition.Name, kpi.Status.Word);
        foreach (var figure in kpi.Charted.Where(figure => figure.Row.Value is not null))
            yield return Cells(figure.IsTotal ? "" : figure.Label, text.Value(figure.Row));

        if (detail.Teams is { } teams)
            foreach (var team in teams.Teams)
                yield return Team(kpi, teams, team);

        if (detail.Datasets is { Level: { } level } same)
            yield return Cells("all", text.Count(same.Count), "datasets stand at", text.Value(level, kpi.Definition));
        if (detail.Datasets is { } datasets)
            foreach (var row in datasets.Worst.Concat(datasets.Best))
                yield return Cells(row.Group[Dimension.Dataset], text.Value(row), "n", text.Count(row.N));
    }

    private string Team(ScorecardKpi kpi, TeamBreakdown teams, TeamFigures team)
    {
        var name = team.Team ?? TierLabel.Unassigned;
        var byTier = kpi.JudgedPerTier && teams.Tiers.Count > 0;
        string?[] middle = byTier
            ? [.. teams.Tiers.Select(tier => team.Tiers.TryGetValue(tier, out var row) ? text.Value(row) : NumberFormat.Nothing)]
            : [text.Change(team.Total), team.Total.Status.Word];
        return Cells([name, text.Value(team.Total), .. middle, text.Count(team.Total.N)]);
    }

    private IEnumerable<string> OpenIncidents(ThemeSection section) =>
        (section.OpenIncidents ?? []).Take(OpenIncidentTable.Most).Select(incident => Cells(
            incident.Severity ?? NumberFormat.Nothing,
            incident.Title ?? incident.Key,
            text.Datasets(incident),
            incident.Team ?? TierLabel.Unassigned,
            text.DayOf(incident.Since),
            text.Age(incident.Age)));

    private static string Cells(params IReadOnlyList<string?> cells) =>
        string.Join(' ', cells.Where(cell => !string.IsNullOrEmpty(cell)));
}
