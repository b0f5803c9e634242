namespace Metrics.Model.Facts;

/// <summary>One version of a dataset's catalogue entry, in force from <see cref="ValidFrom"/> until the next.</summary>
[Fact("dataset", "datasets"), Catalogue(shared: true)]
public sealed record Dataset : Fact
{
    [Key, Column("dataset")] public required string Id { get; init; }

    /// <summary>Inclusive; empty means since ever.</summary>
    [Key] public DateTimeOffset? ValidFrom { get; init; }

    public string? Name { get; init; }

    /// <summary>0 (most critical), 1 or 2.</summary>
    public int? Tier { get; init; }

    public string? Team { get; init; }
    public string? Domain { get; init; }
    public string? Description { get; init; }
    public string? DefinitionUrl { get; init; }
    public Classification? Classification { get; init; }
    public bool? ContainsPii { get; init; }

    /// <summary>The dataset is fresh while its last successful load is at most this old. Excludes a deadline.</summary>
    public TimeSpan? FreshnessMaxAge { get; init; }

    /// <summary>The dataset must have been loaded by this local time of day. Excludes a maximum age.</summary>
    public TimeOnly? FreshnessDeadline { get; init; }

    /// <summary>Days on which the deadline applies; empty means every day.</summary>
    public IReadOnlyList<Weekday> FreshnessDays { get; init; } = [];

    /// <summary>IANA zone of the deadline; empty means the reporting zone.</summary>
    public string? FreshnessTimezone { get; init; }

    public string? SlaUrl { get; init; }

    /// <summary>Empty counts as active.</summary>
    public Lifecycle? Lifecycle { get; init; }

    /// <summary>Check kinds that coverage demands; empty means the tier's default.</summary>
    public IReadOnlyList<CheckKind> RequiredChecks { get; init; } = [];

    public string? DataProduct { get; init; }

    public override string? Fault()
    {
        if (FreshnessMaxAge is not null && FreshnessDeadline is not null)
            return "both freshness_max_age and freshness_deadline are set; give one of them";
        if (FreshnessMaxAge <= TimeSpan.Zero)
            return $"freshness_max_age is {FreshnessMaxAge}; it must be longer than zero, such as PT2H";
        if (FreshnessTimezone is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            return $"freshness_timezone is \"{zone}\"; give an IANA name such as Europe/Berlin";
        return Outside("tier", Tier, 0, 2);
    }
}
