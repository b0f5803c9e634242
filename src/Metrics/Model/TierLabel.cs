using System.Globalization;

namespace Metrics.Model;

/// <summary>What a tier is called on a page.</summary>
public static class TierLabel
{
    /// <summary>The label of records that belong to no tier.</summary>
    public const string Unassigned = "Unassigned";

    /// <param name="tier">0 (the most critical) to 2; null for no tier.</param>
    public static string Of(int? tier) => tier switch
    {
        null => Unassigned,
        >= 0 and <= 2 => string.Create(CultureInfo.InvariantCulture, $"Tier {tier}"),
        _ => throw new ArgumentOutOfRangeException(nameof(tier), tier, "Tiers are 0, 1 and 2; null is Unassigned."),
    };
}
