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

    /// <summary>A group's parts within a limit, by team and domain as far as the KPI has them; null for one that is within it only in part.</summary>
    private IEnumerable<IReadOnlyDictionary<Dimension, string?>?> Parts(
        PeriodEvaluation whole, IReadOnlyDictionary<Dimension, string?> group, IntervalSums sums, RowLimit limit)
    {
        var by = definition.Dimensions.Where(d => d is Dimension.Team or Dimension.Domain).ToList();
        var cells = sums.In(whole).Keys.Where(c => Matches(c, group)).ToList();
        foreach (var part in cells.GroupBy(c => string.Join('\u001f', by.Select(d => c.Values(d)[0] ?? "\u0000"))))
        {
            var seen = part.Count(c => limit.Allows(c.Team, c.Domain));
            if (seen == 0) continue;
            yield return seen < part.Count()
                ? null
                : group.Where(g => !by.Contains(g.Key)).Concat(by.Select(d => KeyValuePair.Create(d, part.First().Values(d)[0]))).ToDictionary();
        }
    }

    private static bool Matches(Cell cell, IReadOnlyDictionary<Dimension, string?> group) => group.All(g => cell.Values(g.Key).Contains(g.Value));

    private bool Hides(PeriodEvaluation whole, PeriodEvaluation part, IReadOnlyDictionary<Dimension, string?> group, IntervalSums sums)
    {
        var records = Records(part);
        if (records == 0) return false;
        if (!disclosures.TryGetValue(whole.Evaluated, out var disclosure))
            disclosures[whole.Evaluated] = disclosure = Disclosure.Of(sums.In(whole), definition.Dimensions, definition.MinGroup);

        // A part of a bucket is another figure than the whole, and the two would tell the rest.
        return records != Records(whole) || !disclosure.Shows(group);

        long Records(PeriodEvaluation over) => sums.In(over)
            .Where(c => Matches(c.Key, group)).Sum(c => c.Value.N);
    }

    private IEnumerable<(PeriodEvaluation Whole, PeriodEvaluation Part)> Buckets(PeriodEvaluation evaluation) =>
        from bucket in evaluation.Period.Buckets(definition.Grains.Min())
        let whole = bucket.Evaluate(calendar, now)
        where whole.Begun
        select (whole, new PeriodEvaluation(bucket, calendar, whole.Evaluated.End < evaluation.Evaluated.End ? whole.Evaluated.End : evaluation.Evaluated.End));
}
