using System.Globalization;
using Metrics.Kpis;
using Metrics.Kpis.Waivers;
using Metrics.Model;

namespace Metrics.Scorecards.Editions;

/// <summary>The words of an edition beside its figures, as they are printed; what is read back is compared with these.</summary>
/// <param name="scorecard">With a sheet.</param>
internal sealed class SheetText(Scorecard scorecard)
{
    public const string Title = "Restatements, waivers, review actions";
    public const string RestatementsTitle = "Restatements";
    public const string WaiversTitle = "Waivers";
    public const string ActionsTitle = "Review actions";
    public const string ShiftsTitle = "Where changes come from";

    private readonly EditionSheet sheet = scorecard.Sheet!;

    private ScorecardEdition Edition => sheet.Edition;

    /// <summary>As many restatements as are listed.</summary>
    private const int Most = 40;

    /// <summary>Of totals, tiers and teams, as many as have room.</summary>
    public IReadOnlyList<Restatement> Restatements => [.. sheet.Restatements.Where(r => !r.Group.ContainsKey(Dimension.Dataset)).Take(Most)];

    /// <summary>How many there are that are not listed; null where all are.</summary>
    public string? MoreRestatements(ScorecardText text) => (sheet.Restatements.Count - Restatements.Count) switch
    {
        0 => null,
        1 => "One more, of a dataset, is in \"metrics scorecard restatements\".",
        var more => $"{text.Count(more)} more, of datasets and smaller groups, are in \"metrics scorecard restatements\".",
    };

    public IReadOnlyList<Waiver> Waivers => sheet.Waivers;

    public IReadOnlyList<ReviewAction> Actions => sheet.Actions;

    /// <summary>The ratios that changed and can be split, in the order of the KPIs.</summary>
    public IReadOnlyList<(KpiDefinition Kpi, MixShift Shift)> Shifts =>
    [
        .. scorecard.Kpis.Where(k => sheet.MixShifts.TryGetValue(k.Definition.Id, out var shift) && Moved(shift)).Select(k => (k.Definition, sheet.MixShifts[k.Definition.Id])),
    ];

    private static bool Moved(MixShift shift) => Exact.Of(shift.Change) != 0 || Exact.Of(shift.SameDatasets) != 0 || Exact.Of(shift.Composition) != 0;

    /// <summary>At the foot of every page.</summary>
    public string Mark => string.Create(CultureInfo.InvariantCulture,
        $"edition {Edition.Edition}{(Edition.State.IsFinal ? "" : $", {Edition.State.Word}: not published")}");

    public string Warning => Edition.State == EditionState.Draft
        ? "Draft: the figures are those of now, and nobody has signed them."
        : "In review: the figures are frozen, and nobody has approved them yet.";

    public string? Supersedes => Edition.Supersedes is { } other
        ? string.Create(CultureInfo.InvariantCulture, $"Takes the place of edition {other}: {Edition.Reason}")
        : null;

    /// <summary>The second line of the cover.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts(ScorecardText text) =>
    [
        ("Edition", string.Create(CultureInfo.InvariantCulture, $"{Edition.Number} (no. {Edition.Edition})")),
        ("State", Edition.State.IsFinal ? "published" : Edition.State.Word),
        ("Prepared by", Edition.PreparedBy),
        ("Approved by", Edition.ApprovedBy is { } by ? $"{by}, {text.DayOf(Edition.PublishedAt!.Value)}" : NumberFormat.Nothing),
    ];

    public IEnumerable<string?> Cover(ScorecardText text) =>
        [.. Facts(text).Select(f => f.Value), Supersedes, Edition.State.IsFinal ? null : Warning];

    public static IEnumerable<string> Paragraphs(Commentary words) =>
        words.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The words on a theme or KPI as one text; null where there are none.</summary>
    public string? Words(string theme) => sheet.Commentary.GetValueOrDefault(theme) is { } words
        ? string.Join(' ', Paragraphs(words)) + " " + words.WrittenBy
        : null;

