using System.Globalization;

namespace Metrics.Tests.Kpis.Reference;

internal sealed partial class RandomCompany
{
    private static readonly DateOnly[] QuarterStarts =
        [new(2025, 4, 1), new(2025, 5, 1), new(2026, 1, 1), new(2026, 2, 1), new(2026, 4, 1), new(2026, 4, 1), new(2026, 5, 1), new(2026, 7, 1)];

    private void Delivery()
    {
        for (var i = 0; i < 70; i++) company.Changes.Add(Change($"c{i}"));
        for (var i = 0; i < 120; i++) company.RoadmapItems.Add(RoadmapItem($"r{i}"));
        for (var i = 0; i < 50; i++) company.Backfills.Add(Backfill($"b{i}"));
        for (var i = 0; i < 40; i++) company.Requisitions.Add(Requisition($"q{i}"));
    }

    private ChangeRow Change(string id)
    {
        var approved = chance.Moment();
        return new ChangeRow(id)
        {
            Kind = chance.Of("standard", "standard", "standard", "emergency", "project", null),
            Datasets = chance.Some(named, 3),
            Team = chance.OneIn(4) ? chance.Of("t0", "ghosts") : null,
            ApprovedAt = chance.OneIn(8) ? null : approved,
            DeployedAt = chance.OneIn(10) ? null : chance.After(approved, chance.Of(5, 600)),
            Failed = chance.OneIn(4) ? true : chance.OneIn(2) ? false : null,
            Cancelled = chance.OneIn(8) ? true : chance.OneIn(2) ? false : null,
        };
    }

    /// <summary>Around the edges of a quarter, of fiscal years that begin in one month or another.</summary>
    private RoadmapItemRow RoadmapItem(string id)
    {
        var start = chance.Of(QuarterStarts);
        var zone = chance.Of("UTC", "Europe/Berlin", "America/New_York");
        return new RoadmapItemRow(id, Quarter(start, chance.Of(1, 4, 2, 10)))
        {
            Team = chance.Of("t0", "t1", "t2", null),
            CommittedAt = chance.OneIn(12) ? null : chance.OneIn(3) ? At(14) : At(chance.Between(-40, 20)),
            CompletedAt = chance.OneIn(3) ? null : chance.OneIn(4) ? At(0, 3) : chance.OneIn(6) ? At(0) : At(chance.Between(-5, 100)),
            RescopedAt = chance.OneIn(4) ? chance.OneIn(3) ? At(0, chance.Of(0, 3)) : At(chance.Between(0, 95)) : null,
            RescopeAgreedBy = chance.OneIn(2) ? "Head of \"Data\"" : null,
            CancelledAt = chance.OneIn(5) ? At(30) : null,
        };

        DateTimeOffset At(int days, int months = 0) =>
            chance.Near(ReferenceCalendar.Instant(start.AddMonths(months).AddDays(days), TimeOnly.MinValue, zone));
    }

    private static string Quarter(DateOnly start, int fiscalStart)
    {
        var months = (start.Month - fiscalStart + 12) % 12;
        var lastMonth = start.AddMonths(11 - months);
        return string.Create(CultureInfo.InvariantCulture, $"{lastMonth.Year}-Q{months / 3 + 1}");
    }

    private BackfillRow Backfill(string id)
    {
        var noticed = chance.Moment();
        var requested = chance.After(noticed, 20);
        return new BackfillRow(id)
        {
            Dataset = chance.OneIn(10) ? null : chance.Of(named),
            IssueDetectedAt = chance.OneIn(3) ? null : noticed,
            RequestedAt = chance.OneIn(4) ? null : requested,
            StartedAt = chance.OneIn(4) ? null : requested,
            CompletedAt = chance.OneIn(6) ? null : chance.OneIn(10) ? noticed.AddMicroseconds(-1) : chance.After(requested, 90),
            Cancelled = chance.OneIn(6) ? true : chance.OneIn(2) ? false : null,
        };
    }

    private RequisitionRow Requisition(string id)
    {
        var closed = chance.Day();
        var fate = chance.Between(0, 5);
        int? extended = chance.OneIn(10) ? null : chance.Between(0, 3);
        return new RequisitionRow(id)
        {
            Team = chance.Of("t0", "t1", "ghosts", null),
            OpenedOn = chance.OneIn(12) ? null : closed.AddDays(-chance.Of(0, 1, 44, 45, 60, 90, 91, 200, -1)),
            FilledOn = fate is 0 or 1 or 2 or 3 ? closed : null,
            CancelledOn = fate is 3 or 4 ? closed.AddDays(chance.Between(-1, 1)) : null,
            OffersExtended = extended,
            OffersAccepted = extended is null || chance.OneIn(10) ? null : chance.Between(0, extended.Value),
        };
    }
}
