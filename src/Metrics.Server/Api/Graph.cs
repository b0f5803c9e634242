using Metrics.GraphQL;
using Metrics.Model;
using Metrics.Scorecards.Editions;
using Metrics.Server.Api.Records;
using Metrics.Server.Commands;
using Metrics.Server.Hosting;
using Metrics.Sync;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Metrics.Server.Api;

/// <summary>Registers the product's GraphQL types and what they need.</summary>
internal static class Graph
{
    /// <param name="product">The product.</param>
    /// <param name="settings">Those in force.</param>
    /// <param name="connections">The configured sources.</param>
    /// <param name="configure">Sets limits.</param>
    /// <exception cref="SettingsException">A setting is not allowed.</exception>
    public static GraphQLServerBuilder AddGraph(
        this IServiceCollection services, Product product, Settings settings, IReadOnlyList<ConfiguredConnection> connections, Action<GraphQLOptions> configure)
    {
        services.AddDbContext<GraphContext>(o => o.UseNpgsql(product.Database).UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            // The parents' keys are made distinct from ordered rows, and their own order does not matter.
            .ConfigureWarnings(w => w.Ignore(CoreEventId.DistinctAfterOrderByWithoutRowLimitingOperatorWarning)));
        services.AddScoped(s => product.Evaluator.Within(s.GetRequiredService<RowLimit>()));
        services.AddHttpContextAccessor().AddSingleton<AnswersOfRequest>();
        services.AddScoped<Visible>();
        services.AddSingleton(new RecordLinks(connections)).AddSingleton(connections).AddSingleton(ScorecardFile.Desk(product, settings)).AddSingleton(WaiversCommand.Store(product, settings));
        services.AddSingleton(new ReviewActions(product.Database, product.Clock)).AddSingleton(_ => ScorecardDelivery.Of(product, settings));
        return services.AddGraphQLServer(configure)
            .AddTypes(typeof(Graph).Assembly)
            .AddScalar(new PeriodScalar(product.Reporting.Calendar))
            .AddErrorFilter<ApiErrors>();
    }
}
