using Metrics.Kpis;
using Metrics.Model;

namespace Metrics.Scorecards;

/// <summary>Asks the evaluator for every figure of a scorecard. It computes no KPI value itself.</summary>
/// <param name="definitions">Every KPI, in the order in which a reader should meet them.</param>
/// <param name="calendar">The reporting calendar.</param>
/// <param name="evaluate">As <see cref="KpiEvaluator.EvaluateAsync"/>.</param>
/// <param name="evidence">The evidence of a KPI over a period.</param>
public sealed class ScorecardComposer(
    IReadOnlyList<KpiDefinition> definitions,
    ReportingCalendar calendar,
    Func<KpiRequest, CancellationToken, Task<IReadOnlyList<KpiRow>>> evaluate,
    Func<string, Period, CancellationToken, Task<IReadOnlyList<Observation>>> evidence)
{
    /// <summary>How many periods a trend shows, the one reported on included.</summary>
    public const int TrendLength = 8;

    /// <summary>A scorecard of the whole platform, of what is known now.</summary>
    public ScorecardComposer(KpiEvaluator evaluator)
        : this(
            evaluator.Definitions,
            evaluator.Calendar,
            evaluator.EvaluateAsync,
            (kpi, period, cancellation) =>
                evaluator.EvidenceAsync(kpi, period, new Dictionary<Dimension, string?>(), cancellation)) =>
        Records = async (period, cancellation) =>
        {
            await using var cut = await evaluator.CutAsync(cancellation);
            return await ScorecardRecords.ReadAsync(cut, period, ScorecardScope.Platform, cancellation);
        };

    /// <summary>Reads what is listed beside the figures; null to list nothing.</summary>
    public Func<Period, CancellationToken, Task<ScorecardRecords?>>? Records { get; init; }

    /// <exception cref="KpiException">The evaluator refuses the question; the message says what can be asked.</exception>
    public async Task<Scorecard> ComposeAsync(ScorecardRequest request, CancellationToken cancellation = default)
    {
        var kpis = await KpisAsync(request.Period, cancellation);
        var records = Records is null ? null : await Records(request.Period, cancellation);
        return new Scorecard
        {
            Organisation = request.Organisation,
            Scope = request.Scope,
            Period = request.Period,
            Calendar = calendar,
            AsOf = request.AsOf,
            DataCut = request.DataCut,
            Kpis = kpis,
            Highlights = HighlightsOf(kpis, request.Period),
            Sections = await SectionsAsync(kpis, records, request, cancellation),
            Records = records,
        };
    }

    /// <summary>The periods of a trend, oldest first; the last is <paramref name="period"/>.</summary>
    internal static IReadOnlyList<Period> TrendOf(Period period)
    {
        var periods = new LinkedList<Period>([period]);
        while (periods.Count < TrendLength) periods.AddFirst(periods.First!.Value.Previous);
        return [.. periods];
    }

    internal static Highlights HighlightsOf(IReadOnlyList<ScorecardKpi> kpis, Period period)
    {
        var counts = Headline.Count(kpis);
        return new Highlights(
            Headline.Of(kpis, period), counts, Moves.Better(kpis), Moves.Worse(kpis), StatusChanges.Of(kpis));
    }

    private async Task<IReadOnlyList<ScorecardKpi>> KpisAsync(Period period, CancellationToken cancellation)
    {
        var periods = TrendOf(period);
        var totals = await TotalsAsync(period, cancellation);
        var tiers = await ByAsync(period, [Dimension.Tier], cancellation);
        var totalTrends = await TrendsAsync(periods, [], cancellation);
        var tierTrends = await TrendsAsync(periods, [Dimension.Tier], cancellation);
        var companions = await CompanionsAsync(period, cancellation);

        return
        [
            .. totals.Select(total => new ScorecardKpi(
                total.Kpi,
                Figure(total, periods, totalTrends),
                [.. Shown(total.Kpi, tiers[total.Kpi.Id]).OrderBy(row => TierOrder(row)).Select(row => Figure(row, periods, tierTrends))],
                [.. total.Kpi.Companions.SelectMany(id => companions[id])])),
        ];
    }

    /// <summary>Tiers say something of a KPI that is judged per tier, or of which some tier has a record; else they are empty rows.</summary>
    private static List<KpiRow> Shown(KpiDefinition kpi, IEnumerable<KpiRow> tiers)
    {
        var rows = tiers.ToList();
        return kpi.IsJudgedPerTier || rows.Exists(row => row.Group.GetValueOrDefault(Dimension.Tier) is not null && row.N > 0) ? rows : [];
    }

    private async Task<IReadOnlyList<KpiRow>> TotalsAsync(Period period, CancellationToken cancellation) =>
        [.. (await evaluate(new KpiRequest(period), cancellation)).Where(row => !row.Kpi.Companion)];

    private async Task<ILookup<string, KpiRow>> CompanionsAsync(Period period, CancellationToken cancellation)
    {
        var wanted = definitions
            .Where(kpi => kpi.Companion && Exists(kpi, period))
            .Select(kpi => kpi.Id)
            .ToList();
        return wanted.Count == 0
            ? Nothing
            : (await evaluate(new KpiRequest(period) { Kpis = wanted }, cancellation)).ToLookup(row => row.Kpi.Id);
    }

    /// <summary>The rows of every KPI that has all these dimensions, by KPI.</summary>
    private async Task<ILookup<string, KpiRow>> ByAsync(
        Period period, IReadOnlyList<Dimension> by, CancellationToken cancellation)
    {
        var wanted = Having(by, period);
        if (wanted.Count == 0) return Nothing;

        var rows = await evaluate(new KpiRequest(period) { Kpis = wanted, By = by }, cancellation);
        return rows.Where(row => row.Status != KpiStatus.NotDefined).ToLookup(row => row.Kpi.Id);
    }

    private async Task<ILookup<string, KpiRow>> TrendsAsync(
        IReadOnlyList<Period> periods, IReadOnlyList<Dimension> by, CancellationToken cancellation)
    {
        var wanted = Having(by, periods[^1]);
        if (wanted.Count == 0) return Nothing;

        if (periods[^1].Grain is { } grain)
        {
            var whole = Period.Between(periods[0].Start, periods[^1].End, calendar);
            var buckets = await evaluate(new KpiRequest(whole) { Kpis = wanted, By = by, Grain = grain }, cancellation);
            return buckets.ToLookup(row => row.Kpi.Id);
        }

        var rows = new List<KpiRow>();
        foreach (var period in periods)
            rows.AddRange(await evaluate(new KpiRequest(period) { Kpis = wanted, By = by }, cancellation));
        return rows.ToLookup(row => row.Kpi.Id);
    }

    private async Task<IReadOnlyList<ThemeSection>> SectionsAsync(
        IReadOnlyList<ScorecardKpi> kpis, ScorecardRecords? records, ScorecardRequest request, CancellationToken cancellation)
    {
        var teams = await ByAsync(request.Period, [Dimension.Team], cancellation);
        var teamTiers = await ByAsync(request.Period, [Dimension.Team, Dimension.Tier], cancellation);
        var datasets = await ByAsync(request.Period, [Dimension.Dataset], cancellation);
        var others = new Dictionary<Dimension, ILookup<string, KpiRow>>();
        foreach (var dimension in Themes.OtherDimensions) others[dimension] = await ByAsync(request.Period, [dimension], cancellation);

        var sections = new List<ThemeSection>();
        foreach (var category in kpis.Select(kpi => kpi.Definition.Category).Distinct().Order())
        {
            var own = Themes.Of(category, kpis).ToList();
            sections.Add(new ThemeSection(
                category.ToString(),
                [.. own.Where(kpi => kpi.Status != KpiStatus.NotDefined).Select(Detail)],
                category == KpiCategory.Reliability ? await OpenIncidentsAsync(request, cancellation) : null)
            {
                Heading = Themes.Heading(category),
                Undefined = [.. own.Where(kpi => kpi.Status == KpiStatus.NotDefined)],
                SchemaChanges = category == KpiCategory.Governance ? records?.SchemaChanges : null,
            });
        }

        return sections;

        // One team that all records are of says nothing that the KPI does not say.
        TeamBreakdown? TeamsOf(ScorecardKpi kpi) =>
            Breakdowns.ByTeam(kpi.Definition, teams[kpi.Definition.Id], teamTiers[kpi.Definition.Id]) is { } found
            && !(found.Teams is [{ Team: not null } only] && only.Total.N == kpi.Total.Row.N) ? found : null;

        KpiDetail Detail(ScorecardKpi kpi) => new(
            kpi,
            TeamsOf(kpi),
            Breakdowns.ByDataset(kpi.Definition, datasets[kpi.Definition.Id]))
        {
            Others = [.. others.Select(other => Breakdowns.ByOther(other.Key, other.Value[kpi.Definition.Id])).OfType<OtherBreakdown>()],
        };
    }

    private async Task<IReadOnlyList<OpenIncident>?> OpenIncidentsAsync(ScorecardRequest request, CancellationToken cancellation)
    {
        if (definitions.All(kpi => kpi.Id != Themes.OpenIncidents)) return null;

        var open = await evidence(Themes.OpenIncidents, request.Period, cancellation);
        var end = request.Period.Evaluate(calendar, request.AsOf).Evaluated.End;
        return
        [
            .. open.Where(incident => incident.Excluded is null)
                .Select(incident => new OpenIncident(
                    incident.Record?.Key,
                    incident.Note,
                    incident.Cell.Severity,
                    incident.Cell.Team,
                    incident.Cell.Datasets,
                    incident.At,
                    end > incident.At ? end - incident.At : TimeSpan.Zero))
                .OrderBy(incident => incident.Severity is null)
                .ThenBy(incident => incident.Severity, StringComparer.Ordinal)
                .ThenBy(incident => incident.Since)
                .ThenBy(incident => incident.Key, StringComparer.Ordinal),
        ];
    }

    private List<string> Having(IReadOnlyList<Dimension> by, Period period) =>
    [
        .. definitions
            .Where(kpi => !kpi.Companion && Exists(kpi, period) && by.All(kpi.Dimensions.Contains))
            .Select(kpi => kpi.Id),
    ];

    private static bool Exists(KpiDefinition kpi, Period period) => kpi.Grains.Contains(period.Grain ?? Grain.Day);

    private static Figure Figure(KpiRow row, IReadOnlyList<Period> periods, ILookup<string, KpiRow> trends)
    {
        var points = new Dictionary<string, KpiRow>();
        foreach (var point in trends[row.Kpi.Id])
            if (SameGroup(point, row))
                points[point.Period.Text] = point;

        return new Figure(row, points.Count == 0 ? [] : [.. periods.Select(Point)]);

        TrendPoint Point(Period period) =>
            period.Text == row.Period.Text ? new(period, row.Value, row.Target, row.Status, row.Partial)
            : points.TryGetValue(period.Text, out var found)
                ? new(period, found.Value, found.Target, found.Status, found.Partial)
                : new(period, Value: null, Target: null, KpiStatus.NoData, Partial: false);
    }

    private static bool SameGroup(KpiRow one, KpiRow other) =>
        one.Group.Count == other.Group.Count
        && one.Group.All(pair => other.Group.TryGetValue(pair.Key, out var value) && value == pair.Value);

    private static string TierOrder(KpiRow row) => row.Group[Dimension.Tier] ?? "~";

    private static ILookup<string, KpiRow> Nothing { get; } = Array.Empty<KpiRow>().ToLookup(row => row.Kpi.Id);
}
