using System.Globalization;
using Metrics.Kpis;
using Metrics.Model;

namespace Metrics.Scorecards;

/// <summary>Turns evaluated rows into the breakdowns of a section.</summary>
internal static class Breakdowns
{
    /// <summary>How many datasets are shown at each end.</summary>
    public const int RankedDatasets = 3;

    /// <summary>How many teams are shown: of more, the worst.</summary>
    public const int MostTeams = 15;

    /// <summary>How many rows of another dimension are shown.</summary>
    private const int MostOthers = 8;

    public static TeamBreakdown? ByTeam(KpiDefinition kpi, IEnumerable<KpiRow> teams, IEnumerable<KpiRow> teamTiers)
    {
        var all = teams.ToList();
        var shown = all.Count <= MostTeams ? all : [.. all
            .OrderByDescending(row => row.Value is null ? double.NegativeInfinity : Badness(kpi, row)).ThenByDescending(row => row.N)
            .ThenBy(row => row.Group[Dimension.Team], StringComparer.Ordinal).Take(MostTeams)];
        var byTeam = teamTiers.ToLookup(row => row.Group[Dimension.Team] ?? "");
        var figures = shown
            .OrderBy(row => row.Group[Dimension.Team] is null)
            .ThenBy(row => row.Group[Dimension.Team], StringComparer.Ordinal)
            .Select(row => new TeamFigures(row.Group[Dimension.Team], row, Tiers(byTeam[row.Group[Dimension.Team] ?? ""])))
            .ToList();
        return figures.Count == 0
            ? null
            : new TeamBreakdown(
                figures, [.. figures.SelectMany(team => team.Tiers.Keys).Distinct().Order()], figures[0].Total.Unattributed, all.Count - shown.Count);
    }

    /// <summary>Null where no row has a value.</summary>
    public static OtherBreakdown? ByOther(Dimension dimension, IEnumerable<KpiRow> rows)
    {
        var known = rows.Where(row => row.Value is not null && row.Group[dimension] is not null).ToList();
        if (known.Count == 0) return null;
        var ordered = dimension == Dimension.Service
            ? known.OrderByDescending(row => Math.Abs(row.Change ?? 0)).ThenBy(row => row.Group[dimension], StringComparer.Ordinal)
            : known.OrderBy(row => row.Group[dimension], StringComparer.Ordinal);
        return new OtherBreakdown(dimension, [.. ordered.Take(MostOthers)], Math.Max(0, known.Count - MostOthers));
    }

    public static DatasetRanking? ByDataset(KpiDefinition kpi, IEnumerable<KpiRow> datasets)
    {
        var known = datasets
            .Where(row => row.Value is not null && row.Group[Dimension.Dataset] is not null
                && row.Status is not KpiStatus.InsufficientData)
            .ToList();
        if (known.Count == 0) return null;

        var level = known.Count > 1 && known.All(row => Exact.Of(row.Value!.Value) == Exact.Of(known[0].Value!.Value))
            ? known[0].Value
            : null;
        if (level is not null) return new DatasetRanking([], [], known.Count, level);

        var worst = Ranked(known, row => Badness(kpi, row)).Take(RankedDatasets).ToList();
        var best = kpi.CountsNothingAsZero
            ? []
            : Ranked(known.Except(worst), row => -Badness(kpi, row)).Take(RankedDatasets).ToList();
        return new DatasetRanking(worst, best, known.Count, Level: null);
    }

    /// <summary>Of equal values, the one with more observations comes first.</summary>
    private static IEnumerable<KpiRow> Ranked(IEnumerable<KpiRow> rows, Func<KpiRow, double> key) =>
        rows.OrderByDescending(key)
            .ThenByDescending(row => row.N)
            .ThenBy(row => row.Group[Dimension.Dataset], StringComparer.Ordinal);

    private static double Badness(KpiDefinition kpi, KpiRow row) =>
        kpi.Better == Direction.Higher ? -row.Value!.Value : row.Value!.Value;

    private static Dictionary<int, KpiRow> Tiers(IEnumerable<KpiRow> rows) =>
        rows.Where(row => row.Group[Dimension.Tier] is not null)
            .ToDictionary(row => int.Parse(row.Group[Dimension.Tier]!, CultureInfo.InvariantCulture));
}
