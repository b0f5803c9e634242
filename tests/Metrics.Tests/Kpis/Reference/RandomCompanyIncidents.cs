namespace Metrics.Tests.Kpis.Reference;

internal sealed partial class RandomCompany
{
    private void Incidents()
    {
        for (var i = 0; i < 70; i++) company.Incidents.Add(Incident($"i{i}"));
        for (var i = 0; i < 50; i++) company.PostmortemActions.Add(Action($"a{i}"));
    }

    private IncidentRow Incident(string id)
    {
        var started = chance.Moment();
        var detected = chance.After(started, 30);
        var status = chance.Of("resolved", "resolved", "resolved", "open", "false_alarm", "duplicate", null);
        var neverStarted = chance.OneIn(6);

        // An open incident may have been resolved once: it was reopened.
        var resolved = status == "open" && !chance.OneIn(3) || chance.OneIn(10)
            ? (DateTimeOffset?)null
            : chance.OneIn(4) && chance.Moment() is var late && late >= detected ? late
            : chance.OneIn(6) && chance.Near(chance.Present().AddDays(-7)) is var recent && recent >= detected ? recent
            : chance.After(detected, chance.Of(3, 200));
        return new IncidentRow(id)
        {
            Title = "Orders gone; \"again\",\nsince noon",
            Severity = chance.OneIn(20) ? null : chance.Of(1, 1, 2, 2, 3, 5),
            Status = status,
            Datasets = chance.Some(named, 3),
            Team = chance.OneIn(5) ? "t2" : null,
            StartedAt = neverStarted ? null : started,
            DetectedAt = chance.OneIn(6) ? null : detected,
            ResolvedAt = resolved,
            PostmortemPublishedAt = chance.OneIn(4) || resolved is null ? null : Published(resolved.Value),
            DetectedBy = chance.Of("monitoring", "test", "stakeholder", "stakeholder", "other", null),
            Cause = chance.Of("data_platform", "upstream", "infrastructure", "change", "unknown", null),
        };
    }

    /// <summary>Often five business days after the resolution, to the microsecond, at least where no holiday is between.</summary>
    private DateTimeOffset Published(DateTimeOffset resolved) => chance.Between(0, 5) switch
    {
        0 => resolved.AddHours(-3),
        1 or 2 => chance.Near(resolved.AddDays(7)),
        3 => chance.Near(chance.Boundary()),
        _ => chance.After(resolved, 250),
    };

    private PostmortemActionRow Action(string id)
    {
        // Around the present of the tests that look at a quarter half-way.
        var due = chance.OneIn(3) ? new DateOnly(2026, 5, 13).AddDays(chance.Between(-2, 2)) : chance.Day();
        return new PostmortemActionRow(id)
        {
            IncidentId = chance.OneIn(8) ? "never heard of" : chance.OneIn(8) ? null : $"i{chance.Between(0, 69)}",
            DueOn = chance.OneIn(10) ? null : due,
            CompletedOn = chance.OneIn(3) ? null : due.AddDays(chance.Of(-9, -1, 0, 0, 1, 20)),
            Status = chance.Of("open", "done", "cancelled", null),
        };
    }
}
