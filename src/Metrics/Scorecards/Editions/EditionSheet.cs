using Metrics.Kpis;
using Metrics.Kpis.Waivers;
using Metrics.Model;

namespace Metrics.Scorecards.Editions;

/// <summary>What an edition says beside its figures.</summary>
public sealed record EditionSheet
{
    public required ScorecardEdition Edition { get; init; }

    /// <summary>The manager's words, by theme or KPI; those without any are left out.</summary>
    public IReadOnlyDictionary<string, Commentary> Commentary { get; init; } = new Dictionary<string, Commentary>();

    /// <summary>What has become of the figures of the editions before it.</summary>
    public IReadOnlyList<Restatement> Restatements { get; init; } = [];

    /// <summary>The waivers that count in its figures.</summary>
    public IReadOnlyList<Waiver> Waivers { get; init; } = [];

    /// <summary>What reviews have decided: what is open, and what was decided or done since the edition before.</summary>
    public IReadOnlyList<ReviewAction> Actions { get; init; } = [];

    /// <summary>Where the change of a ratio comes from, by KPI.</summary>
    public IReadOnlyDictionary<string, MixShift> MixShifts { get; init; } = new Dictionary<string, MixShift>();

    /// <summary>The themes that can be commented on, beside each KPI.</summary>
    public static IReadOnlyList<string> Themes { get; } = [SummaryTheme, .. Enum.GetNames<KpiCategory>()];

    /// <summary>The theme of words about the whole.</summary>
    public const string SummaryTheme = "Summary";
}

/// <summary>A manager's words on a theme or a KPI.</summary>
/// <param name="Theme">One of <see cref="EditionSheet.Themes"/>, or the id of a KPI.</param>
public sealed record Commentary(string Theme, string Text, string WrittenBy, DateTimeOffset WrittenAt);

/// <summary>A published figure that would be another today.</summary>
/// <param name="Edition">The edition that published it.</param>
/// <param name="Group">Empty for the total of the edition's scope.</param>
/// <param name="Now">What it would be, judged as of the edition's moment; null where there would be none.</param>
/// <param name="BatchFrom">The first batch since the data cut that changed it; null where none did.</param>
/// <param name="BatchTo">The last such batch.</param>
/// <param name="Reasons">Of <see cref="RestatementReason"/>, one or more.</param>
public sealed record Restatement(
    ScorecardEdition Edition, string Kpi, IReadOnlyDictionary<Dimension, string?> Group, double? Published, double? Now,
    long? BatchFrom, long? BatchTo, IReadOnlyList<string> Reasons, DateTimeOffset FoundAt)
{
    /// <summary>The entry's number in the ledger.</summary>
    public long Number { get; init; }

    /// <summary>Whether it is what was published again.</summary>
    public bool IsSettled => Same(Published, Now);

    /// <summary>Equal but for the noise of floating point.</summary>
    internal static bool Same(double? one, double? other) =>
        one is null || other is null ? one is null && other is null : Exact.Of(one.Value) == Exact.Of(other.Value);
}

/// <summary>Why a published figure would be another today.</summary>
public static class RestatementReason
{
    public const string LateData = "late data";
    public const string Replay = "replay";
    public const string Deletion = "deletion";
    public const string Correction = "correction";
    public const string Revert = "batch reverted";
    public const string Catalogue = "catalogue correction";
    public const string Definition = "definition change";
    public const string Setting = "setting change";

    /// <summary>No record changed: what was still open then has been settled by time.</summary>
    public const string Matured = "matured";
}

/// <summary>What a review has decided.</summary>
/// <param name="IsDecision">It is on record and has nothing to be done.</param>
/// <param name="Owner">Null for a decision only.</param>
/// <param name="DoneAt">Null while it is open.</param>
public sealed record ReviewAction(
    long Number, long? Edition, ScorecardScope Scope, bool IsDecision, string Text, string? Owner, DateOnly? DueOn,
    string RaisedBy, DateTimeOffset RaisedAt, DateTimeOffset? DoneAt, string? DoneBy, string? Outcome)
{
    /// <summary>To be done and not done.</summary>
    public bool IsOpen => !IsDecision && DoneAt is null;
}
