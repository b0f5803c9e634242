using System.Globalization;
using System.Text.Json;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Execution;

/// <summary>The variables of a request as values of their types (spec §6.1.2, CoerceVariableValues).</summary>
internal sealed class VariableCoercion(Schema schema, int maxErrors, bool suggest)
{
    // JSON from HTTP is never deeper; this bounds elements that were parsed elsewhere.
    private const int MaxDepth = 500;

    private readonly List<GraphQLError> errors = [];

    /// <exception cref="GraphQLException">Some value does not fit; all such are listed.</exception>
    public VariableValues Coerce(OperationDefinitionNode operation, JsonElement? input)
    {
        if (operation.Variables.Count == 0) return VariableValues.Empty;
        var values = new VariableValues();
        foreach (var definition in operation.Variables)
        {
            var name = definition.Variable.Name.Value;
            if (schema.FindType(definition.Type) is not { IsInput: true } type)
            {
                Report(definition, $"Variable \"${name}\" expected value of type \"{definition.Type}\" which cannot be used as an input type.");
                continue;
            }
            if (input is not { ValueKind: JsonValueKind.Object } json || !json.TryGetProperty(name, out var given))
            {
                if (definition.DefaultValue is not null) AddDefault(values, definition, type);
                else if (type.IsNonNull) Report(definition, $"Variable \"${name}\" of required type \"{type}\" was not provided.");
                continue;
            }
            var before = errors.Count;
            object? value = null;
            try
            {
                value = Coerce(given, type, new Target(definition, null, 0));
            }
            catch (InvalidOperationException)
            {
                // JsonElement throws this for escapes of half a surrogate pair.
                Report(definition, $"Variable \"${name}\" holds text that is not Unicode.");
            }
            if (errors.Count == before) values.Add(name, value, given);
        }
        return errors.Count == 0 ? values : throw new GraphQLException(errors);
    }

    private void AddDefault(VariableValues values, VariableDefinitionNode definition, GraphQLType type)
    {
        try
        {
            var literal = definition.DefaultValue!;
            values.AddDefault(definition.Variable.Name.Value, LiteralCoercion.Coerce(literal, type, variables: null), literal);
        }
        catch (GraphQLException e)
        {
            Report(definition, $"Variable \"${definition.Variable.Name.Value}\" has an invalid default value: {e.Message}");
        }
    }

    private object? Coerce(JsonElement json, GraphQLType type, Target target)
    {
        if (target.Depth > MaxDepth) throw new GraphQLException($"Variable \"${target.Name}\" nests too deep.", ErrorCodes.Limit);
        if (type is NonNullType nonNull)
        {
            if (json.ValueKind != JsonValueKind.Null) return Coerce(json, nonNull.Nullable, target);
            Report(target, $"Expected value of non-null type \"{type}\" not to be null.");
            return null;
        }
        if (json.ValueKind == JsonValueKind.Null) return null;
        switch (type)
        {
            case ListType list when json.ValueKind == JsonValueKind.Array:
                var items = new List<object?>(json.GetArrayLength());
                foreach (var item in json.EnumerateArray())
                    items.Add(Coerce(item, list.ItemType, target.At(items.Count)));
                return items;
            case ListType list:
                return new List<object?> { Coerce(json, list.ItemType, target) };
            case InputObjectType input when json.ValueKind == JsonValueKind.Object:
                return CoerceObject(json, input, target);
            case InputObjectType:
                Report(target, $"Expected value of type \"{type}\" to be an object, found: {ScalarText.Of(json)}.");
                return null;
            case EnumType values:
                if (json.ValueKind == JsonValueKind.String && values.Find(json.GetString()!) is { } value) return value.Value;
                Report(target, $"Value {ScalarText.Of(json)} does not exist in \"{type}\" enum.{LiteralCoercion.OneOf(values, suggest)}");
                return null;
            default:
                return CoerceScalar(json, (ScalarType)type, target);
        }
    }

    private object? CoerceScalar(JsonElement json, ScalarType type, Target target)
    {
        try
        {
            return type.Scalar.Parse(new ScalarInput(json));
        }
        catch (GraphQLException e)
        {
            Report(target, e.Errors[0].Message);
            return null;
        }
    }

    private Dictionary<string, object?> CoerceObject(JsonElement json, InputObjectType type, Target target)
    {
        var result = new Dictionary<string, object?>();
        foreach (var field in type.Fields)
        {
            if (json.TryGetProperty(field.Name, out var given)) result[field.Name] = Coerce(given, field.Type, target.At(field.Name));
            else if (field.DefaultValue is not null) result[field.Name] = field.CoercedDefault;
            else if (field.IsRequired) Report(target, $"Expected value of type \"{type}\" to include required field \"{field.Name}\" of type \"{field.Type}\".");
        }
        var known = new HashSet<string>();
        foreach (var property in json.EnumerateObject())
        {
            if (type.Find(property.Name) is null)
                Report(target, $"Expected value of type \"{type}\" not to include unknown field \"{ScalarText.Clip(property.Name)}\".");
            else
                known.Add(property.Name);
        }
        if (!type.IsOneOf) return result;
        if (known.Count != 1) Report(target, $"Within OneOf Input Object type \"{type}\", {LiteralCoercion.OneOfRule}.");
        if (known.Count > 0 && json.GetProperty(known.First()).ValueKind == JsonValueKind.Null)
            Report(target, $"Within OneOf Input Object type \"{type}\", {LiteralCoercion.OneOfRule}.");
        return result;
    }

    private void Report(Target target, string message) =>
        Report(target.Definition, $"Variable \"${target.Name}\" has an invalid value{target.Describe()}: {message}");

    private void Report(VariableDefinitionNode definition, string message)
    {
        errors.Add(GraphQLError.At(definition, message, ErrorCodes.BadInput));
        if (errors.Count >= maxErrors) throw new GraphQLException(errors);
    }

    private sealed record Target(VariableDefinitionNode Definition, Target? Parent, int Depth, object? Key = null)
    {
        public string Name => Definition.Variable.Name.Value;

        public Target At(object key) => new(Definition, this, Depth + 1, key);

        public string Describe()
        {
            var path = "";
            for (var target = this; target.Parent is not null; target = target.Parent)
                path = (target.Key is int i ? $"[{i.ToString(CultureInfo.InvariantCulture)}]" : $".{target.Key}") + path;
            return path.Length == 0 ? "" : $" at \"{path.TrimStart('.')}\"";
        }
    }
}
