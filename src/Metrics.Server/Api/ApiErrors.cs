using Metrics.GraphQL;
using Metrics.Kpis;
using Metrics.Kpis.Definitions;
using Metrics.Scorecards.Delivery;
using Metrics.Scorecards.Editions;
using Metrics.Scorecards.Printing;
using Metrics.Server.Hosting;
using Metrics.Sources;
using Metrics.Storage;

namespace Metrics.Server.Api;

/// <summary>
/// What the product says of a mistake is meant for whoever made it. A database that is away is no secret either: callers are told to
/// try again.
/// </summary>
internal sealed class ApiErrors : IErrorFilter
{
    public GraphQLError OnError(GraphQLError error) => error.Exception switch
    {
        KpiException or KpiFilesException or ScorecardException or DeliveryException or SourceException or SettingsException or PdfCheckException =>
            error with { Message = error.Exception.Message, Code = ErrorCodes.BadInput },
        { } failure when StorageException.Of(failure, "the request") is { IsTransient: true } =>
            error with { Message = "The database is away. Try again in a few seconds.", Code = "UNAVAILABLE" },
        _ => error,
    };
}
