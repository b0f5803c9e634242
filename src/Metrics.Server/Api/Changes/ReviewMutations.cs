using System.Security.Claims;
using Metrics.GraphQL;
using Metrics.Kpis.Waivers;
using Metrics.Model;
using Metrics.Scorecards.Editions;
using Metrics.Server.Api.Records;
using Metrics.Server.Hosting;
using Metrics.Storage.Access;
using Microsoft.EntityFrameworkCore;
using ReviewAction = Metrics.Server.Api.Reviews.ReviewAction;
using Waiver = Metrics.Server.Api.Reviews.Waiver;

namespace Metrics.Server.Api.Changes;

/// <summary>What a waiver is about: one of these.</summary>
/// <param name="Dataset">Records about this dataset and no other.</param>
/// <param name="Team">Records of this team.</param>
/// <param name="Incident">One incident by its key, and what belongs to it.</param>
[OneOf]
internal sealed record WaivedInput([property: ID] string? Dataset, [property: ID] string? Team, string? Incident)
{
    public (WaiverScope Kind, string Name) Scope =>
        Dataset is not null ? (WaiverScope.Dataset, Dataset) : Team is not null ? (WaiverScope.Team, Team) : (WaiverScope.Incident, Incident!);
}

/// <summary>What is waived and what reviews decide. The audit log keeps each step.</summary>
[MutationType, Authorize(Scopes.Publish)]
internal static class ReviewMutations
{
    /// <summary>Waives a KPI of a dataset, a team or an incident over a period: the value stays, the status is judged without it.</summary>
    /// <param name="kpi">A KPI's id.</param>
    /// <param name="period">The records of which time.</param>
    /// <param name="of">What it is about.</param>
    /// <param name="reason">Such as a planned migration.</param>
    /// <param name="approvedBy">Who allows it: another person than the caller.</param>
    /// <param name="expiresOn">From this day on it does not count.</param>
    public static async Task<Waiver> WaiveAsync(
        [ID] string kpi, Period period, WaivedInput of, string reason, string approvedBy, DateOnly expiresOn, Visible see, [Service] Product product,
        [Service] WaiverStore waivers, ClaimsPrincipal caller, CancellationToken cancellation)
    {
        var (kind, name) = of.Scope;
        if (!await see.SeesAsync(kind, name, cancellation))
            throw new GraphQLException($"You see a part of the organisation, and {kind.ToString().ToLowerInvariant()} {name} is not in it.", ErrorCodes.Forbidden);
        var number = await waivers.AddAsync(product.Library[kpi], period, kind, name, reason, caller.Name(), approvedBy, expiresOn, cancellation);
        return await see.Waivers.SingleAsync(w => w.Id == number, cancellation);
    }

    /// <summary>Takes a waiver back, from now on.</summary>
    /// <param name="id">The waiver.</param>
    /// <param name="reason">Why.</param>
    public static async Task<Waiver> RevokeWaiverAsync(
        [ID] long id, string reason, Visible see, [Service] WaiverStore waivers, ClaimsPrincipal caller, CancellationToken cancellation)
    {
        if (!await see.Waivers.AnyAsync(w => w.Id == id, cancellation))
            throw new GraphQLException(FormattableString.Invariant($"There is no waiver {id}; \"waivers\" lists them."), ErrorCodes.BadInput);
        await waivers.RevokeAsync(id, caller.Name(), reason, cancellation);
        return await see.Waivers.SingleAsync(w => w.Id == id, cancellation);
    }

    /// <summary>Records an action of a review, or a decision where it has no owner and no day.</summary>
    /// <param name="scorecard">The scorecard under review.</param>
    /// <param name="text">What is to be done, or what was decided.</param>
    /// <param name="owner">Who does it.</param>
    /// <param name="dueOn">Until when.</param>
    public static async Task<ReviewAction> AddReviewActionAsync(
        [ID] long scorecard, string text, Visible see, [Service] ScorecardDesk desk, [Service] ReviewActions actions, ClaimsPrincipal caller, string? owner = null,
        DateOnly? dueOn = null, CancellationToken cancellation = default)
    {
        await see.ScorecardAsync(scorecard, cancellation);
        var edition = await desk.Editions.FindAsync(scorecard, cancellation);
        var number = await actions.AddAsync(edition.Edition, edition.Scope, text, owner, dueOn, caller.Name(), cancellation);
        return await see.ReviewActions.SingleAsync(a => a.Id == number, cancellation);
    }

    /// <summary>Closes an action.</summary>
    /// <param name="id">The action.</param>
    /// <param name="outcome">What came of it.</param>
    public static async Task<ReviewAction> CloseReviewActionAsync(
        [ID] long id, Visible see, [Service] ReviewActions actions, ClaimsPrincipal caller, string? outcome = null, CancellationToken cancellation = default)
    {
        if (!await see.ReviewActions.AnyAsync(a => a.Id == id, cancellation))
            throw new GraphQLException(FormattableString.Invariant($"There is no action {id}; \"reviewActions\" lists them."), ErrorCodes.BadInput);
        await actions.DoneAsync(id, caller.Name(), outcome, cancellation);
        return await see.ReviewActions.SingleAsync(a => a.Id == id, cancellation);
    }
}
