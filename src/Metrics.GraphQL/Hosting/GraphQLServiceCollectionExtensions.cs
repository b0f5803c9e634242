using Metrics.GraphQL;
using Metrics.GraphQL.Annotated;
using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Types;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the GraphQL server.</summary>
public static class GraphQLServiceCollectionExtensions
{
    /// <summary>Adds a GraphQL server; then add types to what is returned, and map it with <c>MapGraphQL</c>.</summary>
    public static GraphQLServerBuilder AddGraphQLServer(this IServiceCollection services, Action<GraphQLOptions>? configure = null)
    {
        var builder = new GraphQLServerBuilder(services);
        services.AddOptions<GraphQLOptions>();
        if (configure is not null) services.Configure(configure);
        services.TryAddSingleton(provider =>
        {
            var options = provider.GetRequiredService<Options.IOptions<GraphQLOptions>>().Value;
            return builder.SchemaFactory?.Invoke(provider)
                ?? AnnotatedSchema.Build(builder.Types, builder.Scalars, options, services);
        });
        services.TryAddSingleton(provider => new RequestExecutor(
            provider.GetRequiredService<Schema>(),
            provider.GetRequiredService<Options.IOptions<GraphQLOptions>>().Value,
            provider.GetServices<IErrorFilter>(),
            provider.GetService<ILogger<RequestExecutor>>()));
        return builder;
    }
}
