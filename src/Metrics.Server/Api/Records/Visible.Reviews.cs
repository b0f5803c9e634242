using Metrics.GraphQL;
using Metrics.Kpis.Waivers;
using Metrics.Scorecards;
using Metrics.Server.Api.Reviews;
using Microsoft.EntityFrameworkCore;

using Scorecard = Metrics.Server.Api.Reviews.Scorecard;

namespace Metrics.Server.Api.Records;

internal sealed partial class Visible
{
    /// <summary>The scorecards of the teams and domains that are seen; that of the whole platform is the organisation's.</summary>
    private IQueryable<Scorecard> ScorecardsOwned => Only(context.Set<Scorecard>(), rows => rows.Where(s =>
        (s.ScopeKind == ScopeKind.Team && (teams.Contains(s.Scope!) || TeamIds.Contains(s.Scope!)))
        || (s.ScopeKind == ScopeKind.Domain && domains.Contains(s.Scope!))));

    public IQueryable<Scorecard> Scorecards => ScorecardsOwned.OrderByDescending(s => s.Id);

    public IQueryable<PublishedFigure> Figures => Only(context.Set<PublishedFigure>(), rows => rows.Where(f => ScorecardsOwned.Any(s => s.Id == f.ScorecardId)))
        .OrderBy(f => f.Place).ThenBy(f => f.Kpi).ThenBy(f => f.Period).ThenBy(f => f.Grouping);

    public IQueryable<Commentary> Commentary => Only(context.Set<Commentary>(), rows => rows.Where(c => ScorecardsOwned.Any(s => s.Id == c.ScorecardId)))
        .OrderBy(c => c.Theme);

    public IQueryable<Restatement> Restatements => Only(context.Set<Restatement>(), rows => rows.Where(r => ScorecardsOwned.Any(s => s.Id == r.ScorecardId)))
        .OrderByDescending(r => r.Number);

    public IQueryable<ReviewAction> ReviewActions => Only(context.Set<ReviewAction>(), rows => rows.Where(a =>
            (a.ScopeKind == ScopeKind.Team && (teams.Contains(a.Scope!) || TeamIds.Contains(a.Scope!)))
            || (a.ScopeKind == ScopeKind.Domain && domains.Contains(a.Scope!))))
        .OrderByDescending(a => a.Id);

    public IQueryable<Reviews.Waiver> Waivers => Only(context.Set<Reviews.Waiver>(), rows => rows.Where(w =>
            (w.ScopeKind == WaiverScope.Team && (teams.Contains(w.Scope) || TeamIds.Contains(w.Scope)))
            || (w.ScopeKind == WaiverScope.Dataset && DatasetIds.Contains(w.Scope))
            || (w.ScopeKind == WaiverScope.Incident && IncidentsOwned.Any(i => i.IncidentId == w.Scope))))
        .OrderByDescending(w => w.Id);

    public IQueryable<AuditEntry> AuditLog => Organisation<AuditEntry>().OrderByDescending(e => e.Number);

    public IQueryable<DimensionValue> DimensionValues => Only(context.Set<DimensionValue>(), rows => rows.Where(v =>
        (teams.Contains(v.Team!) || domains.Contains(v.Domain!) || TeamIds.Contains(v.Team!))
        && (v.Dimension != Model.Dimension.Dataset || DatasetIds.Contains(v.Value))));

    /// <summary>For what is the whole organisation's: its sources, and what changes for everybody.</summary>
    /// <param name="what">As in <c>to see the sources</c>.</param>
    /// <exception cref="GraphQLException">The caller sees only a part.</exception>
    public void RequireEverything(string what)
    {
        if (!SeesEverything) throw new GraphQLException($"You see a part of the organisation; {what} takes a caller who sees the whole.", ErrorCodes.Forbidden);
    }

    /// <summary>An edition that the caller may work on.</summary>
    /// <exception cref="GraphQLException">There is none of that number among those that the caller sees.</exception>
    public async Task<Scorecard> ScorecardAsync(long edition, CancellationToken cancellation) =>
        await Scorecards.FirstOrDefaultAsync(s => s.Id == edition, cancellation)
            ?? throw PublishedRows.Unknown(edition);

    /// <summary>Those of some editions that the caller sees.</summary>
    public Task<List<long>> KnownAsync(IReadOnlyList<long> editions, CancellationToken cancellation) =>
        ScorecardsOwned.Where(s => editions.Contains(s.Id)).Select(s => s.Id).ToListAsync(cancellation);

    /// <summary>Whether the caller may work on scorecards of a scope.</summary>
    /// <param name="name">The team's or domain's id; ignored for the whole platform.</param>
    public async Task<bool> OwnsAsync(ScopeKind kind, string name, CancellationToken cancellation) => SeesEverything || kind switch
    {
        ScopeKind.Platform => false,
        ScopeKind.Team => teams.Contains(name) || await TeamIds.ContainsAsync(name, cancellation),
        ScopeKind.Domain => domains.Contains(name),
    };

    /// <summary>Whether the caller may waive what concerns this.</summary>
    public async Task<bool> SeesAsync(WaiverScope kind, string name, CancellationToken cancellation) => SeesEverything || kind switch
    {
        WaiverScope.Team => teams.Contains(name) || await TeamIds.ContainsAsync(name, cancellation),
        WaiverScope.Dataset => await DatasetIds.ContainsAsync(name, cancellation),
        WaiverScope.Incident => await IncidentsOwned.AnyAsync(i => i.IncidentId == name, cancellation),
    };
}
