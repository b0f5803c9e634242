using System.Reflection;
using Metrics.GraphQL.Data;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Annotated;

internal sealed partial class SchemaReader
{
    private FieldDefinitionNode? ReadField(string typeName, MemberInfo member, Type? source)
    {
        var name = Naming.Member(member);
        var coordinate = $"{typeName}.{name}";
        var result = member is PropertyInfo property ? ClrType.Of(property) : ClrType.OfResult((MethodInfo)member);
        origins[coordinate] = Describe(member);
        if (result.Type == typeof(void) || result.Type == typeof(Task) || result.Type == typeof(ValueTask))
        {
            Fault(member, "a field must return something. Return what was changed.");
            return null;
        }
        var paging = member.GetCustomAttribute<UsePagingAttribute>();
        var shape = new FieldShape(
            paging,
            member.IsDefined(typeof(UseFilteringAttribute)),
            member.IsDefined(typeof(UseSortingAttribute)),
            Or(paging?.DefaultPageSize, options.DefaultPageSize),
            Or(paging?.MaxPageSize, options.MaxPageSize));
        if (shape.IsQuery && !result.IsList && !IsConnection(result.Type))
        {
            Fault(member, "[UsePaging], [UseFiltering] and [UseSorting] need a list, best an IQueryable<T>.");
            return null;
        }
        var arguments = new List<InputValueDefinitionNode>();
        var parameters = member is MethodInfo method ? method.GetParameters().Select(p => Bind(p, coordinate, arguments, source)).ToList() : [];
        var isId = member.IsDefined(typeof(IDAttribute)) || (member as MethodInfo)?.ReturnParameter.IsDefined(typeof(IDAttribute)) == true;
        TypeNode type;
        if (shape.Paging is not null && !IsConnection(result.Type))
        {
            type = Syntax.NonNull(Syntax.Type(Output(typeof(Connection<>).MakeGenericType(result.Item!.Type), member)));
            if (result.IsNullable) type = ((NonNullTypeNode)type).NullableType;
            AddPagingArguments(arguments, shape.Paging.AllowBackwardPagination);
        }
        else
        {
            type = Output(result, isId, member);
        }
        AddQueryArguments(arguments, result, shape, member);
        if (shape.Paging is not null || IsConnection(result.Type))
            ListSizes[coordinate] = new ListSize(["first", "last"], Math.Min(shape.DefaultPageSize, shape.MaxPageSize));
        if (member.GetCustomAttribute<CostAttribute>() is { } cost) Costs[coordinate] = cost.Weight;
        Resolvers[coordinate] = new ResolverCompiler(member, source, parameters, shape, result, isId, type).Compile();
        return new FieldDefinitionNode
        {
            Name = Syntax.Name(name),
            Description = Syntax.Description(docs.Of(member)),
            Type = type,
            Arguments = arguments,
            Directives = Syntax.Deprecated(member.GetCustomAttribute<GraphQLDeprecatedAttribute>()),
        };
    }

    private static int Or(int? value, int fallback) => value is > 0 ? value.Value : fallback;

    private static bool IsConnection(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Connection<>);

    private static void AddPagingArguments(List<InputValueDefinitionNode> arguments, bool backward)
    {
        arguments.Add(Syntax.Argument("first", Syntax.Type("Int"), "How many rows, from the start."));
        arguments.Add(Syntax.Argument("after", Syntax.Type("String"), "Only rows after this cursor."));
        if (!backward) return;
        arguments.Add(Syntax.Argument("last", Syntax.Type("Int"), "How many rows, from the end."));
        arguments.Add(Syntax.Argument("before", Syntax.Type("String"), "Only rows before this cursor."));
    }

    private void AddQueryArguments(List<InputValueDefinitionNode> arguments, ClrType result, FieldShape shape, MemberInfo member)
    {
        if (!shape.Filtering && !shape.Sorting) return;
        var row = result.Item?.Type ?? result.Type.GetGenericArguments()[0];
        if (shape.Filtering) arguments.Add(Syntax.Argument("where", Syntax.Type(FilterInput(row, member)), "Which rows."));
        if (shape.Sorting) arguments.Add(Syntax.Argument("order", Syntax.List(Syntax.NonNull(Syntax.Type(SortInput(row)))), "In which order; the first entry counts most."));
    }

