using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>The one way to compute a number.</summary>
public sealed class KpiEvaluator(ReportingCalendar calendar, IReadOnlyList<KpiDefinition> definitions)
{
    /// <summary>The definitions, in order of category and name.</summary>
    public IReadOnlyList<KpiDefinition> Definitions => definitions;

    /// <summary>The reporting calendar in force.</summary>
    public ReportingCalendar Calendar => calendar;

    /// <summary>One row per KPI, bucket and group, in the order of definition, bucket and group.</summary>
    /// <exception cref="KpiException">One KPI alone was asked for at a grain or by a dimension that it does not have.</exception>
    public Task<IReadOnlyList<KpiRow>> EvaluateAsync(KpiRequest request, CancellationToken cancellation = default) => throw new InvalidOperationException(calendar.ToString());

    /// <summary>The records behind a value, those left out included.</summary>
    public Task<IReadOnlyList<Observation>> EvidenceAsync(
        string kpi, Period period, IReadOnlyDictionary<Dimension, string?> where, CancellationToken cancellation = default) => throw new InvalidOperationException(calendar.ToString());
}

/// <summary>A question that cannot be answered as it was put; the message says what can be asked.</summary>
public sealed class KpiException(string message) : Exception(message);