    public static string Datasets(MixShift shift, ScorecardText text)
    {
        string?[] parts =
        [
            $"{text.Count(shift.Same)} same",
            shift.Entered == 0 ? null : $"{text.Count(shift.Entered)} entered",
            shift.Left == 0 ? null : $"{text.Count(shift.Left)} left",
            shift.ChangedTier == 0 ? null : $"{text.Count(shift.ChangedTier)} changed tier",
        ];
        return string.Join(", ", parts.Where(p => p is not null));
    }

    public IEnumerable<string> ShiftLines(ScorecardText text) => Shifts.Select(s => string.Join(' ',
        s.Kpi.Name, text.Difference(s.Shift.Change, s.Kpi), text.Difference(s.Shift.SameDatasets, s.Kpi),
        text.Difference(s.Shift.Composition, s.Kpi), Datasets(s.Shift, text)));

    public IEnumerable<string> Lines(ScorecardText text) =>
    [
        Title,
        RestatementsTitle,
        .. sheet.Restatements.Count == 0 ? (string[])[NoRestatements] : [],
        .. Restatements.Select(r => string.Join(' ',
            EditionOf(r), NameOf(r), ValueOf(r, r.Published, text), ValueOf(r, r.Now, text), BatchesOf(r), string.Join(", ", r.Reasons))),
        .. MoreRestatements(text) is { } more ? (string[])[more] : [],
        WaiversTitle,
        .. Waivers.Select(w => string.Join(' ', NameOf(w.Kpi), Waived(w), w.Reason, Signed(w), Day(w.ExpiresOn))),
        ActionsTitle,
        .. Actions.Select(a => string.Join(' ',
            text.Count(a.Number), a.Text, a.Owner ?? NumberFormat.Nothing, a.DueOn is { } due ? Day(due) : NumberFormat.Nothing, StateOf(a, text))),
    ];

    public string NoRestatements => Edition.Supersedes is null && Edition.Number == 1
        ? "No figure of an earlier edition is restated."
        : "No figure of the edition before is restated.";

    public static string EditionOf(Restatement entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{entry.Edition.Period.Text}, no. {entry.Edition.Edition}");

    public string NameOf(Restatement entry) => entry.Group.Count == 0
        ? NameOf(entry.Kpi)
        : $"{NameOf(entry.Kpi)}, {string.Join(", ", entry.Group.Select(GroupWord))}";

    public string NameOf(string kpi) => DefinitionOf(kpi)?.Name ?? kpi;

    public string ValueOf(Restatement entry, double? value, ScorecardText text) => DefinitionOf(entry.Kpi) is { } kpi
        ? text.Value(value, kpi)
        : value?.ToString("G6", CultureInfo.InvariantCulture) ?? NumberFormat.Nothing;

    public static string BatchesOf(Restatement entry) => (entry.BatchFrom, entry.BatchTo) switch
    {
        (null, _) or (_, null) => NumberFormat.Nothing,
        var (from, to) when from == to => string.Create(CultureInfo.InvariantCulture, $"{from}"),
        var (from, to) => string.Create(CultureInfo.InvariantCulture, $"{from} – {to}"),
    };

    public static string Waived(Waiver waiver) => $"{waiver.ScopeKind} {waiver.Scope}, {waiver.Period.Text}";

    public static string Signed(Waiver waiver) => $"{waiver.RequestedBy}, {waiver.ApprovedBy}";

    public static string Day(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    public string StateOf(ReviewAction action, ScorecardText text) => action switch
    {
        { IsDecision: true } => $"decided {text.DayOf(action.RaisedAt)}",
        { DoneAt: { } at } => $"done {text.DayOf(at)}{(action.Outcome is null ? "" : $": {action.Outcome}")}",
        { DueOn: { } due } when due < scorecard.Calendar.DayOf(scorecard.AsOf) => "open, overdue",
        _ => "open",
    };

    private static string GroupWord(KeyValuePair<Dimension, string?> part) => part.Key == Dimension.Tier
        ? TierLabel.Of(part.Value is { } tier ? int.Parse(tier, CultureInfo.InvariantCulture) : null)
        : $"{part.Key.ToString().ToLowerInvariant()} {part.Value ?? TierLabel.Unassigned}";

    private KpiDefinition? DefinitionOf(string kpi) => scorecard.Kpis.Select(k => k.Definition).FirstOrDefault(d => d.Id == kpi);
}
