using System.Globalization;
using System.Text.Json;
using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Types;

/// <summary>Literals and JSON as plain C# values: null, bool, int, long, double, string, lists and dictionaries.</summary>
internal static class PlainValue
{
    public static object? Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => Number(json.GetRawText()),
        JsonValueKind.Array => json.EnumerateArray().Select(Of).ToList(),
        JsonValueKind.Object => Object(json),
        _ => null,
    };

    public static object? Of(ValueNode literal, VariableValues? variables) => literal switch
    {
        IntValueNode node => Number(node.Value),
        FloatValueNode node => Number(node.Value),
        StringValueNode node => node.Value,
        EnumValueNode node => node.Value,
        BooleanValueNode node => node.Value,
        VariableNode node when variables?.Source(node.Name.Value) is { } json => Of(json),
        VariableNode node when variables?.Default(node.Name.Value) is { } value => Of(value, variables: null),
        ListValueNode node => node.Values.Select(v => Of(v, variables)).ToList(),
        ObjectValueNode node => Object(node, variables),
        _ => null,
    };

    private static Dictionary<string, object?> Object(JsonElement json)
    {
        var values = new Dictionary<string, object?>();
        foreach (var property in json.EnumerateObject()) values[property.Name] = Of(property.Value);
        return values;
    }

    private static Dictionary<string, object?> Object(ObjectValueNode node, VariableValues? variables)
    {
        var values = new Dictionary<string, object?>();
        foreach (var field in node.Fields) values[field.Name.Value] = Of(field.Value, variables);
        return values;
    }

    private static object Number(string text)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var i)) return i;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var l)) return l;
        return double.Parse(text, CultureInfo.InvariantCulture);
    }
}
