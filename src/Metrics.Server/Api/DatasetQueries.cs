using Metrics.GraphQL;
using Metrics.Server.Hosting;
using Metrics.Storage;
using Microsoft.EntityFrameworkCore;

namespace Metrics.Server.Api;

/// <summary>The catalogue.</summary>
[QueryType]
public static class DatasetQueries
{
    /// <summary>Every dataset as the catalogue has it now.</summary>
    /// <param name="context">The catalogue.</param>
    /// <param name="product">The product.</param>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000)]
    [UseFiltering]
    [UseSorting]
    public static IQueryable<Dataset> GetDatasets([Service] MetricsDbContext context, [Service] Product product)
    {
        var now = product.Clock.GetUtcNow();
        return context.DatasetVersions
            .Where(d => d.ValidFrom <= now && now < d.ValidTo)
            .OrderBy(d => d.Id)
            .Select(d => new Dataset
            {
                Id = d.Id,
                Name = d.Name,
                Tier = d.Tier,
                Team = d.Team,
                Domain = d.Domain,
                Description = d.Description,
                Classification = d.Classification,
                Lifecycle = d.Lifecycle ?? "active",
                DataProduct = d.DataProduct,
            });
    }

    /// <summary>One dataset as the catalogue has it now; null where there is none of that id.</summary>
    /// <param name="id">The catalogue's name of it.</param>
    /// <param name="context">The catalogue.</param>
    /// <param name="product">The product.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static Task<Dataset?> GetDatasetAsync(
        [ID] string id, [Service] MetricsDbContext context, [Service] Product product, CancellationToken cancellation) =>
        GetDatasets(context, product).FirstOrDefaultAsync(d => d.Id == id, cancellation);
}
