namespace Metrics.Scorecards.Notices;

/// <summary>Something that people are told once.</summary>
/// <param name="Key">What it is about: of two notices with one key the second is not told.</param>
/// <param name="Title">One line.</param>
/// <param name="Detail">A sentence or two; may be empty.</param>
/// <param name="At">When it was noticed.</param>
public sealed record Notice(string Key, NoticeKind Kind, string Title, string Detail, DateTimeOffset At)
{
    /// <summary>Where more is to be seen; null where nowhere.</summary>
    public Uri? Link { get; init; }
}

/// <summary>What notices are about.</summary>
public enum NoticeKind
{
    KpiMissed,
    IncidentOpened,
    BreakingSchemaChange,
    SourceStopped,
    ScorecardPublished,

    /// <summary>A scorecard was to be sent and is not published. For those who own it.</summary>
    ScorecardOverdue,

    /// <summary>A letter is in doubt or was refused. For those who own it.</summary>
    LetterTrouble,
}