    private string FilterInput(Type row, MemberInfo origin)
    {
        var name = $"{Output(row, origin)}FilterInput";
        if (definitions.ContainsKey(name)) return name;
        definitions[name] = new InputObjectTypeNode { Name = Syntax.Name(name) };
        origins[name] = row.Name;
        var self = Syntax.List(Syntax.NonNull(Syntax.Type(name)));
        var fields = new List<InputValueDefinitionNode>
        {
            Syntax.Argument("and", self, "All of these."),
            Syntax.Argument("or", self, "At least one of these."),
        };
        foreach (var property in QueryableMembers.Of(row))
        {
            var clr = ClrType.Of(property);
            var type = property.IsDefined(typeof(IDAttribute)) ? "IdOperationFilterInput" : OperationInput(clr, origin);
            if (type is "IdOperationFilterInput") Operations(type, Syntax.Type("ID"), FilterOperations.Equality);
            if (type is not null) fields.Add(Syntax.Argument(Naming.Member(property), Syntax.Type(type), docs.Of(property)));
        }
        definitions[name] = new InputObjectTypeNode { Name = Syntax.Name(name), Description = Syntax.Description($"Which {Naming.Type(row)} rows."), Fields = fields };
        return name;
    }

    private string? OperationInput(ClrType type, MemberInfo origin)
    {
        if (type.IsList)
        {
            if (OperationInput(type.Item!, origin) is not { } item) return null;
            var list = $"List{item}";
            return Operations(list, Syntax.Type(item), FilterOperations.List);
        }
        if (type.Type.IsEnum) return Operations($"{Enum(type.Type)}OperationFilterInput", Syntax.Type(Enum(type.Type)), FilterOperations.Equality);
        if (!scalarNames.TryGetValue(type.Type, out var scalar)) return type.Type.IsClass ? FilterInput(type.Type, origin) : null;
        if (FilterOperations.For(type.Type) is not { } operations) return null;
        return Operations($"{scalar}OperationFilterInput", Syntax.Type(Scalar(scalar)), operations);
    }

    private string Operations(string name, TypeNode operand, IReadOnlyList<string> operations)
    {
        if (definitions.ContainsKey(name)) return name;
        definitions[name] = new InputObjectTypeNode
        {
            Name = Syntax.Name(name),
            Fields = [.. operations.Select(o => Syntax.Argument(o, o switch
            {
                "in" or "nin" => Syntax.List(operand),
                "any" => Syntax.Type("Boolean"),
                _ => operand,
            }))],
        };
        return name;
    }

    private string SortInput(Type row)
    {
        var name = $"{Naming.Type(row)}SortInput";
        if (definitions.ContainsKey(name)) return name;
        definitions[name] = new InputObjectTypeNode { Name = Syntax.Name(name) };
        if (definitions.TryAdd("SortEnumType", new EnumTypeNode
        {
            Name = Syntax.Name("SortEnumType"),
            Values = [new EnumValueDefinitionNode { Name = Syntax.Name("ASC") }, new EnumValueDefinitionNode { Name = Syntax.Name("DESC") }],
        }))
        {
            origins["SortEnumType"] = "[UseSorting]";
        }
        var fields = new List<InputValueDefinitionNode>();
        foreach (var property in QueryableMembers.Of(row))
        {
            var type = ClrType.Of(property);
            if (type.IsList) continue;
            if (typeof(IComparable).IsAssignableFrom(type.Type) && (type.Type.IsEnum || scalarNames.ContainsKey(type.Type))) fields.Add(Syntax.Argument(Naming.Member(property), Syntax.Type("SortEnumType")));
            else if (type.Type.IsClass && !scalarNames.ContainsKey(type.Type)) fields.Add(Syntax.Argument(Naming.Member(property), Syntax.Type(SortInput(type.Type))));
        }
        definitions[name] = new InputObjectTypeNode { Name = Syntax.Name(name), Description = Syntax.Description($"By what to sort {Naming.Type(row)} rows."), Fields = fields };
        return name;
    }
}

/// <summary>What the annotations of a field make of its list.</summary>
internal sealed record FieldShape(UsePagingAttribute? Paging, bool Filtering, bool Sorting, int DefaultPageSize, int MaxPageSize)
{
    public bool IsQuery => Paging is not null || Filtering || Sorting;
}
