using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Types;

/// <summary>The introspection system (spec §4).</summary>
internal static class Introspection
{
    public static DocumentNode Document { get; } = Parser.Parse("""
        "A GraphQL Schema defines the capabilities of a GraphQL server. It exposes all available types and directives on the server, as well as the entry points for query, mutation, and subscription operations."
        type __Schema {
          description: String
          "A list of all types supported by this server."
          types: [__Type!]!
          "The type that query operations will be rooted at."
          queryType: __Type!
          "If this server supports mutation, the type that mutation operations will be rooted at."
          mutationType: __Type
          "If this server support subscription, the type that subscription operations will be rooted at."
          subscriptionType: __Type
          "A list of all directives supported by this server."
          directives: [__Directive!]!
        }

        "A Directive provides a way to describe alternate runtime execution and type validation behavior in a GraphQL document."
        type __Directive {
          name: String!
          description: String
          isRepeatable: Boolean!
          locations: [__DirectiveLocation!]!
          args(includeDeprecated: Boolean! = false): [__InputValue!]!
        }

        "A Directive can be adjacent to many parts of the GraphQL language, a __DirectiveLocation describes one such possible adjacencies."
        enum __DirectiveLocation {
          QUERY MUTATION SUBSCRIPTION FIELD FRAGMENT_DEFINITION FRAGMENT_SPREAD INLINE_FRAGMENT VARIABLE_DEFINITION SCHEMA SCALAR
          OBJECT FIELD_DEFINITION ARGUMENT_DEFINITION INTERFACE UNION ENUM ENUM_VALUE INPUT_OBJECT INPUT_FIELD_DEFINITION
        }

        "The fundamental unit of any GraphQL Schema is the type. Depending on the kind of a type, certain fields describe information about that type; abstract types list their possible types, list and non-null types the type they wrap."
        type __Type {
          kind: __TypeKind!
          name: String
          description: String
          specifiedByURL: String
          fields(includeDeprecated: Boolean! = false): [__Field!]
          interfaces: [__Type!]
          possibleTypes: [__Type!]
          enumValues(includeDeprecated: Boolean! = false): [__EnumValue!]
          inputFields(includeDeprecated: Boolean! = false): [__InputValue!]
          ofType: __Type
          isOneOf: Boolean
        }

        "Object and Interface types are described by a list of Fields, each of which has a name, potentially a list of arguments, and a return type."
        type __Field {
          name: String!
          description: String
          args(includeDeprecated: Boolean! = false): [__InputValue!]!
          type: __Type!
          isDeprecated: Boolean!
          deprecationReason: String
        }

        "Arguments provided to Fields or Directives and the input fields of an InputObject are represented as Input Values which describe their type and optionally a default value."
        type __InputValue {
          name: String!
          description: String
          type: __Type!
          "A GraphQL-formatted string representing the default value for this input value."
          defaultValue: String
          isDeprecated: Boolean!
          deprecationReason: String
        }

        "One possible value for a given Enum."
        type __EnumValue {
          name: String!
          description: String
          isDeprecated: Boolean!
          deprecationReason: String
        }

        "An enum describing what kind of type a given `__Type` is."
        enum __TypeKind { SCALAR OBJECT INTERFACE UNION ENUM INPUT_OBJECT LIST NON_NULL }
        """, ParserOptions.Trusted);

