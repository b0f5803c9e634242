using Metrics.GraphQL.Types;

namespace Metrics.Tests.Api;

/// <summary>Queries that are made of the schema, so that a new field is in them by itself.</summary>
internal static class SchemaWalk
{
    /// <summary>For each list at the root that needs no arguments, a query of its rows with everything that they lead to, two steps far.</summary>
    public static IReadOnlyDictionary<string, string> Lists(Schema schema) => schema.QueryType.Fields
        .Where(f => NeedsNothing(f) && IsList(f))
        .ToDictionary(f => f.Name, f => $"{{ {Selected(f, 2, 100)} }}");

    /// <summary>The lists at the root whose rows are nodes, with the names of their types.</summary>
    public static IEnumerable<(string List, string Type)> Nodes(Schema schema) =>
        from field in schema.QueryType.Fields
        where NeedsNothing(field) && IsConnection(field)
        let node = ((FieldsType)field.Type.Named).Fields.Single(f => f.Name == "nodes").Type.Named as FieldsType
        where node.Fields.Any(f => f.Name == "nodeId")
        select (field.Name, node.Name);

    private static bool NeedsNothing(FieldDefinition field) => !field.Arguments.Any(a => a.IsRequired);

    private static bool IsList(FieldDefinition field) => field.Type.Nullable is ListType || IsConnection(field);

    private static bool IsConnection(FieldDefinition field) => field.Type.Named.Name.EndsWith("Connection", StringComparison.Ordinal);

    private static string Selected(FieldDefinition field, int steps, int first)
    {
        if (field.Type.Named is not FieldsType type) return field.Name;
        if (!IsConnection(field)) return $"{field.Name} {Selection(type, steps)}";
        var node = (FieldsType)type.FindField("nodes")!.Type.Named;
        return $"{field.Name}(first: {first}) {{ totalCount nodes {Selection(node, steps)} }}";
    }

    private static string Selection(FieldsType type, int steps)
    {
        var fields = type.Fields.Where(f => NeedsNothing(f) && (steps > 0 || f.Type.Named is not CompositeType));
        return $"{{ __typename {string.Join(" ", fields.Select(f => Selected(f, steps - 1, 10)))} }}";
    }
}
