using Metrics.Model.Facts;

namespace Metrics.Server.Demo;

/// <summary>What was promised in the postmortems, and what became of it.</summary>
internal static class PostmortemActions
{
    private static readonly string[] Promises =
    [
        "Alert on the age of the table, not on the failed run", "Write a runbook for restarting the load",
        "Add a row-count check before publishing", "Ask the source team for a change notice",
        "Retry with back-off instead of at once", "Add an owner to every table that the report reads",
        "Test the restore once a quarter", "Load into a staging table and swap",
        "Drop duplicates by key before the merge", "Document who may stop a release",
    ];

    private static readonly string[] Owners = ["a.lindqvist", "b.moreau", "c.adeyemi", "d.kowalska", "e.haddad", "f.novak"];

    public static IReadOnlyList<PostmortemAction> Of(Company company, IEnumerable<Incident> incidents) =>
        [.. incidents
            .Where(i => i.PostmortemPublishedAt is not null)
            .SelectMany(i => Promised(company, i))];

    private static IEnumerable<PostmortemAction> Promised(Company company, Incident incident)
    {
        var today = DateOnly.FromDateTime(company.Time.Today.UtcDateTime);
        var count = company.Dice("actions", incident.IncidentId).Between(incident.Severity == 3 ? 1 : 2, 4);
        for (var i = 1; i <= count; i++)
        {
            var dice = company.Dice("action", incident.IncidentId, i);
            var created = incident.PostmortemPublishedAt!.Value;
            var due = DateOnly.FromDateTime(created.UtcDateTime).AddDays(dice.Pick([14, 21, 30, 45]));
            // Promises suffer with everything else, and recover with it.
            var late = 0.12 * company.SeasonAt(created).Trouble;
            DateOnly? completed = dice.Weighted(1 - late, late * 0.6, late * 0.4, 0.04) switch
            {
                0 => due.AddDays(-dice.Between(0, 12)),
                1 => due.AddDays(dice.Between(2, 40)),
                2 => null,
                _ => DateOnly.MinValue,
            };
            var isCancelled = completed == DateOnly.MinValue;
            if (isCancelled || completed >= today) completed = null;
            yield return new PostmortemAction
            {
                ActionId = $"{incident.IncidentId}-A{i}",
                IncidentId = incident.IncidentId,
                Title = dice.Pick(Promises),
                Owner = dice.Pick(Owners),
                CreatedAt = created,
                DueOn = due,
                CompletedOn = completed,
                Status = isCancelled ? ActionStatus.Cancelled : completed is null ? ActionStatus.Open : ActionStatus.Done,
            };
        }
    }
}
