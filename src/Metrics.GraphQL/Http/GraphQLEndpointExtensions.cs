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
    /// Serves GraphQL over HTTP at a path, and trusted documents by name below it at <c>persisted/{name}</c>, with their list at <c>persisted</c>; to a
    /// browser a page, with GraphiQL when the build had it. Builds the schema at once, so that a faulty one stops the start.
    /// </summary>
    public static IEndpointConventionBuilder MapGraphQL(this IEndpointRouteBuilder endpoints, string path = "/graphql")
    {
        var executor = endpoints.ServiceProvider.GetRequiredService<RequestExecutor>();
        var files = executor.Options.OnlyTrustedDocuments ? null : (endpoints.ServiceProvider.GetService<ExplorerBundle>() ?? ExplorerBundle.Embedded).Files;
        var handler = new GraphQLHttpHandler(executor, new ExplorerPage(executor, path, files));
        var persisted = new TrustedDocumentHandler(executor);
        var group = endpoints.MapGroup(path);
        group.Map("", (RequestDelegate)handler.HandleAsync).WithDisplayName("GraphQL");
        group.MapGet("persisted", (RequestDelegate)persisted.ListAsync).WithDisplayName("GraphQL trusted documents");
        group.Map("persisted/{name}", (RequestDelegate)persisted.HandleAsync).WithDisplayName("GraphQL trusted document");
        foreach (var file in files?.All ?? [])
            group.MapMethods(file.Name, [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)file.SendAsync).WithDisplayName("GraphQL explorer");
        return group;
    }
}
