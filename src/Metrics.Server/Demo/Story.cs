namespace Metrics.Server.Demo;

/// <summary>The characters of the story by name. The seed must contain them; the tests hold it to that.</summary>
internal static class Story
{
    /// <summary>Becomes Tier 1 in the middle of the quarter two before the running one.</summary>
    public const string PromotedDataset = "serving.orders.recommendations";

    /// <summary>Deprecated three quarters ago; its loads end with it.</summary>
    public const string DeprecatedDataset = "raw.legacy.catalogue";

    /// <summary>Has a freshness target and never had a load.</summary>
    public const string NeverLoadedDataset = "raw.social.mentions";

    /// <summary>Runs and never says pass or fail, so it covers nothing.</summary>
    public const string CheckThatOnlyErrors = "raw.warehouse.stock_levels:referential:product_id";

    /// <summary>Has a run that started yesterday and has not ended.</summary>
    public const string HungPipeline = "hr_headcount";
}
