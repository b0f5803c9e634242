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
    public bool Hides(PeriodEvaluation evaluation, IReadOnlyDictionary<Dimension, string?> group, IntervalSums sums) =>
        IsActive && Buckets(evaluation).Any(bucket => Hides(bucket.Whole, bucket.Part, group, sums));

    private bool Hides(PeriodEvaluation whole, PeriodEvaluation part, IReadOnlyDictionary<Dimension, string?> group, IntervalSums sums)
    {
        var records = Records(part);
        if (records == 0) return false;
        if (!disclosures.TryGetValue(whole.Evaluated, out var disclosure))
            disclosures[whole.Evaluated] = disclosure = Disclosure.Of(sums.In(whole), definition.Dimensions, definition.MinGroup);

        // A part of a bucket is another figure than the whole, and the two would tell the rest.
        return records != Records(whole) || !disclosure.Shows(group);

        long Records(PeriodEvaluation over) => sums.In(over)
            .Where(c => group.All(g => c.Key.Values(g.Key).Contains(g.Value))).Sum(c => c.Value.N);
    }

    private IEnumerable<(PeriodEvaluation Whole, PeriodEvaluation Part)> Buckets(PeriodEvaluation evaluation) =>
        from bucket in evaluation.Period.Buckets(definition.Grains.Min())
        let whole = bucket.Evaluate(calendar, now)
        where whole.Begun
        select (whole, new PeriodEvaluation(bucket, calendar, whole.Evaluated.End < evaluation.Evaluated.End ? whole.Evaluated.End : evaluation.Evaluated.End));
}
