using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Types;

/// <summary>A valid type system with its resolvers. Immutable and safe to share between threads.</summary>
public sealed class Schema
{
    private readonly Dictionary<string, NamedType> types;
    private readonly Dictionary<string, DirectiveType> directives;

    internal Schema(
        string? description,
        IReadOnlyList<NamedType> types,
        IReadOnlyList<DirectiveType> directives,
        Dictionary<OperationType, NamedType> rootTypes,
        IReadOnlyList<SchemaDefinitionNode> nodes,
        SchemaOptions options)
    {
        Description = description;
        Types = types;
        this.types = types.ToDictionary(t => t.Name);
        Directives = directives;
        this.directives = directives.ToDictionary(d => d.Name);
        RootTypes = rootTypes;
        Nodes = nodes;
        Options = options;
        LinkPossibleTypes();
        AddMetaFields();
    }

    public string? Description { get; }

    /// <summary>All types: built-in, introspection and defined.</summary>
    public IReadOnlyList<NamedType> Types { get; }

    /// <summary>All directives, with the five built-in ones.</summary>
    public IReadOnlyList<DirectiveType> Directives { get; }

    public ObjectType QueryType => (ObjectType)RootTypes[OperationType.Query];

    public ObjectType? MutationType => RootType(OperationType.Mutation);

    public ObjectType? SubscriptionType => RootType(OperationType.Subscription);

    internal Dictionary<OperationType, NamedType> RootTypes { get; }

    internal IReadOnlyList<SchemaDefinitionNode> Nodes { get; }

    internal SchemaOptions Options { get; }

    /// <summary>Builds a schema from SDL.</summary>
    /// <exception cref="SchemaException">The text is no SDL, or describes no valid schema.</exception>
    public static Schema FromSdl(string sdl, SchemaOptions? options = null)
    {
        DocumentNode document;
        try
        {
            document = Parser.Parse(sdl, ParserOptions.Trusted);
        }
        catch (GraphQLException e)
        {
            throw new SchemaException(e.Errors);
        }
        return FromDocument(document, options);
    }

    /// <summary>Builds a schema from a parsed document; executable definitions in it are ignored.</summary>
    /// <exception cref="SchemaException">The document describes no valid schema.</exception>
    public static Schema FromDocument(DocumentNode document, SchemaOptions? options = null)
    {
        var errors = SdlValidator.Validate(document);
        if (errors.Count > 0) throw new SchemaException(errors);
        var schema = new SchemaBuilder(document, options ?? new SchemaOptions()).Build();
        errors = SchemaValidator.Validate(schema);
        return errors.Count > 0 ? throw new SchemaException(errors) : schema;
    }

    /// <summary>Finds a type by name.</summary>
    public NamedType? FindType(string name) => types.GetValueOrDefault(name);

    /// <summary>Finds a directive by name, without the <c>@</c>.</summary>
    public DirectiveType? FindDirective(string name) => directives.GetValueOrDefault(name);

    /// <summary>The type where operations of a kind begin, if the schema supports them.</summary>
    public ObjectType? RootType(OperationType operation) => RootTypes.GetValueOrDefault(operation) as ObjectType;

    /// <summary>Finds the type that a reference names; null when any part of it is unknown.</summary>
    public GraphQLType? FindType(TypeNode node) => node switch
    {
        NamedTypeNode named => FindType(named.Name.Value),
        ListTypeNode list => FindType(list.ItemType) is { } item ? new ListType(item) : null,
        NonNullTypeNode nonNull => FindType(nonNull.NullableType) is { } inner ? new NonNullType(inner) : null,
        _ => null,
    };

    /// <summary>Whether every value of a type is also one of another (spec §3.6.1, IsSubType).</summary>
    public static bool IsSubType(GraphQLType type, GraphQLType super)
    {
        if (IsSame(type, super)) return true;
        if (super is NonNullType superNonNull) return type is NonNullType nonNull && IsSubType(nonNull.Nullable, superNonNull.Nullable);
        if (type is NonNullType sub) return IsSubType(sub.Nullable, super);
        if (super is ListType superList) return type is ListType list && IsSubType(list.ItemType, superList.ItemType);
        if (type is ListType) return false;
        return super switch
        {
            InterfaceType face => type is FieldsType fields && fields.DeclaredInterfaces.Contains(face),
            UnionType union => type is ObjectType o && union.PossibleTypeSet.Contains(o),
            _ => false,
        };
    }

    /// <summary>Whether two types are the same, wrapping included.</summary>
    public static bool IsSame(GraphQLType a, GraphQLType b) => ReferenceEquals(a, b) || (a, b) switch
    {
        (NonNullType x, NonNullType y) => IsSame(x.Nullable, y.Nullable),
        (ListType x, ListType y) => IsSame(x.ItemType, y.ItemType),
        _ => false,
    };

    /// <summary>Whether some object can be both.</summary>
    public static bool Overlap(CompositeType a, CompositeType b) =>
        ReferenceEquals(a, b) || a.PossibleTypeSet.Overlaps(b.PossibleTypes);

    /// <summary>Writes the schema as SDL, without built-in and introspection types.</summary>
    public string ToSdl() => SchemaPrinter.Print(this);

    private void LinkPossibleTypes()
    {
        var implementations = new Dictionary<NamedType, List<ObjectType>>();
        foreach (var type in Types.OfType<ObjectType>())
        {
            foreach (var face in type.DeclaredInterfaces.Distinct())
            {
                if (!implementations.TryGetValue(face, out var list)) implementations[face] = list = [];
                list.Add(type);
            }
        }
        foreach (var type in Types)
        {
            if (type is InterfaceType face) face.PossibleTypes = implementations.GetValueOrDefault(face) ?? [];
            else if (type is UnionType union) union.PossibleTypes = [.. union.DeclaredTypes.OfType<ObjectType>()];
        }
    }

    private void AddMetaFields()
    {
        foreach (var type in Types.OfType<CompositeType>()) type.MetaFields["__typename"] = Introspection.TypeNameField(this);
        if (RootType(OperationType.Query) is not { } query) return;
        query.MetaFields["__schema"] = Introspection.SchemaField(this);
        query.MetaFields["__type"] = Introspection.TypeField(this);
    }
}
