using System.Security.Claims;
using Metrics.GraphQL;
using Metrics.Model;
using Metrics.Scorecards;
using Metrics.Scorecards.Editions;
using Metrics.Server.Api.Records;
using Metrics.Server.Hosting;
using Metrics.Storage.Access;
using Scorecard = Metrics.Server.Api.Reviews.Scorecard;

namespace Metrics.Server.Api.Changes;

/// <summary>Brings a scorecard from draft to published. The audit log keeps each step.</summary>
[MutationType, Authorize(Scopes.Publish)]
internal static class ScorecardMutations
{
    /// <summary>Begins an edition, with live figures that can be commented on.</summary>
    /// <param name="period">A quarter or a month.</param>
    /// <param name="scopeKind">The whole platform by default.</param>
    /// <param name="scope">The team or domain.</param>
    /// <param name="reason">Why, where an edition of the scope and period has been published before.</param>
    public static async Task<Scorecard> DraftScorecardAsync(
        Period period, Visible see, [Service] ScorecardDesk desk, ClaimsPrincipal caller, ScopeKind scopeKind = ScopeKind.Platform, string scope = "",
        string? reason = null, CancellationToken cancellation = default)
    {
        if (scope.Length == 0 != (scopeKind == ScopeKind.Platform))
            throw new GraphQLException("A scorecard is of a team or a domain, which scope names, or of the whole platform.", ErrorCodes.BadInput);
        if (!await see.OwnsAsync(scopeKind, scope, cancellation))
            throw new GraphQLException($"You see a part of the organisation, and {new ScorecardScope(scopeKind, scope)} is not in it.", ErrorCodes.Forbidden);
        var drafted = await desk.DraftAsync(new ScorecardScope(scopeKind, scope), period, caller.Name(), reason, cancellation);
        return await see.ScorecardAsync(drafted.Edition, cancellation);
    }

    /// <summary>Freezes a draft's figures at a data cut and opens it for review.</summary>
    public static async Task<Scorecard> ReviewScorecardAsync(
        [ID] long id, Visible see, [Service] ScorecardDesk desk, [Service] Product product, ClaimsPrincipal caller, CancellationToken cancellation)
    {
        await CurrentAsync(id, see, product, cancellation);
        await desk.ReviewAsync(id, caller.Name(), cancellation);
        return await see.ScorecardAsync(id, cancellation);
    }

    /// <summary>Takes a new data cut of an edition in review, after an error of a source was mended.</summary>
    /// <param name="id">The edition.</param>
    /// <param name="reason">Why.</param>
    public static async Task<Scorecard> RefreezeScorecardAsync(
        [ID] long id, string reason, Visible see, [Service] ScorecardDesk desk, [Service] Product product, ClaimsPrincipal caller,
        CancellationToken cancellation)
    {
        await CurrentAsync(id, see, product, cancellation);
        await desk.RefreezeAsync(id, caller.Name(), reason, cancellation);
        return await see.ScorecardAsync(id, cancellation);
    }

    /// <summary>Writes the manager's words on a theme or a KPI. They take the place of earlier ones; comments are open until it is published.</summary>
    /// <param name="id">The edition.</param>
    /// <param name="text">The words; empty takes them back.</param>
    /// <param name="theme">Summary, a category of KPIs such as Reliability, or the id of a KPI, such as mttr_sev1.</param>
    public static async Task<Scorecard> CommentOnScorecardAsync(
        [ID] long id, string text, Visible see, [Service] ScorecardDesk desk, ClaimsPrincipal caller, string theme = EditionSheet.SummaryTheme,
        CancellationToken cancellation = default)
    {
        await see.ScorecardAsync(id, cancellation);
        await desk.CommentAsync(id, theme, text, caller.Name(), cancellation);
        return await see.ScorecardAsync(id, cancellation);
    }

    /// <summary>
    /// Approves an edition in review: its document is printed, checked and stored, and nothing of it can change any more. Whoever has
    /// prepared it cannot approve it.
    /// </summary>
    public static async Task<Scorecard> PublishScorecardAsync(
        [ID] long id, Visible see, [Service] ScorecardDesk desk, [Service] Product product, ClaimsPrincipal caller, CancellationToken cancellation)
    {
        await CurrentAsync(id, see, product, cancellation);
        await desk.PublishAsync(id, caller.Name(), new ScorecardPdf(product.Printer), cancellation);
        return await see.ScorecardAsync(id, cancellation);
    }

    /// <summary>Puts the recipients of a published scorecard in line; nobody gets it twice. The service sends within a minute.</summary>
    public static async Task<IReadOnlyList<ScorecardSend>> SendScorecardAsync(
        [ID] long id, Visible see, [Service] ScorecardDelivery delivery, [Service] ILoggerFactory logs, ClaimsPrincipal caller, CancellationToken cancellation)
    {
        await see.ScorecardAsync(id, cancellation);
        var published = await delivery.Sender(logs.CreateLogger("send")).CheckedAsync(id, cancellation);
        await delivery.Ledger.QueueAsync(published.Edition, delivery.RequiredSmtp.From.Domain, caller.Name(), cancellation);
        var sends = await delivery.Ledger.ListAsync(id, cancellation);
        return sends.Count > 0
            ? [.. sends.Select(s => new ScorecardSend(s.Id, s.Recipient.Address, s.State, s.Attempts, s.SentAt, s.LastError))]
            : throw new GraphQLException($"{published.Edition.Scope} has no recipients. \"metrics recipients add ADDRESS\" adds one.", ErrorCodes.BadInput);
    }

    /// <summary>The edition must be the caller's to see, and what is frozen of it computed from all that has arrived.</summary>
    private static async Task CurrentAsync(long id, Visible see, Product product, CancellationToken cancellation)
    {
        await see.ScorecardAsync(id, cancellation);
        if (!product.IsTimeTravel) await product.Worker.RefreshAsync(cancellation: cancellation);
    }
}
