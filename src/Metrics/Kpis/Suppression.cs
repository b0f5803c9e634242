using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>
/// Decides, of a KPI about people, which groups of a period may be shown: those that may be in every bucket of its finest grain
/// in which they have records. What may be shown in a bucket depends on its records alone and never on what is asked.
/// </summary>
internal sealed class Suppression
{
    private readonly KpiDefinition definition;
    private readonly ReportingCalendar calendar;
    private readonly DateTimeOffset now;
    private readonly Dictionary<Interval, Disclosure> disclosures = [];

    public Suppression(KpiDefinition definition, ReportingCalendar calendar, DateTimeOffset now) =>
        (this.definition, this.calendar, this.now) = (definition, calendar, now);

    public bool IsActive => definition.MinGroup > 0;

    public string Reason => $"Suppressed: fewer than {definition.MinGroup} people, here or in a group that this would reveal.";

    /// <summary>What must be known of each period to decide: its buckets, as they are now and as far as they were evaluated.</summary>
    public IEnumerable<PeriodEvaluation> Needs(IEnumerable<PeriodEvaluation> evaluations) =>
        IsActive ? evaluations.SelectMany(Buckets).SelectMany(b => new[] { b.Whole, b.Part }) : [];

    /// <summary>Whether a group's figure must not be shown.</summary>
    /// <param name="limit">
    /// What of the group is seen. That is another figure than the group's, and must be a sum of figures that may be shown, or it would
    /// tell more than they do.
    /// </param>
    public bool Hides(PeriodEvaluation evaluation, IReadOnlyDictionary<Dimension, string?> group, IntervalSums sums, RowLimit limit) =>
        IsActive && Buckets(evaluation).Any(bucket => limit.IsEverything
            ? Hides(bucket.Whole, bucket.Part, group, sums)
            : Parts(bucket.Whole, group, sums, limit).Any(p => p is null || Hides(bucket.Whole, bucket.Part, p, sums)));

    /// <summary>
    /// All who were asked are no group among others: where a definition calls fewer answers insufficient, their figure is shown and says
    /// so. No group's is then told by it but one that nearly all belong to.
    /// </summary>
    private bool IsEverybody(IReadOnlyDictionary<Dimension, string?> group) => group.Count == 0 && definition.MinSample >= definition.MinGroup;

    /// <summary>Groups that together are what of a group is within a limit, each record in one of them; null for what is no group.</summary>
    private IEnumerable<IReadOnlyDictionary<Dimension, string?>?> Parts(
        PeriodEvaluation whole, IReadOnlyDictionary<Dimension, string?> group, IntervalSums sums, RowLimit limit)
    {
        var cells = sums.In(whole).Keys.Where(c => Matches(c, group)).ToList();
        var domains = cells.Select(c => c.Domain).OfType<string>().Distinct().Where(limit.Domains.Contains).ToList();
        foreach (var domain in domains) yield return Part((Dimension.Domain, domain));
        foreach (var team in cells.Where(c => limit.Allows(c.Team, domain: null)).GroupBy(c => c.Team))
        {
            var rest = team.Select(c => c.Domain).Distinct().Where(d => d is null || !domains.Contains(d)).ToList();
            if (rest.Count == team.Select(c => c.Domain).Distinct().Count()) yield return Part((Dimension.Team, team.Key));
            else
                foreach (var domain in rest) yield return Part((Dimension.Team, team.Key), (Dimension.Domain, domain));
        }

        IReadOnlyDictionary<Dimension, string?>? Part(params (Dimension Dimension, string? Value)[] named) =>
            named.All(n => definition.Dimensions.Contains(n.Dimension))
                ? group.Where(g => !named.Any(n => n.Dimension == g.Key)).Concat(named.Select(n => KeyValuePair.Create(n.Dimension, n.Value))).ToDictionary()
                : null;
    }

    private static bool Matches(Cell cell, IReadOnlyDictionary<Dimension, string?> group) => group.All(g => cell.Values(g.Key).Contains(g.Value));

    private bool Hides(PeriodEvaluation whole, PeriodEvaluation part, IReadOnlyDictionary<Dimension, string?> group, IntervalSums sums)
    {
        var records = Records(part);
        if (records == 0) return false;
        if (!disclosures.TryGetValue(whole.Evaluated, out var disclosure))
            disclosures[whole.Evaluated] = disclosure = Disclosure.Of(sums.In(whole), definition.Dimensions, definition.MinGroup);

        // A part of a bucket is another figure than the whole, and the two would tell the rest.
        return records != Records(whole) || !(IsEverybody(group) || disclosure.Shows(group));

        long Records(PeriodEvaluation over) => sums.In(over)
            .Where(c => Matches(c.Key, group)).Sum(c => c.Value.N);
    }

    private IEnumerable<(PeriodEvaluation Whole, PeriodEvaluation Part)> Buckets(PeriodEvaluation evaluation) =>
        from bucket in evaluation.Period.Buckets(definition.Grains.Min())
        let whole = bucket.Evaluate(calendar, now)
        where whole.Begun
        select (whole, new PeriodEvaluation(bucket, calendar, whole.Evaluated.End < evaluation.Evaluated.End ? whole.Evaluated.End : evaluation.Evaluated.End));
}
