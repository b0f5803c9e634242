using Metrics.GraphQL;
using Metrics.Server.Api.Records;
using Metrics.Server.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Metrics.Server.Api;

/// <summary>Registers the product's GraphQL types and what they need.</summary>
internal static class Graph
{
    public static GraphQLServerBuilder AddGraph(this IServiceCollection services, Product product, Action<GraphQLOptions> configure)
    {
        services.AddDbContext<GraphContext>(o => o.UseNpgsql(product.Database).UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking));
        services.AddScoped<Visible>();
        return services.AddGraphQLServer(configure)
            .AddTypes(typeof(Graph).Assembly)
            .AddScalar(new PeriodScalar(product.Reporting.Calendar))
            .AddErrorFilter<ApiErrors>();
    }
}
