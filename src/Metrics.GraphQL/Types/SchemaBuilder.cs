using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types.Scalars;

namespace Metrics.GraphQL.Types;

/// <summary>Turns a type system document, already checked by <see cref="SdlValidator"/>, into linked types.</summary>
internal sealed class SchemaBuilder(DocumentNode document, SchemaOptions options)
{
    public const string DefaultDeprecationReason = "No longer supported";

    private readonly Dictionary<string, NamedType> types = [];
    private readonly List<Action> links = [];

    public Schema Build()
    {
        foreach (var scalar in BuiltInScalars.All) types[scalar.Name] = new ScalarType(scalar, scalar.Description, null, []);
        foreach (var node in Introspection.Document.Definitions.Cast<TypeDefinitionNode>()) types[node.Name.Value] = Create(node, [node]);
        foreach (var group in document.Definitions.OfType<TypeDefinitionNode>().GroupBy(n => n.Name.Value))
        {
            // A definition of a built-in type, for the sake of tools that do not know it, changes nothing.
            if (!types.ContainsKey(group.Key)) types[group.Key] = Create(group.First(n => !n.IsExtension), [.. group.OrderBy(n => n.IsExtension)]);
        }
        foreach (var link in links) link();

        var schemaNodes = document.Definitions.OfType<SchemaDefinitionNode>().OrderBy(n => n.IsExtension).ToList();
        var directives = document.Definitions.OfType<DirectiveDefinitionNode>().Select(Directive).ToList();
        directives.AddRange(BuiltInDirectives.Nodes.Where(n => directives.All(d => d.Name != n.Name.Value)).Select(Directive));
        var ordered = Order(document.Definitions.OfType<TypeDefinitionNode>().Where(n => !n.IsExtension).Select(n => types[n.Name.Value]), directives);
        return new Schema(
            schemaNodes.Select(n => n.Description?.Value).FirstOrDefault(d => d is not null), ordered, directives, Roots(schemaNodes), schemaNodes, options);
    }

    private Dictionary<OperationType, NamedType> Roots(List<SchemaDefinitionNode> nodes)
    {
        var roots = new Dictionary<OperationType, NamedType>();
        foreach (var operation in nodes.SelectMany(n => n.OperationTypes))
            roots[operation.Operation] = types[operation.Type.Name.Value];
        if (nodes.Any(n => !n.IsExtension)) return roots;
        foreach (var operation in Enum.GetValues<OperationType>())
        {
            if (types.TryGetValue(operation.ToString(), out var type)) roots.TryAdd(operation, type);
        }
        return roots;
    }

    private NamedType Create(TypeDefinitionNode node, IReadOnlyList<TypeDefinitionNode> all)
    {
        var name = node.Name.Value;
        var description = node.Description?.Value;
        switch (node)
        {
            case ScalarTypeNode:
                var scalar = options.Scalars.FirstOrDefault(s => s.Name == name) ?? new AnyScalar(name);
                var url = all.SelectMany(n => n.Directives).FirstOrDefault(d => d.Name.Value == "specifiedBy");
                return new ScalarType(scalar, description ?? scalar.Description, url is null ? scalar.SpecifiedBy : Text(url, "url"), all);
            case ObjectTypeNode or InterfaceTypeNode:
                FieldsType type = node is ObjectTypeNode ? new ObjectType(name, description, all) : new InterfaceType(name, description, all);
                links.Add(() =>
                {
                    type.DeclaredInterfaces = [.. all.Cast<FieldsTypeNode>().SelectMany(n => n.Interfaces).Select(i => types[i.Name.Value])];
                    type.Fields = [.. all.Cast<FieldsTypeNode>().SelectMany(n => n.Fields).Select(f => Field(name, f))];
                });
                return type;
            case UnionTypeNode:
                var union = new UnionType(name, description, all);
                links.Add(() => union.DeclaredTypes = [.. all.Cast<UnionTypeNode>().SelectMany(n => n.Types).Select(t => types[t.Name.Value])]);
                return union;
            case EnumTypeNode:
                return new EnumType(name, description, [.. all.Cast<EnumTypeNode>().SelectMany(n => n.Values).Select(v => Value(name, v))], all);
            case InputObjectTypeNode:
                var isOneOf = all.SelectMany(n => n.Directives).Any(d => d.Name.Value == "oneOf");
                var input = new InputObjectType(name, description, isOneOf, all);
                links.Add(() => input.Fields =
                    [.. all.Cast<InputObjectTypeNode>().SelectMany(n => n.Fields).Select(f => Input(f, $"{name}.{f.Name.Value}"))]);
                return input;
            default: throw new InvalidOperationException($"{node.GetType()} does not define a type.");
        }
    }

