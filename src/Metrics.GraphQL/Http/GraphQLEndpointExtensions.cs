using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the GraphQL server.</summary>
public static class GraphQLEndpointExtensions
{
    /// <summary>
    /// Serves GraphQL over HTTP at a path, and trusted documents by name below it at <c>persisted/{name}</c>. Builds the
    /// schema at once, so that a faulty one stops the start.
    /// </summary>
    public static IEndpointConventionBuilder MapGraphQL(this IEndpointRouteBuilder endpoints, string path = "/graphql")
    {
        var executor = endpoints.ServiceProvider.GetRequiredService<RequestExecutor>();
        var handler = new GraphQLHttpHandler(executor);
        var persisted = new TrustedDocumentHandler(executor);
        var group = endpoints.MapGroup(path);
        group.Map("", (RequestDelegate)handler.HandleAsync).WithDisplayName("GraphQL");
        group.Map("persisted/{name}", (RequestDelegate)persisted.HandleAsync).WithDisplayName("GraphQL trusted document");
        return group;
    }
}
