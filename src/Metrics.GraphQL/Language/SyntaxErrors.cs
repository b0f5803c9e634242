namespace Metrics.GraphQL.Language;

internal static class SyntaxErrors
{
    // A token may be as long as the document, and an error must not be.
    private const int MaxLength = 500;

    public static GraphQLException At(Location location, string message) =>
        new(new GraphQLError($"Syntax Error: {(message.Length <= MaxLength ? message : message[..MaxLength] + "…")}") { Locations = [location], Code = ErrorCodes.Syntax });

    public static GraphQLException Limit(Location location, string message) =>
        new(new GraphQLError(message) { Locations = [location], Code = ErrorCodes.Limit });
}
