namespace Metrics.Tests.Kpis.Reference;

internal sealed partial class RandomCompany
{
    private void Governance()
    {
        for (var i = 0; i < 60; i++) company.Alerts.Add(Alert($"l{i}"));
        for (var i = 0; i < 60; i++) company.SchemaChanges.Add(SchemaChange($"s{i}"));
        for (var i = 0; i < 60; i++) company.AccessRequests.Add(AccessRequest($"q{i}"));
        for (var i = 0; i < 40; i++) company.AccessReviews.Add(AccessReview($"v{i}"));
    }

    private AlertRow Alert(string id) => new(id)
    {
        Dataset = chance.OneIn(2) ? chance.Of(named) : null,
        CheckId = chance.OneIn(3) ? null : chance.OneIn(10) ? "never heard of" : $"{chance.Of(named)} {chance.Of("schema", "volume")}",
        RaisedAt = chance.OneIn(20) ? null : chance.Moment(),
        ActionTaken = chance.OneIn(3) ? true : chance.OneIn(2) ? false : null,
        IncidentId = chance.OneIn(8) ? "never heard of" : chance.OneIn(2) ? null : $"i{chance.Between(0, 69)}",
    };

    /// <summary>Notified around the hour after detection or around the moment of effect; detected around the present of a test.</summary>
    private SchemaChangeRow SchemaChange(string id)
    {
        var detected = chance.OneIn(4) ? chance.Near(chance.Present().AddMinutes(-chance.Of(60, 59, 61, 20))) : chance.Moment();
        var effective = chance.OneIn(2) ? (DateTimeOffset?)null : chance.OneIn(2) ? chance.Moment() : detected;
        return new SchemaChangeRow(id)
        {
            Dataset = chance.OneIn(10) ? null : chance.Of(named),
            DetectedAt = chance.OneIn(12) ? null : detected,
            Change = "column_removed",
            Breaking = chance.OneIn(5) ? chance.OneIn(2) ? false : null : true,
            EffectiveAt = effective,
            NotifiedAt = chance.OneIn(3) ? null
                : effective is not null ? chance.Near(effective.Value.AddDays(-chance.Of(0, 0, 3)))
                : chance.Near(detected.AddMinutes(chance.Of(60, 60, -100, 5, 300))),
        };
    }

    private AccessRequestRow AccessRequest(string id)
    {
        var requested = chance.Moment();
        var granted = chance.OneIn(3) ? (DateTimeOffset?)null : chance.After(requested, chance.Of(5, 200));
        var denied = chance.OneIn(4) ? chance.After(requested, 200) : (DateTimeOffset?)null;
        return new AccessRequestRow(id)
        {
            Dataset = chance.OneIn(10) ? null : chance.Of(named),
            Team = chance.OneIn(4) ? chance.Of("t1", "ghosts") : null,
            Kind = chance.Of("standard_role", "custom", "restricted", null),
            RequestedAt = chance.OneIn(15) ? null : chance.OneIn(15) && granted is null ? denied?.AddMicroseconds(1) ?? requested : requested,
            GrantedAt = granted,
            DeniedAt = denied,
            WithdrawnAt = chance.OneIn(5) ? chance.Near(granted ?? denied ?? chance.After(requested, 100)) : null,
        };
    }

    private AccessReviewRow AccessReview(string id)
    {
        var due = chance.OneIn(3) ? DateOnly.FromDateTime(chance.Present().UtcDateTime).AddDays(chance.Between(-2, 2)) : chance.Day();
        return new AccessReviewRow(id)
        {
            Dataset = chance.OneIn(4) ? null : chance.Of(named),
            DueOn = chance.OneIn(10) ? null : due,
            CompletedOn = chance.OneIn(3) ? null : due.AddDays(chance.Of(-9, -1, 0, 0, 1, 20)),
        };
    }
}
