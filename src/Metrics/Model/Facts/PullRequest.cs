namespace Metrics.Model.Facts;

/// <summary>A pull request.</summary>
[Fact("pull_request", "pull_requests")]
public sealed record PullRequest : Fact
{
    [Key] public required string Repository { get; init; }
    [Key] public required string Number { get; init; }
    public string? Title { get; init; }
    [Redacted] public string? Author { get; init; }
    public bool AuthorIsBot { get; init; }
    public string? Team { get; init; }

    /// <summary>When it became ready for review.</summary>
    public DateTimeOffset? DraftUntil { get; init; }

    public DateTimeOffset? OpenedAt { get; init; }
    public DateTimeOffset? FirstReviewAt { get; init; }
    public DateTimeOffset? ApprovedAt { get; init; }
    public DateTimeOffset? MergedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public int? Additions { get; init; }
    public int? Deletions { get; init; }

    /// <summary>Empty counts as true.</summary>
    public bool IsDataCode { get; init; } = true;

    public override string? Fault() => EndBeforeStart("opened_at", OpenedAt, "merged_at", MergedAt);
}
