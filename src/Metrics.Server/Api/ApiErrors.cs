using Metrics.GraphQL;
using Metrics.Storage;

namespace Metrics.Server.Api;

/// <summary>A database that is away is no secret: callers are told to try again.</summary>
internal sealed class ApiErrors : IErrorFilter
{
    public GraphQLError OnError(GraphQLError error) => error.Exception switch
    {
        { } failure when StorageException.Of(failure, "the request") is { IsTransient: true } =>
            error with { Message = "The database is away. Try again in a few seconds.", Code = "UNAVAILABLE" },
        _ => error,
    };
}
