namespace Metrics.Model;

/// <summary>How long a calendar bucket is, from fine to coarse. Weeks are ISO weeks; quarters and years are fiscal.</summary>
public enum Grain
{
    Day,
    Week,
    Month,
    Quarter,
    Year,
}
