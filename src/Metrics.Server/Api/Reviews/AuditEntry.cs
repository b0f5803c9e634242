using Metrics.Server.Api.Records;

namespace Metrics.Server.Api.Reviews;

/// <summary>Something that somebody did. Each entry's hash covers the one before it.</summary>
[From("audit.log v")]
public sealed record AuditEntry
{
    /// <summary>1, 2, 3 … without a gap.</summary>
    [Sql("v.entry")]
    public required long Number { get; init; }

    public required DateTimeOffset At { get; init; }

    [Sql("v.\"by\"")]
    public required string By { get; init; }

    /// <summary>Such as scorecard.published.</summary>
    public required string Action { get; init; }

    /// <summary>What it was done to, such as edition 12.</summary>
    public required string Subject { get; init; }

    /// <summary>As JSON.</summary>
    [Sql("v.detail::text")]
    public required string Detail { get; init; }

    /// <summary>The hash of the entry before, in lower-case hexadecimal.</summary>
    [Sql("encode(v.previous, 'hex')")]
    public required string Previous { get; init; }

    [Sql("encode(v.hash, 'hex')")]
    public required string Hash { get; init; }
}
