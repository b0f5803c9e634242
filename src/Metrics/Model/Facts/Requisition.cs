namespace Metrics.Model.Facts;

/// <summary>An open position.</summary>
[Fact("requisition", "requisitions")]
public sealed record Requisition : Fact
{
    [Key] public required string RequisitionId { get; init; }
    public string? Team { get; init; }
    public DateOnly? OpenedOn { get; init; }
    public DateOnly? FilledOn { get; init; }
    public DateOnly? CancelledOn { get; init; }
    public int? OffersExtended { get; init; }
    public int? OffersAccepted { get; init; }

    public override string? Fault() => OffersAccepted > OffersExtended
        ? $"offers_accepted is {OffersAccepted}, more than the {OffersExtended} that offers_extended gives"
        : null;
}
