using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Execution;

/// <summary>
/// Literals as values of input types (spec §3.5–§3.12, "Input Coercion"). Lists become <see cref="List{T}"/>, input objects
/// <see cref="Dictionary{TKey,TValue}"/> in the order of the type's fields.
/// </summary>
internal static class LiteralCoercion
{
    public const string OneOfRule = "exactly one field must be specified, and the value for that field must be non-null";

    /// <summary>Coerces a literal; a variable inside must be in <paramref name="variables"/> or be allowed to be absent.</summary>
    /// <exception cref="GraphQLException">The literal is no value of the type.</exception>
    public static object? Coerce(ValueNode node, GraphQLType type, VariableValues? variables)
    {
        if (node is VariableNode variable)
        {
            object? value = null;
            variables?.TryGet(variable.Name.Value, out value);
            return value is null && type.IsNonNull
                ? throw Fail(node, $"Variable \"${variable.Name.Value}\" must not be null where \"{type}\" is expected.")
                : value;
        }
        if (type is NonNullType nonNull)
        {
            return node is NullValueNode
                ? throw Fail(node, $"Expected value of non-null type \"{type}\" not to be null.")
                : Coerce(node, nonNull.Nullable, variables);
        }
        if (node is NullValueNode) return null;
        switch (type)
        {
            case ListType list:
                return node is ListValueNode items
                    ? items.Values.Select(i => Coerce(i, list.ItemType, variables)).ToList()
                    : new List<object?> { Coerce(node, list.ItemType, variables) };
            case InputObjectType input:
                return node is ObjectValueNode fields
                    ? CoerceObject(fields, input, variables)
                    : throw Fail(node, $"Expected value of type \"{type}\" to be an object, found: {ScalarText.Clip(node.ToString())}.");
            default:
                return CoerceLeaf(node, type, variables);
        }
    }

    private static Dictionary<string, object?> CoerceObject(ObjectValueNode node, InputObjectType type, VariableValues? variables)
    {
        var result = new Dictionary<string, object?>();
        foreach (var field in type.Fields)
        {
            var given = node.Fields.FirstOrDefault(f => f.Name.Value == field.Name);
            if (given is null || (given.Value is VariableNode v && variables?.TryGet(v.Name.Value, out _) != true))
            {
                if (field.DefaultValue is not null) result[field.Name] = field.CoercedDefault;
                else if (field.IsRequired) throw Fail(node, $"Expected value of type \"{type}\" to include required field \"{field.Name}\".");
                continue;
            }
            result[field.Name] = Coerce(given.Value, field.Type, variables);
        }
        var unknown = node.Fields.FirstOrDefault(f => type.Find(f.Name.Value) is null);
        if (unknown is not null) throw Fail(unknown, $"Expected value of type \"{type}\" not to include unknown field \"{unknown.Name.Value}\".");
        if (type.IsOneOf && (node.Fields.Count != 1 || result.Count != 1 || result.Values.First() is null))
            throw Fail(node, $"Within OneOf Input Object type \"{type}\", {OneOfRule}.");
        return result;
    }

    private static object? CoerceLeaf(ValueNode node, GraphQLType type, VariableValues? variables, bool suggest = false)
    {
        if (type is EnumType values)
        {
            return node is EnumValueNode name && values.Find(name.Value) is { } value
                ? value.Value
                : throw Fail(node, $"Value {ScalarText.Clip(node.ToString())} does not exist in \"{type}\" enum.{OneOf(values, suggest)}");
        }
        try
        {
            return ((ScalarType)type).Scalar.Parse(new ScalarInput(node, variables));
        }
        catch (GraphQLException e) when (e.Errors[0].Locations.Count == 0)
        {
            throw Fail(node, e.Errors[0].Message);
        }
    }

    /// <summary>Reports everything wrong with a literal before variables are known (spec §5.6.1).</summary>
    public static void Validate(ValueNode node, GraphQLType type, Action<Node, string> report, bool suggest = true)
    {
        if (node is VariableNode) return;
        if (type is NonNullType nonNull)
        {
            if (node is NullValueNode) report(node, $"Expected value of non-null type \"{type}\" not to be null.");
            else Validate(node, nonNull.Nullable, report, suggest);
            return;
        }
        if (node is NullValueNode) return;
        switch (type)
        {
            case ListType list when node is ListValueNode items:
                foreach (var item in items.Values) Validate(item, list.ItemType, report, suggest);
                break;
            case ListType list:
                Validate(node, list.ItemType, report, suggest);
                break;
            case InputObjectType input when node is ObjectValueNode fields:
                ValidateObject(fields, input, report, suggest);
                break;
            case InputObjectType:
                report(node, $"Expected value of type \"{type}\" to be an object, found: {ScalarText.Clip(node.ToString())}.");
                break;
            default:
                ValidateLeaf(node, type, report, suggest);
                break;
        }
    }

    private static void ValidateObject(ObjectValueNode node, InputObjectType type, Action<Node, string> report, bool suggest)
    {
        var given = new Dictionary<string, ObjectFieldNode>();
        foreach (var field in node.Fields) given[field.Name.Value] = field;
        foreach (var field in type.Fields)
        {
            if (given.TryGetValue(field.Name, out var value)) Validate(value.Value, field.Type, report, suggest);
            else if (field.IsRequired) report(node, $"Expected value of type \"{type}\" to include required field \"{field.Name}\" of type \"{field.Type}\".");
        }
        var known = 0;
        ObjectFieldNode? first = null;
        foreach (var field in node.Fields)
        {
            if (type.Find(field.Name.Value) is null)
            {
                report(field, $"Expected value of type \"{type}\" not to include unknown field \"{field.Name.Value}\".");
                continue;
            }
            known++;
            first ??= field;
        }
        if (type.IsOneOf && (known != 1 || first!.Value is NullValueNode))
            report(node, $"Within OneOf Input Object type \"{type}\", {OneOfRule}.");
    }

    private static void ValidateLeaf(ValueNode node, GraphQLType type, Action<Node, string> report, bool suggest)
    {
        try
        {
            CoerceLeaf(node, type, variables: null, suggest);
        }
        catch (GraphQLException e)
        {
            report(node, e.Errors[0].Message);
        }
    }

    /// <summary>The values of an enum, unless names of the schema are not to be told.</summary>
    public static string OneOf(EnumType type, bool suggest) =>
        suggest ? ScalarText.Clip($" Use one of: {string.Join(", ", type.Values.Select(v => v.Name))}.") : "";

    private static GraphQLException Fail(Node node, string message) => new(GraphQLError.At(node, message, ErrorCodes.BadInput));
}
