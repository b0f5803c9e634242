using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>
/// The change of a ratio against the period before, in two parts that add up to it: what the same datasets did, and what came
/// from datasets entering, leaving or changing tier.
/// </summary>
/// <remarks>
/// With R the ratio over everything and r the ratio over the same datasets only, <c>R₁ − R₀ = (r₁ − r₀) + ((R₁ − r₁) − (R₀ − r₀))</c>.
/// The first part is the like-for-like change that retailers report of "same stores"; the second is what the others add to this
/// period's ratio, less what they added to the last one's.
/// </remarks>
/// <param name="Change">This period's ratio less the last one's.</param>
/// <param name="SameDatasets">The part of the datasets that were observed in both periods and kept their tier, and of records without any dataset.</param>
/// <param name="Composition">The rest: datasets that entered, left or changed tier.</param>
/// <param name="Same">How many datasets are the same.</param>
/// <param name="Entered">How many were observed in this period only.</param>
/// <param name="Left">How many were observed in the last period only.</param>
/// <param name="ChangedTier">How many were observed in both, in another tier.</param>
public sealed record MixShift(double Change, double SameDatasets, double Composition, int Same, int Entered, int Left, int ChangedTier)
{
    internal static async Task<MixShift?> OfAsync(
        EvaluationSnapshot snapshot, KpiDefinition kpi, ReportingSettings settings, Period period,
        IReadOnlyDictionary<Dimension, string?> where, RowLimit limit, CancellationToken cancellation)
    {
        if (kpi.Kind is not (KpiKind.Ratio or KpiKind.State) || kpi.IsCount || kpi.TargetsMetOf is not null || !kpi.Dimensions.Contains(Dimension.Dataset)
            || !kpi.Grains.Contains(period.Grain ?? Grain.Day) || !where.Keys.All(kpi.Dimensions.Contains))
        {
            return null;
        }

        var now = period.Evaluate(settings.Calendar, snapshot.Now);
        if (!now.Begun) return null;
        var sums = await IntervalSums.LoadAsync(
            snapshot, settings, new SumsWanted(kpi, [now, now.Previous], CellView.Told(limit, where.Keys.Append(Dimension.Dataset)), limit), wait: true, cancellation);
        var view = new CellView(limit, snapshot);
        return Of(In(now), In(now.Previous));

        List<(IReadOnlyList<(string Id, int? Tier)> Datasets, Aggregate Sum)> In(PeriodEvaluation evaluation) =>
        [
            .. view.Of(sums.In(evaluation), evaluation.Evaluated)
                .Where(c => KpiEvaluator.Matches(c.Key, where))
                .Select(c => ((IReadOnlyList<(string, int?)>)
                    [.. c.Key.Datasets.Select(d => (d, snapshot.Attribution.TierOf(d, evaluation.Evaluated.End)))], c.Value)),
        ];
    }

    /// <summary>From the parts of both periods, each with its datasets and their tiers.</summary>
    internal static MixShift? Of(
        IReadOnlyList<(IReadOnlyList<(string Id, int? Tier)> Datasets, Aggregate Sum)> now,
        IReadOnlyList<(IReadOnlyList<(string Id, int? Tier)> Datasets, Aggregate Sum)> before)
    {
        var (tiersNow, tiersBefore) = (TiersOf(now), TiersOf(before));
        var both = tiersNow.Keys.Where(tiersBefore.ContainsKey).ToList();
        var same = both.Where(d => tiersNow[d] == tiersBefore[d]).ToHashSet();
        if (Ratio(now, _ => true) is not { } ratioNow || Ratio(before, _ => true) is not { } ratioBefore) return null;

        var change = ratioNow - ratioBefore;

        // Nothing that could be the same in both periods: all of it is composition.
        var likeForLike = Ratio(now, IsSame) - Ratio(before, IsSame) ?? 0;
        return new MixShift(
            (double)change, (double)likeForLike, (double)(change - likeForLike), same.Count,
            tiersNow.Count - both.Count, tiersBefore.Count - both.Count, both.Count - same.Count);

        bool IsSame(IReadOnlyList<(string Id, int? Tier)> datasets) => datasets.All(d => same.Contains(d.Id));
    }

    private static Dictionary<string, int?> TiersOf(IEnumerable<(IReadOnlyList<(string Id, int? Tier)> Datasets, Aggregate Sum)> parts) =>
        parts.Where(p => p.Sum.N > 0).SelectMany(p => p.Datasets).DistinctBy(d => d.Id).ToDictionary(d => d.Id, d => d.Tier);

    private static decimal? Ratio(
        IEnumerable<(IReadOnlyList<(string Id, int? Tier)> Datasets, Aggregate Sum)> parts,
        Func<IReadOnlyList<(string Id, int? Tier)>, bool> counts)
    {
        var chosen = parts.Where(p => counts(p.Datasets)).ToList();
        var denominator = chosen.Sum(p => p.Sum.Denominator);
        return denominator == 0 ? null : chosen.Sum(p => p.Sum.Numerator) / denominator;
    }
}