    private FieldDefinition Field(string typeName, FieldDefinitionNode node)
    {
        var coordinate = $"{typeName}.{node.Name.Value}";
        return new FieldDefinition
        {
            Name = node.Name.Value,
            Description = node.Description?.Value,
            Type = Type(node.Type),
            Arguments = [.. node.Arguments.Select(a => Input(a, $"{coordinate}({a.Name.Value}:)"))],
            DeprecationReason = Deprecation(node.Directives),
            Coordinate = coordinate,
            Node = node,
            Cost = options.Costs.GetValueOrDefault(coordinate, 1),
            ListSize = options.ListSizes.GetValueOrDefault(coordinate),
            Resolver = Introspection.Resolvers.GetValueOrDefault(coordinate)
                ?? options.Resolvers.GetValueOrDefault(coordinate)
                ?? options.DefaultResolver,
        };
    }

    private InputValue Input(InputValueDefinitionNode node, string coordinate) => new()
    {
        Name = node.Name.Value,
        Description = node.Description?.Value,
        Type = Type(node.Type),
        DefaultValue = node.DefaultValue,
        DeprecationReason = Deprecation(node.Directives),
        Coordinate = coordinate,
        Node = node,
    };

    private EnumValue Value(string typeName, EnumValueDefinitionNode node) => new()
    {
        Name = node.Name.Value,
        Description = node.Description?.Value,
        DeprecationReason = Deprecation(node.Directives),
        Value = typeName.StartsWith("__", StringComparison.Ordinal)
            ? node.Name.Value
            : options.EnumValues.GetValueOrDefault($"{typeName}.{node.Name.Value}", node.Name.Value),
        Node = node,
    };

    private DirectiveType Directive(DirectiveDefinitionNode node) => new()
    {
        Name = node.Name.Value,
        Description = node.Description?.Value,
        Arguments = [.. node.Arguments.Select(a => Input(a, $"@{node.Name.Value}({a.Name.Value}:)"))],
        Locations = [.. node.Locations.Select(l => l.Value)],
        IsRepeatable = node.IsRepeatable,
        Node = node,
    };

    private GraphQLType Type(TypeNode node) => node switch
    {
        ListTypeNode list => new ListType(Type(list.ItemType)),
        NonNullTypeNode nonNull => new NonNullType(Type(nonNull.NullableType)),
        _ => types[((NamedTypeNode)node).Name.Value],
    };

    private static string? Deprecation(IReadOnlyList<DirectiveNode> directives)
    {
        var deprecated = directives.FirstOrDefault(d => d.Name.Value == "deprecated");
        return deprecated is null ? null : Text(deprecated, "reason") ?? DefaultDeprecationReason;
    }

    private static string? Text(DirectiveNode directive, string argument) =>
        (directive.Arguments.FirstOrDefault(a => a.Name.Value == argument)?.Value as StringValueNode)?.Value;

    /// <summary>Defined types in their order, each followed by the built-in types it is first to use, as graphql-js lists them.</summary>
    private List<NamedType> Order(IEnumerable<NamedType> defined, List<DirectiveType> directives)
    {
        var ordered = new List<NamedType>();
        var definedTypes = defined.Distinct().ToList();
        var seen = new HashSet<NamedType>(definedTypes);
        foreach (var type in definedTypes)
        {
            ordered.Add(type);
            Follow(type);
        }
        foreach (var argument in directives.SelectMany(d => d.Arguments)) Add(argument.Type.Named);
        foreach (var type in types.Values.Where(t => t.IsIntrospection)) Add(type);
        return ordered;

        void Add(NamedType type)
        {
            if (!seen.Add(type)) return;
            ordered.Add(type);
            Follow(type);
        }

        void Follow(NamedType type)
        {
            if (type is FieldsType fields)
            {
                foreach (var field in fields.Fields)
                {
                    Add(field.Type.Named);
                    foreach (var argument in field.Arguments) Add(argument.Type.Named);
                }
            }
            else if (type is InputObjectType input)
            {
                foreach (var field in input.Fields) Add(field.Type.Named);
            }
        }
    }
}
