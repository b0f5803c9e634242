namespace Metrics.Model.Facts;

/// <summary>A periodic review of who has access.</summary>
[Fact("access_review", "access_reviews")]
public sealed record AccessReview : Fact
{
    [Key] public required string ReviewId { get; init; }
    public string? Scope { get; init; }
    public string? Dataset { get; init; }
    public DateOnly? DueOn { get; init; }
    public DateOnly? CompletedOn { get; init; }
    public int? GrantsReviewed { get; init; }
    public int? GrantsRevoked { get; init; }
}
