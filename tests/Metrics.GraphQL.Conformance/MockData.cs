using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Conformance;

/// <summary>
/// The oracle's deterministic data: a list has 2 items; an enum is its first value; Int is the length of the field's name,
/// Float that and a half, Boolean whether it is even; ID is "id:name", any other scalar "str:name"; an abstract type is the
/// possible type with the smallest name.
/// </summary>
internal static class MockData
{
    public static SchemaOptions Options { get; } = new()
    {
        DefaultResolver = FieldResolver.From(c => Value(c.Field.Type, c.Field.Name)),
        ResolveType = (_, type) => type.PossibleTypes.Select(t => t.Name).Order(StringComparer.Ordinal).FirstOrDefault(),
    };

    private static object Value(GraphQLType type, string name) => type.Nullable switch
    {
        ListType list => new[] { Value(list.ItemType, name), Value(list.ItemType, name) },
        EnumType values => values.Values[0].Value,
        ScalarType { Name: "Int" } => name.Length,
        ScalarType { Name: "Float" } => name.Length + 0.5,
        ScalarType { Name: "Boolean" } => name.Length % 2 == 0,
        ScalarType { Name: "ID" } => $"id:{name}",
        ScalarType => $"str:{name}",
        _ => new object(),
    };
}
