namespace Metrics.Model.Facts;

/// <summary>One execution of a check.</summary>
[Fact("check_result", "check_results"), RefersTo("check", "check_id")]
public sealed record CheckResult : Fact
{
    [Key] public required string CheckId { get; init; }
    [Key] public required DateTimeOffset RunAt { get; init; }
    public CheckStatus? Status { get; init; }
    public decimal? Value { get; init; }
    public string? Message { get; init; }
}
