using System.Reflection;
using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;
using Microsoft.Extensions.DependencyInjection;

namespace Metrics.GraphQL.Annotated;

/// <summary>Reads annotated classes, and all types that their members mention, into type system syntax and resolvers.</summary>
internal sealed partial class SchemaReader(IReadOnlyList<Scalar> scalars, GraphQLOptions options, IServiceCollection? services)
{
    private readonly Dictionary<Type, string> scalarNames =
        scalars.SelectMany(s => s.ClrTypes.Select(t => (Type: t, s.Name))).DistinctBy(s => s.Type).ToDictionary(s => s.Type, s => s.Name);

    private readonly Dictionary<string, TypeDefinitionNode> definitions = [];
    private readonly Dictionary<string, Type> owners = [];
    private readonly Dictionary<Type, string> outputNames = [];
    private readonly Dictionary<Type, string> inputNames = [];
    private readonly Dictionary<Type, List<Type>> extensions = [];
    private readonly Dictionary<string, string> origins = [];
    private readonly Dictionary<string, MethodInfo> loaders = [];
    private readonly Queue<Action> pending = new();
    private readonly XmlDocs docs = new();

    public List<GraphQLError> Faults { get; } = [];

    public Dictionary<string, FieldResolver> Resolvers { get; } = [];

    public Dictionary<string, object> EnumValues { get; } = [];

    public Dictionary<string, int> Costs { get; } = [];

    public Dictionary<string, ListSize> ListSizes { get; } = [];

    public DocumentNode Read(IReadOnlyList<Type> types)
    {
        foreach (var type in types)
        {
            foreach (var extended in AnnotatedTypes.ExtendedTypes(type))
            {
                if (!extensions.TryGetValue(extended, out var list)) extensions[extended] = list = [];
                list.Add(type);
            }
            foreach (var method in type.GetMethods(BindingFlags.Public | BindingFlags.Static).Where(m => m.IsDefined(typeof(DataLoaderAttribute))))
            {
                if (!loaders.TryAdd(Naming.Loader(method), method))
                    Fault(method, $"there are two DataLoaders named \"{Naming.Loader(method)}\". Rename one, or name it with [DataLoader(\"…\")].");
            }
        }
        // Placeholders, so that the roots come first in the printed schema.
        foreach (var root in new[] { "Query", "Mutation" }) definitions[root] = new ObjectTypeNode { Name = Syntax.Name(root) };
        ReadRoot("Query", types.Where(t => t.IsDefined(typeof(QueryTypeAttribute))));
        ReadRoot("Mutation", types.Where(t => t.IsDefined(typeof(MutationTypeAttribute))));
        foreach (var type in types)
        {
            var isOutput = type.IsDefined(typeof(ObjectTypeAttribute)) || type.IsDefined(typeof(InterfaceTypeAttribute)) || type.IsDefined(typeof(UnionTypeAttribute));
            if (isOutput) Output(type, type);
            foreach (var extended in AnnotatedTypes.ExtendedTypes(type)) Output(extended, type);
        }
        while (pending.TryDequeue(out var next)) next();
        LinkAbstractTypes();
        return new DocumentNode { Definitions = [.. definitions.Values] };
    }

    /// <summary>The class and member behind a schema coordinate.</summary>
    public string? Origin(string? coordinate) => coordinate is null ? null : origins.GetValueOrDefault(coordinate);

    /// <summary>The object type of a value, by its C# type or the nearest base of it that is one.</summary>
    public string? NameOf(object value, CompositeType type)
    {
        for (var clr = value.GetType(); clr is not null; clr = clr.BaseType)
        {
            if (outputNames.TryGetValue(clr, out var name)) return name;
        }
        return null;
    }

    private void Fault(MemberInfo member, string message) => Faults.Add(new GraphQLError($"{Describe(member)}: {message}"));

    private static string Describe(MemberInfo member) => member is Type type ? type.Name : $"{member.DeclaringType?.Name}.{member.Name}";

