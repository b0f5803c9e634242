using System.Globalization;

namespace Metrics.Scorecards;

/// <summary>How a scorecard is printed; none of it changes a figure.</summary>
public sealed record ScorecardStyle
{
    /// <summary>Decides the decimal separator and grouping; the words are English. Default: British.</summary>
    public CultureInfo Culture { get; init; } = CultureInfo.GetCultureInfo("en-GB");

    /// <summary>Default: A4.</summary>
    public Paper Paper { get; init; } = Paper.A4;

    /// <summary>ISO 4217 code printed behind money; null prints none.</summary>
    public string? Currency { get; init; }
}

/// <summary>Paper in portrait.</summary>
public enum Paper
{
    /// <summary>210 mm × 297 mm.</summary>
    A4,

    /// <summary>8.5 in × 11 in.</summary>
    Letter,
}
