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
            .. scorecard.Records is null ? (string[])[] : [ScorecardText.IncidentsTitle],
            .. sheet is null ? (string[])[] : [SheetText.Title, SheetText.RestatementsTitle, SheetText.WaiversTitle, SheetText.ActionsTitle],
            .. scorecard.Records is null ? (string[])[] :
                [ScorecardText.AppendixTitle, ScorecardText.DefinitionsTitle, ScorecardText.SourcesTitle, ScorecardText.AgainTitle],
        ];
    }

    private static IEnumerable<string> Bookmarks(ThemeSection section)
    {
        yield return section.Heading;
        foreach (var detail in section.Kpis)
        {
            yield return detail.Kpi.Definition.Name;
            if (section.OpenIncidents is not null && detail == section.LastWithOpenIncidents) yield return "Open incidents";
        }

        if (section.SchemaChanges is not null) yield return ScorecardText.SchemaChangesTitle;
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
        .. scorecard.Records is { } records ? Incidents(records.Incidents) : [],
        .. sheet?.Lines(text) ?? [],
        .. scorecard.Records is { } listed ? Appendix(listed) : [],
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

        foreach (var kind in ChangeList.InOrder(scorecard.Highlights.Changes))
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
        yield return section.Heading;
        yield return sheet?.Words(section.Name);
        foreach (var detail in section.Kpis)
        {
            foreach (var line in Detail(detail)) yield return line;
            if (detail == section.LastWithOpenIncidents)
                foreach (var line in OpenIncidents(section)) yield return line;
        }

        if (section.Undefined.Count > 0) yield return ScorecardText.Undefined(section);
        foreach (var kpi in section.Undefined.Select(k => k.Definition))
            if (sheet?.Words(kpi.Id) is { } words) yield return Cells(kpi.Name, words);
        if (section.SchemaChanges is { Count: 0 }) yield return ScorecardText.NoSchemaChanges;
        foreach (var change in section.SchemaChanges ?? [])
            yield return Cells(change.Kind, text.Count(change.Changes), text.Count(change.Breaking), text.Announced(change));
        if (section.LastWithOpenIncidents is null)
            foreach (var line in OpenIncidents(section)) yield return line;
    }

    private IEnumerable<string> Incidents(IReadOnlyList<IncidentStory> incidents) =>
    [
        ScorecardText.IncidentsTitle,
        .. incidents.Count == 0 ? (string[])[text.NoIncidents] : [],
        .. incidents.Take(IncidentPages.Most).SelectMany(incident => incident.OpenActions.Take(IncidentPages.MostActions).Select(text.Promised).Prepend(Cells(
            ScorecardText.Severity(incident), incident.Title ?? incident.Key, text.About(incident), text.Beginning(incident),
            text.After(incident, incident.Detected), text.After(incident, incident.Acknowledged), text.Restored(incident),
            ScorecardText.Cause(incident), text.Postmortem(incident)))),
    ];

    private IEnumerable<string> Appendix(ScorecardRecords records) =>
    [
        ScorecardText.AppendixTitle,
        ScorecardText.DefinitionsTitle,
        .. scorecard.Kpis.SelectMany(kpi => (string[])[kpi.Definition.Name, kpi.Definition.Formula, text.Source(kpi)]),
        ScorecardText.SourcesTitle,
        .. records.Sources.Count == 0 ? (string[])[ScorecardText.NoSources] : [],
        .. records.Sources.Select(source => Cells(
            ScorecardText.NameOf(source), text.Count(source.Payloads), text.Count(source.Records), text.Count(source.Rejected), text.Moment(source.LastAt))),
        ScorecardText.AgainTitle,
        .. text.Again,
    ];

    private IEnumerable<string> Detail(KpiDetail detail)
    {
        var kpi = detail.Kpi;
        yield return Cells(kpi.Definition.Name, kpi.Status.Word);
        foreach (var figure in kpi.Charted.Where(figure => figure.Row.Value is not null))
            yield return Cells(figure.IsTotal ? "" : figure.Label, text.Value(figure.Row));
        if (sheet?.Words(kpi.Definition.Id) is { } words) yield return words;

        if (detail.Teams is { } teams)
            foreach (var team in teams.Teams)
                yield return Team(kpi, teams, team);

        if (detail.Datasets is { Level: { } level } same)
            yield return Cells("all", text.Count(same.Count), "datasets stand at", text.Value(level, kpi.Definition));
        if (detail.Datasets is { } datasets)
            foreach (var row in datasets.Worst.Concat(datasets.Best))
                yield return Cells(row.Group[Dimension.Dataset], text.Value(row), "n", text.Count(row.N));
        foreach (var other in detail.Others)
            foreach (var line in other.Rows.Select(row => Cells(ScorecardText.NameOf(row, other.By), text.Value(row), text.Change(row))).Prepend(text.Caption(other)))
                yield return line;
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
