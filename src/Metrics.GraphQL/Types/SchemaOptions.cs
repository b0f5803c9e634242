using Metrics.GraphQL.Execution;

namespace Metrics.GraphQL.Types;

/// <summary>What SDL cannot say: resolvers, scalars and C# values.</summary>
public sealed record SchemaOptions
{
    /// <summary>Resolvers by field coordinate, such as <c>Query.kpi</c>.</summary>
    public IReadOnlyDictionary<string, FieldResolver> Resolvers { get; init; } = new Dictionary<string, FieldResolver>();

    /// <summary>What resolves all other fields; by default the member of the same name of a JSON object or dictionary.</summary>
    public FieldResolver DefaultResolver { get; init; } = DefaultResolvers.Member;

    /// <summary>Names the object type of a value of an interface or union; by default its member <c>__typename</c>.</summary>
    public TypeResolver ResolveType { get; init; } = DefaultResolvers.TypeName;

    /// <summary>How scalars read and write; a scalar that is not here takes any value.</summary>
    public IReadOnlyList<Scalar> Scalars { get; init; } = [];

    /// <summary>The C# value of an enum value, by coordinate, such as <c>Grain.DAY</c>; by default its name.</summary>
    public IReadOnlyDictionary<string, object> EnumValues { get; init; } = new Dictionary<string, object>();

    /// <summary>The cost of fields, by coordinate; 1 by default.</summary>
    public IReadOnlyDictionary<string, int> Costs { get; init; } = new Dictionary<string, int>();

    /// <summary>How large lists can be, by coordinate of their field.</summary>
    public IReadOnlyDictionary<string, ListSize> ListSizes { get; init; } = new Dictionary<string, ListSize>();
}

/// <summary>Names the object type of a value, given the interface or union that a field returns; null when it is none of them.</summary>
public delegate string? TypeResolver(object value, CompositeType type);
