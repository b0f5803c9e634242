namespace Metrics.Model.Facts;

/// <summary>A change of a dataset's schema.</summary>
[Fact("schema_change", "schema_changes")]
public sealed record SchemaChange : Fact
{
    [Key] public required string ChangeId { get; init; }
    public string? Dataset { get; init; }
    public DateTimeOffset? DetectedAt { get; init; }
    public SchemaChangeKind? Change { get; init; }
    public string? Column { get; init; }
    public string? From { get; init; }
    public string? To { get; init; }
    public bool Breaking { get; init; }
    public DateTimeOffset? EffectiveAt { get; init; }
    public DateTimeOffset? NotifiedAt { get; init; }
    public string? ContractId { get; init; }
}
