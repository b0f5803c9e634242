using Metrics.Kpis.Definitions;
using Metrics.Model;

namespace Metrics.Tests.Kpis.Definitions;

internal static class KpiSamples
{
    public const string File = "queries/kpis/sample.sql";

    public const string Text = """
        /* ---
        id: sample
        name: Sample
        category: RELIABILITY
        owner: data-platform
        kind: ratio
        unit: ratio
        better: higher
        tolerance: 0.01
        reads: [incident]
        grains: [day, month, quarter]
        dimensions: [tier]
        targets: { tier0: "> 0.99", tier1: { target: "> 0.97", stretch: 0.99 } }
        description: What it measures.
        formula: How it is computed.
        --- */
        select detected_at as at, 1 as numerator, 1 as denominator
        from incident where detected_at >= @from and detected_at < @to
        """;

    public static KpiDefinition Valid { get; } = KpiLibrary.Load([(File, Text)])["sample"];
}