    private void ReadRoot(string name, IEnumerable<Type> classes)
    {
        var fields = new List<FieldDefinitionNode>();
        string? description = null;
        foreach (var type in classes)
        {
            description ??= docs.Of(type);
            foreach (var member in AnnotatedTypes.Fields(type, isExtension: true)) AddField(fields, name, member, source: null);
        }
        if (fields.Count == 0) definitions.Remove(name);
        else definitions[name] = new ObjectTypeNode { Name = Syntax.Name(name), Description = Syntax.Description(description), Fields = fields };
    }

    private TypeNode Output(ClrType type, bool isId, MemberInfo origin)
    {
        TypeNode node = type.IsList
            ? Syntax.List(Output(type.Item!, isId, origin))
            : Syntax.Type(isId ? "ID" : Output(type.Type, origin));
        return type.IsNullable ? node : Syntax.NonNull(node);
    }

    private string Output(Type type, MemberInfo origin)
    {
        if (scalarNames.TryGetValue(type, out var scalar)) return Scalar(scalar);
        if (type.IsEnum) return Enum(type);
        if (outputNames.TryGetValue(type, out var known)) return known;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Connection<>)) return Connection(type, origin);
        var name = Naming.Type(type);
        outputNames[type] = name;
        if (!Claim(name, type, origin)) return name;
        var isAbstract = type.IsInterface || type.IsAbstract;
        if (type.IsDefined(typeof(UnionTypeAttribute)))
        {
            definitions[name] = new UnionTypeNode { Name = Syntax.Name(name), Description = Syntax.Description(docs.Of(type)) };
            return name;
        }
        if (isAbstract && !type.IsDefined(typeof(InterfaceTypeAttribute)))
        {
            Fault(origin, $"{type.Name} is abstract. Annotate it with [InterfaceType] or [UnionType], or return a concrete type.");
            return name;
        }
        if (type.IsPrimitive || type == typeof(void) || type == typeof(Task) || type == typeof(ValueTask) || type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true)
        {
            Fault(origin, $"{type.Name} is not a type that GraphQL can return. Return a class of your own, a scalar's type, or add a scalar for it.");
            return name;
        }
        // The name must be known before the fields are read, since these may refer back to it.
        definitions[name] = Fields(type, name, isAbstract, []);
        pending.Enqueue(() => ReadFields(type, name, isAbstract));
        return name;
    }

    private bool Claim(string name, Type type, MemberInfo origin)
    {
        origins.TryAdd(name, type.Name);
        if (owners.TryAdd(name, type)) return true;
        Fault(origin, $"{type.FullName} and {owners[name].FullName} would both be \"{name}\". Name one with [GraphQLName].");
        return false;
    }

    private FieldsTypeNode Fields(Type type, string name, bool isAbstract, IReadOnlyList<FieldDefinitionNode> fields) => isAbstract
        ? new InterfaceTypeNode { Name = Syntax.Name(name), Description = Syntax.Description(docs.Of(type)), Fields = fields }
        : new ObjectTypeNode { Name = Syntax.Name(name), Description = Syntax.Description(docs.Of(type)), Fields = fields };

    private void ReadFields(Type type, string name, bool isAbstract)
    {
        var fields = new List<FieldDefinitionNode>();
        foreach (var member in AnnotatedTypes.Fields(type, isExtension: false)) AddField(fields, name, member, type);
        foreach (var member in extensions.GetValueOrDefault(type, []).SelectMany(e => AnnotatedTypes.Fields(e, isExtension: true)))
            AddField(fields, name, member, type);
        definitions[name] = Fields(type, name, isAbstract, fields);
    }

    private void AddField(List<FieldDefinitionNode> fields, string typeName, MemberInfo member, Type? source)
    {
        var field = ReadField(typeName, member, source);
        if (field is null) return;
        // A method of an extension replaces the property of the same name.
        fields.RemoveAll(f => f.Name.Value == field.Name.Value && source is not null && member is MethodInfo);
        if (fields.Exists(f => f.Name.Value == field.Name.Value))
        {
            Fault(member, $"there is already a field \"{typeName}.{field.Name.Value}\". Rename it with [GraphQLName].");
            return;
        }
        fields.Add(field);
    }

    private string Scalar(string name)
    {
        if (BuiltInTypes.Names.Contains(name) || definitions.ContainsKey(name)) return name;
        definitions[name] = new ScalarTypeNode { Name = Syntax.Name(name) };
        return name;
    }

    private string Enum(Type type)
    {
        var name = Naming.Type(type);
        if (owners.TryGetValue(name, out var owner) && owner == type) return name;
        if (!Claim(name, type, type)) return name;
        var values = new List<EnumValueDefinitionNode>();
        foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => !f.IsDefined(typeof(GraphQLIgnoreAttribute))))
        {
            var value = Naming.EnumValue(field);
            EnumValues[$"{name}.{value}"] = field.GetValue(null)!;
            values.Add(new EnumValueDefinitionNode
            {
                Name = Syntax.Name(value),
                Description = Syntax.Description(docs.Of(field)),
                Directives = Syntax.Deprecated(field.GetCustomAttribute<GraphQLDeprecatedAttribute>()),
            });
        }
        definitions[name] = new EnumTypeNode { Name = Syntax.Name(name), Description = Syntax.Description(docs.Of(type)), Values = values };
        return name;
    }

    private string? EnumName(object value) =>
        value.GetType().GetField(value.ToString()!) is { } field ? Naming.EnumValue(field) : null;

    private string Connection(Type type, MemberInfo origin)
    {
        var node = type.GetGenericArguments()[0];
        var nodeName = Output(node, origin);
        var (name, edge) = ($"{nodeName}Connection", $"{nodeName}Edge");
        outputNames[type] = name;
        var item = Syntax.NonNull(Syntax.Type(nodeName));
        definitions[name] = new ObjectTypeNode
        {
            Name = Syntax.Name(name),
            Description = Syntax.Description($"One page of {nodeName} rows."),
            Fields =
            [
                Syntax.Field("pageInfo", Syntax.NonNull(Syntax.Type(Output(typeof(PageInfo), origin))), "What lies before and after this page."),
                Syntax.Field("edges", Syntax.List(Syntax.NonNull(Syntax.Type(edge))), "The rows with their cursors."),
                Syntax.Field("nodes", Syntax.List(item), "The rows."),
                Syntax.Field("totalCount", Syntax.Type("Int"), "The rows of all pages; null when that is not known."),
            ],
        };
        definitions[edge] = new ObjectTypeNode
        {
            Name = Syntax.Name(edge),
            Description = Syntax.Description("A row and the cursor that stands for its place."),
            Fields = [Syntax.Field("cursor", Syntax.NonNull(Syntax.Type("String"))), Syntax.Field("node", item)],
        };
        foreach (var (owner, owned) in new[] { (name, type), (edge, typeof(Edge<>).MakeGenericType(node)) })
        {
            foreach (var property in owned.GetProperties().Where(p => p.Name != "EqualityContract"))
                Resolvers[$"{owner}.{Naming.Member(property)}"] = FieldResolver.From(PropertyAccess.Reader(property, owned));
        }
        return name;
    }

    private void LinkAbstractTypes()
    {
        foreach (var (face, name) in outputNames.Where(o => o.Key.IsInterface || o.Key.IsAbstract).ToList())
        {
            var implementations = outputNames.Where(o => o.Key != face && face.IsAssignableFrom(o.Key)).ToList();
            if (!definitions.TryGetValue(name, out var definition)) continue;
            if (definition is UnionTypeNode union)
            {
                var members = implementations.Where(i => definitions.GetValueOrDefault(i.Value) is ObjectTypeNode).Select(i => Syntax.Type(i.Value)).ToList();
                definitions[name] = new UnionTypeNode { Name = union.Name, Description = union.Description, Types = members };
                continue;
            }
            foreach (var implementation in implementations)
            {
                if (definitions.GetValueOrDefault(implementation.Value) is not FieldsTypeNode node) continue;
                IReadOnlyList<NamedTypeNode> interfaces = [.. node.Interfaces, Syntax.Type(name)];
                definitions[implementation.Value] = node is ObjectTypeNode
                    ? new ObjectTypeNode { Name = node.Name, Description = node.Description, Fields = node.Fields, Interfaces = interfaces }
                    : new InterfaceTypeNode { Name = node.Name, Description = node.Description, Fields = node.Fields, Interfaces = interfaces };
            }
        }
    }
}
