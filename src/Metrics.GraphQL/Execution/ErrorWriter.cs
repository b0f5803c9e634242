using Metrics.GraphQL.Types.Scalars;

namespace Metrics.GraphQL.Execution;

/// <summary>Writes the <c>errors</c> of a response (spec §7.1.6).</summary>
internal static class ErrorWriter
{
    private static readonly AnyScalar Any = new();

    public static void Write(ResponseWriter writer, IReadOnlyList<GraphQLError> errors)
    {
        writer.WriteName("errors");
        writer.WriteStartArray();
        foreach (var error in errors) Write(writer, error);
        writer.WriteEndArray();
    }

    private static void Write(ResponseWriter writer, GraphQLError error)
    {
        writer.WriteStartObject();
        writer.WriteName("message");
        writer.WriteString(error.Message);
        if (error.Locations.Count > 0)
        {
            writer.WriteName("locations");
            writer.WriteStartArray();
            foreach (var location in error.Locations)
            {
                writer.WriteStartObject();
                writer.WriteName("line");
                writer.WriteNumber(location.Line);
                writer.WriteName("column");
                writer.WriteNumber(location.Column);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        if (error.Path is not null)
        {
            writer.WriteName("path");
            writer.WriteStartArray();
            foreach (var key in error.Path)
            {
                if (key is int index) writer.WriteNumber(index);
                else writer.WriteString((string)key);
            }
            writer.WriteEndArray();
        }
        WriteExtensions(writer, error);
        writer.WriteEndObject();
    }

    private static void WriteExtensions(ResponseWriter writer, GraphQLError error)
    {
        if (error is { Code: null, Coordinate: null, Extensions: null or { Count: 0 } }) return;
        writer.WriteName("extensions");
        writer.WriteStartObject();
        if (error.Code is not null)
        {
            writer.WriteName("code");
            writer.WriteString(error.Code);
        }
        if (error.Coordinate is not null)
        {
            writer.WriteName("coordinate");
            writer.WriteString(error.Coordinate);
        }
        foreach (var (key, value) in error.Extensions ?? new Dictionary<string, object?>())
        {
            if (key is "code" or "coordinate") continue;
            writer.WriteName(key);
            if (value is null) writer.WriteNull();
            else Any.Write(value, writer);
        }
        writer.WriteEndObject();
    }
}
