namespace Metrics.Tests.Kpis.Reference;

/// <summary>A company in which everything that can be odd is odd; the same for the same seed.</summary>
internal sealed partial class RandomCompany
{
    private const int Datasets = 9;
    private readonly Chance chance;
    private readonly Company company = new();
    private readonly string[] ids = [.. Enumerable.Range(0, Datasets).Select(i => $"d{i}")];
    private readonly string[] named;

    private RandomCompany(int seed)
    {
        chance = new Chance(seed);
        named = [.. ids, "nobody_knows"];
    }

    public static Company Make(int seed)
    {
        var maker = new RandomCompany(seed);
        maker.Catalogue();
        maker.Runs();
        maker.Checks();
        maker.Incidents();
        maker.Pulls();
        maker.Money();
        maker.Use();
        maker.People();
        maker.Delivery();
        maker.Governance();
        return maker.company;
    }

    private void Catalogue()
    {
        company.Teams.AddRange([new("t0") { Domain = "sales" }, new("t1"), new("t2") { Domain = "ops, \"north\"" }]);
        foreach (var id in ids)
        {
            var since = new List<DateTimeOffset?> { chance.OneIn(4) ? chance.Moment() : null };
            for (var more = chance.Between(0, 3); more > 0; more--) since.Add(chance.OneIn(3) ? chance.Boundary() : chance.Moment());
            if (chance.OneIn(6)) since.Add(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
            company.Datasets.AddRange(since.DistinctBy(s => s?.UtcTicks).Select(s => Version(id, s)));
        }

        for (var i = 0; i < 10; i++)
        {
            var edge = new LineageRow(chance.Of(named), chance.Of(named))
            {
                ValidFrom = chance.OneIn(4) ? null : chance.OneIn(2) ? chance.Boundary() : chance.Moment(),
            };
            if (!company.Lineage.Exists(e => e.Upstream == edge.Upstream && e.Downstream == edge.Downstream)) company.Lineage.Add(edge);
        }

        chance.Shuffle(company.Datasets);
    }

    private DatasetRow Version(string id, DateTimeOffset? since)
    {
        var promise = chance.Between(0, 5);
        return new DatasetRow(id, since)
        {
            Tier = chance.OneIn(7) ? null : chance.Between(0, 2),
            Team = chance.OneIn(4) ? null : chance.Of("t0", "t1", "t2", "ghosts"),
            Domain = chance.Sometimes("finance"),
            Description = chance.Sometimes("What it means, \"exactly\";\nand why"),
            DefinitionUrl = chance.Sometimes("https://example.org/d"),
            FreshnessMaxAge = promise is 0 or 1 or 2
                ? TimeSpan.FromMinutes(chance.Of(10, 45, 120, 360, 720, 1440, 1500, 2880, 7200))
                : null,
            FreshnessDeadline = promise is 3 or 4
                ? new TimeOnly(chance.Of(0, 1, 2, 6, 9, 18, 23), chance.Of(0, 15, 30, 59))
                : null,
            FreshnessDays = promise is 3 ? chance.Some(["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"], 6) : [],
            FreshnessTimezone = chance.Of(null, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Europe/Berlin"),
            SlaUrl = chance.Sometimes("https://example.org/sla"),
            Lifecycle = chance.OneIn(6) ? "deprecated" : chance.Sometimes("active"),
            DataProduct = chance.Of(null, "shop", "crm"),
            Classification = chance.OneIn(4) ? null : chance.Of("public", "internal", "confidential", "restricted"),
            RequiredChecks = chance.OneIn(2) ? [] : chance.Some(["schema", "volume", "freshness", "custom", "not_null"], 2),
        };
    }

    private void Checks()
    {
        foreach (var id in named)
        {
            foreach (var kind in (string[])["schema", "uniqueness", "referential", "volume", "freshness", "custom"])
            {
                if (chance.OneIn(4)) continue;
                var check = new CheckRow($"{id} {kind}")
                {
                    Dataset = chance.OneIn(20) ? null : id,
                    Kind = kind,
                    Enabled = chance.OneIn(5) ? false : chance.OneIn(2) ? true : null,
                };
                company.Checks.Add(check);
                CheckResults(check.CheckId);
            }
        }
    }

    private void CheckResults(string check)
    {
        var times = new List<DateTimeOffset>();
        for (var i = chance.Between(-1, 3); i > 0; i--) times.Add(chance.Moment());

        // The 35 days before an end of a period, to the microsecond.
        for (var i = chance.Between(0, 2); i > 0; i--)
        {
            var end = chance.Boundary();
            times.Add(chance.Of(end.AddHours(-35 * 24), end.AddHours(-35 * 24).AddMicroseconds(-1), end, end.AddMicroseconds(-1)));
        }

        var onlyErrors = chance.OneIn(5);
        company.CheckResults.AddRange(times.DistinctBy(t => t.UtcTicks).Select(t => new CheckResultRow(check, t)
        {
            Status = onlyErrors ? "error" : chance.Of("pass", "pass", "warn", "fail", "error", "skipped", null),
        }));
    }

    private void Pulls()
    {
        for (var i = 0; i < 60; i++)
        {
            var opened = chance.Moment();
            var merged = chance.OneIn(6) ? (DateTimeOffset?)null : chance.After(opened, 200);
            company.PullRequests.Add(new PullRequestRow(chance.Of("core", "web"), $"{i}")
            {
                AuthorIsBot = chance.OneIn(6) ? true : chance.OneIn(2) ? false : null,
                Team = chance.Of("t0", "t1", null, "ghosts"),
                OpenedAt = chance.OneIn(15) ? null : opened,
                DraftUntil = chance.OneIn(3) ? chance.After(opened, 100) : null,
                FirstReviewAt = chance.OneIn(5) ? null : chance.OneIn(12) ? chance.Moment() : chance.Near(chance.After(opened, 120)),
                MergedAt = merged,
                IsDataCode = chance.OneIn(6) ? false : chance.OneIn(2) ? true : null,
            });
        }
    }
}
