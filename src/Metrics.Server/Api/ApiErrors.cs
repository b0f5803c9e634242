using Metrics.GraphQL;
using Metrics.Kpis;
using Metrics.Storage;

namespace Metrics.Server.Api;

/// <summary>What callers may know of our own failures: what to ask instead, or to try again.</summary>
internal sealed class ApiErrors : IErrorFilter
{
    public GraphQLError OnError(GraphQLError error) => error.Exception switch
    {
        KpiException wrong => error with { Message = wrong.Message, Code = ErrorCodes.BadInput },
        { } failure when StorageException.Of(failure, "the request") is { IsTransient: true } =>
            error with { Message = "The database is away. Try again in a few seconds.", Code = "UNAVAILABLE" },
        _ => error,
    };
}
