using Metrics.Kpis.Targets;
using Metrics.Storage.Catalogue;

namespace Metrics.Server.Api.Changes;

/// <summary>Something that applying a file has changed, or would change.</summary>
/// <param name="Subject">A target's scope, or an entity of the catalogue with the attribute.</param>
/// <param name="Before">Null where there was nothing.</param>
/// <param name="After">Null where it ends.</param>
public sealed record AppliedChange(string Subject, string? Before, string? After)
{
    internal static AppliedChange Of(TargetChange change) => new(change.Scope.ToString(), change.Before?.Demand, change.After?.Demand);

    internal static IEnumerable<AppliedChange> Of(CatalogueChange change) => change.After is null
        ? [new AppliedChange($"{change.Entity} {change.Id}", change.Id, null)]
        : change.Attributes.Select(a => new AppliedChange($"{change.Entity} {change.Id}: {a.Name}", a.Before, a.After));
}
