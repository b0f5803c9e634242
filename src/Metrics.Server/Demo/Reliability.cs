namespace Metrics.Server.Demo;

/// <summary>How often things go wrong in an ordinary quarter, for one run.</summary>
/// <param name="Blip">The first attempt fails, a retry succeeds.</param>
/// <param name="Dead">Every attempt fails; the next slot must do.</param>
/// <param name="Late">It starts hours late.</param>
internal sealed record Reliability(double Blip, double Dead, double Late)
{
    /// <summary>However bad the times, a good part of the loads is in time.</summary>
    private const double WorstLate = 0.55;

    /// <summary>Pipelines that are worse than their peers, and by how much: a review has to find somebody.</summary>
    private static readonly Dictionary<string, double> Troubled = new()
    {
        ["weather"] = 1.7,
        ["support_desk"] = 1.9,
        ["ads_networks"] = 1.6,
        ["price_watch"] = 1.5,
        ["platform_logs"] = 0.4,
        ["shop_catalogue"] = 0.5,
    };

    /// <summary>The same in better or worse times.</summary>
    public Reliability Under(double trouble, double delay) =>
        new(Blip * trouble, Dead * trouble, Math.Min(WorstLate, Late * delay));

    /// <summary>By the most critical tier that the pipeline loads, and by how often: an hourly one is dead for an hour.</summary>
    public static Reliability Of(SeedPipeline pipeline, int tier)
    {
        var isFrequent = pipeline.Schedule is { RunsPerDay: > 1 };
        var ordinary = tier switch
        {
            0 => isFrequent ? new Reliability(0.0030, 0.0012, 0.0010) : new Reliability(0.004, 0.008, 0.012),
            1 => isFrequent ? new Reliability(0.0090, 0.0045, 0.0050) : new Reliability(0.010, 0.022, 0.150),
            _ => isFrequent ? new Reliability(0.0200, 0.0200, 0.0150) : new Reliability(0.016, 0.032, 0.200),
        };
        var factor = Troubled.GetValueOrDefault(pipeline.Id, 1);
        return new Reliability(ordinary.Blip * factor, ordinary.Dead * factor, ordinary.Late * factor);
    }
}
