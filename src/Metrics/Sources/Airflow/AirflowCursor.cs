namespace Metrics.Sources.Airflow;

/// <summary>Where a pull stands.</summary>
internal sealed record AirflowCursor
{
    /// <summary>Everything that changed before has been read; null before the first whole pass.</summary>
    public DateTimeOffset? ReadUntil { get; init; }

    /// <summary>The pass that is under way; null between passes.</summary>
    public AirflowPass? Pass { get; init; }

    /// <summary>The hash of the DAGs and assets as they were last written: the same again say nothing new.</summary>
    public string? Catalogue { get; init; }
}

/// <summary>One reading of what changed since a moment.</summary>
/// <param name="From">What changed from then on, with an overlap.</param>
/// <param name="Until">The server's clock when the pass began: what changes from then on is the next pass's.</param>
/// <param name="Stage">Which listing is being read.</param>
/// <param name="Offset">How many of its rows have been read.</param>
/// <param name="Total">How many it had at the last page.</param>
internal sealed record AirflowPass(DateTimeOffset From, DateTimeOffset Until, AirflowStage Stage, int Offset = 0, int Total = 0);

/// <summary>The listings of a pass, in order.</summary>
internal enum AirflowStage
{
    /// <summary>Runs by the moment of their last change.</summary>
    ChangedRuns,

    /// <summary>On servers before 2.6: runs that ended …</summary>
    EndedRuns,

    /// <summary>… and those that have not.</summary>
    OpenRuns,

    /// <summary>What was done to assets.</summary>
    Events,
}
