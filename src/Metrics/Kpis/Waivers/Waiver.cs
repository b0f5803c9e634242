using Metrics.Model;

namespace Metrics.Kpis.Waivers;

/// <summary>What need not count against anybody: a KPI, over a period, of a dataset, a team or an incident.</summary>
public sealed record Waiver
{
    public required long Number { get; init; }

    public required string Kpi { get; init; }

    public required Period Period { get; init; }

    public required WaiverScope ScopeKind { get; init; }

    /// <summary>The dataset, the team, or the key of the incident.</summary>
    public required string Scope { get; init; }

    /// <summary>Such as a planned migration, or a vendor's outage.</summary>
    public required string Reason { get; init; }

    public required string RequestedBy { get; init; }

    public required string ApprovedBy { get; init; }

    public required DateTimeOffset AddedAt { get; init; }

    /// <summary>From the beginning of this day on, in the reporting zone, it does not count.</summary>
    public required DateOnly ExpiresOn { get; init; }

    /// <summary>Null while nobody took it back.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    public string? RevokedBy { get; init; }

    public string? RevokeReason { get; init; }

    /// <summary>Whether it counts: added, neither revoked nor expired.</summary>
    public bool CountsAt(DateTimeOffset moment, ReportingCalendar calendar) =>
        AddedAt <= moment && (RevokedAt is null || moment < RevokedAt) && calendar.DayOf(moment) < ExpiresOn;
}

/// <summary>What a waiver is about.</summary>
public enum WaiverScope
{
    /// <summary>Records about this dataset and no other.</summary>
    Dataset,

    /// <summary>Records of this team.</summary>
    Team,

    /// <summary>One incident, and what belongs to it.</summary>
    Incident,
}

/// <summary>The waivers that count at a moment.</summary>
internal sealed class WaiverBook(IReadOnlyList<Waiver> waivers, ReportingCalendar calendar)
{
    private readonly ILookup<string, Waiver> byKpi = waivers.ToLookup(w => w.Kpi);

    public IReadOnlyList<Waiver> All => waivers;

    /// <summary>Whether any waiver of a KPI reaches into an interval. A state is read at the interval's end, which is not in it.</summary>
    public bool Reach(string kpi, Interval interval) => byKpi[kpi].Any(w => BoundsOf(w) is var bounds
        && bounds.Start < interval.End && bounds.End > interval.Start);

    /// <summary>The waiver of a record that would count; null where it has none.</summary>
    public Waiver? Of(string kpi, RawObservation row, Cell cell) =>
        row.Excluded is not null || !byKpi.Contains(kpi) ? null : byKpi[kpi].FirstOrDefault(w => BoundsOf(w) is var bounds
            && bounds.Start <= row.At && row.At < bounds.End && Covers(w, row, cell));

    private static bool Covers(Waiver waiver, RawObservation row, Cell cell) => waiver.ScopeKind switch
    {
        WaiverScope.Dataset => cell.Datasets is [var only] && only == waiver.Scope,
        WaiverScope.Team => cell.Team == waiver.Scope,
        WaiverScope.Incident => ObservationQuery.RecordOf(row.Record) is { Fact: "incident" or "postmortem_action" or "postmortem" } record
            && record.Key.Split('/').Contains(waiver.Scope, StringComparer.Ordinal),
    };

    private Interval BoundsOf(Waiver waiver) => waiver.Period.Bounds(calendar);
}
