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

    /// <summary>For each list at the root, queries that filter by every field that there is, by every operation, and sort by each.</summary>
    public static IEnumerable<string> FiltersAndSorts(Schema schema)
    {
        foreach (var list in schema.QueryType.Fields.Where(f => NeedsNothing(f) && f.FindArgument("where") is not null))
        {
            var conditions = from field in Fields(list, "where")
                             from operation in ((InputObjectType)field.Type.Named).Fields
                             select $"{{ {field.Name}: {{ {operation.Name}: {Operand(operation)} }} }}";
            foreach (var part in conditions.Chunk(100))
                yield return $"{{ {list.Name}(first: 1, where: {{ or: [{string.Join(", ", part)}] }}) {{ nodes {{ __typename }} }} }}";
            foreach (var keys in Fields(list, "order").Chunk(10))
                yield return $"{{ {list.Name}(first: 1, order: [{string.Join(", ", keys.Select(k => $"{{ {k.Name}: DESC }}"))}]) {{ nodes {{ __typename }} }} }}";
        }

        static IEnumerable<InputValue> Fields(FieldDefinition list, string argument) =>
            ((InputObjectType)list.FindArgument(argument)!.Type.Named).Fields.Where(f => f.Name is not ("and" or "or"));
    }

    private static string Operand(InputValue operation) => (operation.Name, operation.Type.Named) switch
    {
        ("all" or "some" or "none", _) => "{ eq: \"x\" }",
        ("in" or "nin", var type) => $"[{Value(type)}]",
        (_, var type) => Value(type),
    };

    private static string Value(NamedType type) => type switch
    {
        EnumType words => words.Values[0].Name,
        { Name: "Boolean" } => "true",
        { Name: "Int" or "Long" or "Float" or "Decimal" } => "1",
        { Name: "DateTime" } => "\"2026-07-01T00:00:00Z\"",
        { Name: "Date" } => "\"2026-07-01\"",
        { Name: "Duration" } => "\"PT1H\"",
        _ => "\"1\"",
    };

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
