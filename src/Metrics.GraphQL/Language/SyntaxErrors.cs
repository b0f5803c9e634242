namespace Metrics.GraphQL.Language;

internal static class SyntaxErrors
{
    public static GraphQLException At(Location location, string message) =>
        new(new GraphQLError($"Syntax Error: {message}") { Locations = [location], Code = ErrorCodes.Syntax });

    public static GraphQLException Limit(Location location, string message) =>
        new(new GraphQLError(message) { Locations = [location], Code = ErrorCodes.Limit });
}
