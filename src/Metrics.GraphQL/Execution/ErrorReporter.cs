using Metrics.GraphQL.Types;
using Microsoft.Extensions.Logging;

namespace Metrics.GraphQL.Execution;

/// <summary>Turns what went wrong into what the caller may know.</summary>
internal sealed partial class ErrorReporter(IReadOnlyList<IErrorFilter> filters, ILogger? logger)
{
    public const string HiddenMessage = "Unexpected execution error.";

    public GraphQLError Report(Exception exception, PlannedField field, IReadOnlyList<object> path)
    {
        var error = exception is GraphQLException known
            ? known.Errors[0]
            : new GraphQLError(HiddenMessage) { Code = ErrorCodes.Internal, Exception = exception };
        if (exception is not GraphQLException && logger is not null)
            LogUnexpected(logger, exception, field.Definition.Coordinate, string.Join('/', path));
        return Filter(error with
        {
            Path = path,
            Locations = [.. field.Nodes.Select(n => n.Location)],
            Coordinate = error.Coordinate ?? field.Definition.Coordinate,
        });
    }

    public GraphQLError Filter(GraphQLError error)
    {
        foreach (var filter in filters) error = filter.OnError(error);
        return error;
    }

    public static GraphQLException NullViolation(FieldDefinition field) =>
        new($"Cannot return null for non-nullable field {field}.", ErrorCodes.NullValue);

    [LoggerMessage(LogLevel.Error, "Resolving {Coordinate} at {Path} failed.")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, string coordinate, string path);
}
