namespace Metrics.Model.Facts;

/// <summary>How many were asked.</summary>
[Fact("survey_invitation", "survey_invitations")]
public sealed record SurveyInvitation : Fact
{
    [Key] public required string Survey { get; init; }
    public DateTimeOffset? SentAt { get; init; }
    public int? Invited { get; init; }
    public string? Team { get; init; }

    public override string? Fault() => Negative("invited", Invited);
}
