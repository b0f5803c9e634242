using Metrics.GraphQL;
using Metrics.Server.Api.Records;
using Microsoft.EntityFrameworkCore;

namespace Metrics.Server.Api.Reviews;

/// <summary>Scorecards, what has become of their figures, and what was decided by whom.</summary>
[QueryType]
internal static class ReviewQueries
{
    /// <summary>The editions of scorecards, latest first.</summary>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 1_000), UseFiltering, UseSorting]
    public static IQueryable<Scorecard> GetScorecards(Visible see) => see.Scorecards;

    /// <summary>One edition; null where there is none of that number.</summary>
    public static Task<Scorecard?> GetScorecardAsync([ID] long id, Visible see, CancellationToken cancellation) =>
        see.Scorecards.FirstOrDefaultAsync(s => s.Id == id, cancellation);

    /// <summary>Published figures that came out different, latest first. Compared every hour and before a scorecard is published.</summary>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000), UseFiltering, UseSorting]
    public static IQueryable<Restatement> GetRestatements(Visible see) => see.Restatements;

    /// <summary>Every waiver there is or was, latest first.</summary>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000), UseFiltering, UseSorting]
    public static IQueryable<Waiver> GetWaivers(Visible see) => see.Waivers;

    /// <summary>What reviews decided, latest first.</summary>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000), UseFiltering, UseSorting]
    public static IQueryable<ReviewAction> GetReviewActions(Visible see) => see.ReviewActions;

    /// <summary>What was done by whom, latest first; only for callers who see the whole organisation.</summary>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000), UseFiltering, UseSorting]
    public static IQueryable<AuditEntry> GetAuditLog(Visible see) => see.AuditLog;

    [DataLoader]
    public static async Task<IReadOnlyDictionary<long, Scorecard>> GetScorecardByIdAsync(IReadOnlyList<long> ids, Visible see, CancellationToken cancellation) =>
        await see.Scorecards.Where(s => ids.Contains(s.Id)).ToDictionaryAsync(s => s.Id, cancellation);
}
