namespace Metrics.Model.Facts;

/// <summary>One stakeholder's answer.</summary>
[Fact("survey_response", "survey_responses"), AboutPeople(5)]
[RefersTo("survey_invitation", "survey"), RefersTo("survey_response", "survey")]
public sealed record SurveyResponse : Fact
{
    [Key] public required string Survey { get; init; }
    [Key] public required string ResponseId { get; init; }
    public DateTimeOffset? RespondedAt { get; init; }
    public string? StakeholderGroup { get; init; }
    public string? Team { get; init; }

    /// <summary>1 to <see cref="ScaleMax"/>.</summary>
    public decimal? Score { get; init; }

    public int? ScaleMax { get; init; }
    [Personal] public string? Comment { get; init; }

    public override string? Fault() => ScaleMax is { } highest ? Outside("score", Score, 1, highest) : null;
}
