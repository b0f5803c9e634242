using System.Security.Claims;
using Metrics.GraphQL;
using Metrics.Kpis.Targets;
using Metrics.Server.Api.Records;
using Metrics.Server.Hosting;
using Metrics.Sources.Canonical;
using Metrics.Storage.Access;
using Metrics.Sync;
using Microsoft.EntityFrameworkCore;

namespace Metrics.Server.Api.Changes;

/// <summary>What changes for everybody. The audit log keeps each step.</summary>
[MutationType, Authorize(Scopes.Admin)]
internal static class AdminMutations
{
    /// <summary>Makes the targets of a file the ones in force, all or none, and says what that has changed. What it no longer names ends.</summary>
    /// <param name="yaml">The whole of targets.yaml.</param>
    /// <param name="reason">Why, for the history.</param>
    /// <param name="dryRun">Only say what would change.</param>
    public static async Task<IReadOnlyList<AppliedChange>> ApplyTargetsAsync(
        string yaml, Visible see, [Service] Product product, ClaimsPrincipal caller, string? reason = null, bool dryRun = false,
        CancellationToken cancellation = default)
    {
        see.RequireEverything("applying targets");
        var wanted = TargetFile.Read("targets.yaml", yaml, product.Library);
        var store = new TargetStore(product.Database, product.Clock);
        var changes = dryRun ? await store.DiffAsync(wanted, cancellation) : await store.ApplyAsync(wanted, caller.Name(), reason, cancellation);
        return [.. changes.Select(AppliedChange.Of)];
    }

    /// <summary>Makes the teams, datasets and lineage of a file what the catalogue says. What it no longer has, it no longer vouches for.</summary>
    /// <param name="yaml">The whole of catalogue.yaml.</param>
    /// <param name="reason">Why, for the history.</param>
    /// <param name="dryRun">Only say what would change.</param>
    public static async Task<IReadOnlyList<AppliedChange>> ApplyCatalogueAsync(
        string yaml, Visible see, [Service] Product product, ClaimsPrincipal caller, string? reason = null, bool dryRun = false,
        CancellationToken cancellation = default)
    {
        see.RequireEverything("applying the catalogue");
        var records = CatalogueFile.Read("catalogue.yaml", yaml);
        var changes = dryRun
            ? await product.CatalogueUpdate.DiffAsync(records, cancellation)
            : await product.CatalogueUpdate.ApplyAsync("catalogue.yaml", yaml, records, caller.Name(), reason, cancellation);
        return [.. changes.SelectMany(AppliedChange.Of)];
    }

    /// <summary>Reads the payload of a batch again, whose records were rejected: after a mapping or the catalogue was mended.</summary>
    /// <param name="batch">The number of the batch.</param>
    /// <returns>The batch that it was read as; its rejects are those that still are.</returns>
    public static async Task<IngestBatch> RetryRejectsAsync(
        [ID] long batch, Visible see, [Service] Product product, [Service] IReadOnlyList<ConfiguredConnection> connections, ClaimsPrincipal caller,
        CancellationToken cancellation)
    {
        see.RequireEverything("reading a payload again");
        var landed = await see.Batches.FirstOrDefaultAsync(b => b.Number == batch, cancellation)
            ?? throw new GraphQLException(FormattableString.Invariant($"There is no batch {batch}; \"batches\" lists them."), ErrorCodes.BadInput);
        var source = Product.Sources.FirstOrDefault(s => s.Name == landed.SourceSystem)
            ?? throw new GraphQLException($"Batch {batch} came from {landed.SourceSystem}, which has no payloads to read again.", ErrorCodes.BadInput);
        await foreach (var outcome in product.Replayer.ReplayAsync(
            source, name => Product.ConnectionOf(connections, source, name), batch: batch, by: caller.Name(), cancellation: cancellation))
        {
            if (outcome.Report is { } report) return await see.Batches.SingleAsync(b => b.Number == report.Batch, cancellation);
            throw new GraphQLException($"{outcome.Name} could not be read again: {outcome.Refused ?? outcome.Skipped}", ErrorCodes.BadInput);
        }

        throw new GraphQLException(
            FormattableString.Invariant($"Batch {batch} is a {landed.Way}; what was imported, pulled or pushed can be read again."), ErrorCodes.BadInput);
    }
}
