using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Execution;

/// <summary>The arguments of a field or directive as values (spec §6.4.1, CoerceArgumentValues).</summary>
internal static class ArgumentCoercion
{
    public static Dictionary<string, object?> Coerce(FieldDefinition field, FieldNode node, VariableValues variables) =>
        Coerce(field.Arguments, node.Arguments, node, variables);

    /// <exception cref="GraphQLException">A required argument has no value, or a value does not fit.</exception>
    public static Dictionary<string, object?> Coerce(
        IReadOnlyList<InputValue> definitions, IReadOnlyList<ArgumentNode> given, Node owner, VariableValues variables)
    {
        var values = new Dictionary<string, object?>(definitions.Count);
        foreach (var definition in definitions)
        {
            var argument = given.FirstOrDefault(g => g.Name.Value == definition.Name);
            if (argument is null || (argument.Value is VariableNode variable && !variables.TryGet(variable.Name.Value, out _)))
            {
                if (definition.DefaultValue is not null) values[definition.Name] = definition.CoercedDefault;
                else if (definition.IsRequired) throw Missing(definition, argument ?? owner);
                continue;
            }
            values[definition.Name] = LiteralCoercion.Coerce(argument.Value, definition.Type, variables);
        }
        return values;
    }

    private static GraphQLException Missing(InputValue definition, Node node) => new(
        GraphQLError.At(node, $"Argument \"{definition}\" of required type \"{definition.Type}\" was not provided.", ErrorCodes.BadInput));
}
