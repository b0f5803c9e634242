namespace Metrics.Model;

/// <summary>What a KPI is measured in, as spelled in its file.</summary>
public static class Units
{
    /// <summary>A fraction, usually between 0 and 1; printed as a percentage.</summary>
    public const string Ratio = "ratio";

    /// <summary>Elapsed hours.</summary>
    public const string Hours = "hours";

    /// <summary>Elapsed days of 24 hours.</summary>
    public const string Days = "days";

    /// <summary>24 elapsed hours on business days each.</summary>
    public const string BusinessDays = "business_days";

    /// <summary>Events in a calendar month.</summary>
    public const string PerMonth = "per_month";

    /// <summary>Points on a scale from 1 to 5.</summary>
    public const string Score = "score";

    /// <summary>Money, in a currency given beside it, for one unit of use.</summary>
    public const string MoneyPerUnit = "money_per_unit";

    /// <summary>A number of things.</summary>
    public const string Count = "count";

    public static IReadOnlyList<string> All { get; } = [Ratio, Hours, Days, BusinessDays, PerMonth, Score, MoneyPerUnit, Count];
}