    public static Dictionary<string, FieldResolver> Resolvers { get; } = new()
    {
        ["__Schema.description"] = Of<Schema>(s => s.Description),
        ["__Schema.types"] = Of<Schema>(s => s.Types),
        ["__Schema.queryType"] = Of<Schema>(s => s.QueryType),
        ["__Schema.mutationType"] = Of<Schema>(s => s.MutationType),
        ["__Schema.subscriptionType"] = Of<Schema>(s => s.SubscriptionType),
        ["__Schema.directives"] = Of<Schema>(s => s.Directives),
        ["__Directive.name"] = Of<DirectiveType>(d => d.Name),
        ["__Directive.description"] = Of<DirectiveType>(d => d.Description),
        ["__Directive.isRepeatable"] = Of<DirectiveType>(d => d.IsRepeatable),
        ["__Directive.locations"] = Of<DirectiveType>(d => d.Locations),
        ["__Directive.args"] = FieldResolver.From(c => Inputs(((DirectiveType)c.Source!).Arguments, c)),
        ["__Type.kind"] = Of<GraphQLType>(Kind),
        ["__Type.name"] = Of<GraphQLType>(t => (t as NamedType)?.Name),
        ["__Type.description"] = Of<GraphQLType>(t => (t as NamedType)?.Description),
        ["__Type.specifiedByURL"] = Of<GraphQLType>(t => (t as ScalarType)?.SpecifiedBy),
        ["__Type.fields"] = FieldResolver.From(c => c.Source is FieldsType t
            ? t.Fields.Where(f => IncludeDeprecated(c) || f.DeprecationReason is null)
            : null),
        ["__Type.interfaces"] = Of<GraphQLType>(t => (t as FieldsType)?.Interfaces),
        ["__Type.possibleTypes"] = Of<GraphQLType>(t => t is InterfaceType or UnionType ? ((CompositeType)t).PossibleTypes : null),
        ["__Type.enumValues"] = FieldResolver.From(c => c.Source is EnumType t
            ? t.Values.Where(v => IncludeDeprecated(c) || v.DeprecationReason is null)
            : null),
        ["__Type.inputFields"] = FieldResolver.From(c => c.Source is InputObjectType t ? Inputs(t.Fields, c) : null),
        ["__Type.ofType"] = Of<GraphQLType>(t => t is ListType list ? list.ItemType : t is NonNullType ? t.Nullable : null),
        ["__Type.isOneOf"] = Of<GraphQLType>(t => (t as InputObjectType)?.IsOneOf),
        ["__Field.name"] = Of<FieldDefinition>(f => f.Name),
        ["__Field.description"] = Of<FieldDefinition>(f => f.Description),
        ["__Field.args"] = FieldResolver.From(c => Inputs(((FieldDefinition)c.Source!).Arguments, c)),
        ["__Field.type"] = Of<FieldDefinition>(f => f.Type),
        ["__Field.isDeprecated"] = Of<FieldDefinition>(f => f.DeprecationReason is not null),
        ["__Field.deprecationReason"] = Of<FieldDefinition>(f => f.DeprecationReason),
        ["__InputValue.name"] = Of<InputValue>(i => i.Name),
        ["__InputValue.description"] = Of<InputValue>(i => i.Description),
        ["__InputValue.type"] = Of<InputValue>(i => i.Type),
        ["__InputValue.defaultValue"] = Of<InputValue>(i => i.DefaultValue?.ToString()),
        ["__InputValue.isDeprecated"] = Of<InputValue>(i => i.DeprecationReason is not null),
        ["__InputValue.deprecationReason"] = Of<InputValue>(i => i.DeprecationReason),
        ["__EnumValue.name"] = Of<EnumValue>(v => v.Name),
        ["__EnumValue.description"] = Of<EnumValue>(v => v.Description),
        ["__EnumValue.isDeprecated"] = Of<EnumValue>(v => v.DeprecationReason is not null),
        ["__EnumValue.deprecationReason"] = Of<EnumValue>(v => v.DeprecationReason),
    };

    public static FieldDefinition TypeNameField(Schema schema) => new()
    {
        Name = "__typename",
        Type = new NonNullType(schema.FindType("String")!),
        Coordinate = "__typename",
        Cost = 0,
        Resolver = FieldResolver.From(c => c.ParentType.Name),
    };

    public static FieldDefinition SchemaField(Schema schema) => new()
    {
        Name = "__schema",
        Type = new NonNullType(schema.FindType("__Schema")!),
        Coordinate = "__schema",
        Resolver = FieldResolver.From(_ => schema),
    };

    public static FieldDefinition TypeField(Schema schema) => new()
    {
        Name = "__type",
        Type = schema.FindType("__Type")!,
        Coordinate = "__type",
        Arguments = [new InputValue { Name = "name", Type = new NonNullType(schema.FindType("String")!), Coordinate = "__type(name:)" }],
        Resolver = FieldResolver.From(c => schema.FindType(c.Argument<string>("name")!)),
    };

    private static FieldResolver Of<T>(Func<T, object?> read)
        where T : class => FieldResolver.From(c => read((T)c.Source!));

    private static bool IncludeDeprecated(ResolverContext context) => context.Argument<bool>("includeDeprecated");

    private static IEnumerable<InputValue> Inputs(IReadOnlyList<InputValue> inputs, ResolverContext context) =>
        IncludeDeprecated(context) ? inputs : inputs.Where(i => i.DeprecationReason is null);

    private static string Kind(GraphQLType type) => type switch
    {
        ScalarType => "SCALAR",
        ObjectType => "OBJECT",
        InterfaceType => "INTERFACE",
        UnionType => "UNION",
        EnumType => "ENUM",
        InputObjectType => "INPUT_OBJECT",
        ListType => "LIST",
        _ => "NON_NULL",
    };
}
