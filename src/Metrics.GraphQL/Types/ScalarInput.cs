using System.Text.Json;
using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Types;

/// <summary>The kind of a scalar's input.</summary>
public enum ScalarInputKind
{
    Null,
    Boolean,
    Int,
    Float,
    String,
    Enum,
    List,
    Object,
}

/// <summary>A literal of a document or a JSON value of a variable, on its way into a scalar.</summary>
public readonly struct ScalarInput
{
    private readonly ValueNode? literal;
    private readonly JsonElement json;
    private readonly VariableValues? variables;

    internal ScalarInput(ValueNode literal, VariableValues? variables)
    {
        this.literal = literal;
        this.variables = variables;
    }

    internal ScalarInput(JsonElement json) => this.json = json;

    /// <summary>Whether it was written in the document; only there do 1 and 1.0 differ.</summary>
    public bool IsLiteral => literal is not null;

    public ScalarInputKind Kind => literal switch
    {
        null => json.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False => ScalarInputKind.Boolean,
            JsonValueKind.Number => json.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') ? ScalarInputKind.Float : ScalarInputKind.Int,
            JsonValueKind.String => ScalarInputKind.String,
            JsonValueKind.Array => ScalarInputKind.List,
            JsonValueKind.Object => ScalarInputKind.Object,
            _ => ScalarInputKind.Null,
        },
        BooleanValueNode => ScalarInputKind.Boolean,
        IntValueNode => ScalarInputKind.Int,
        FloatValueNode => ScalarInputKind.Float,
        StringValueNode => ScalarInputKind.String,
        EnumValueNode => ScalarInputKind.Enum,
        ListValueNode => ScalarInputKind.List,
        ObjectValueNode => ScalarInputKind.Object,
        _ => ScalarInputKind.Null,
    };

    /// <summary>The text of a string, name or number as written; empty for other kinds.</summary>
    public string Text => literal switch
    {
        null => json.ValueKind switch
        {
            JsonValueKind.String => json.GetString()!,
            JsonValueKind.Number => json.GetRawText(),
            _ => "",
        },
        IntValueNode node => node.Value,
        FloatValueNode node => node.Value,
        StringValueNode node => node.Value,
        EnumValueNode node => node.Value,
        _ => "",
    };

    /// <summary>The value of a boolean.</summary>
    public bool Boolean => literal is BooleanValueNode node ? node.Value : json.ValueKind == JsonValueKind.True;

    /// <summary>
    /// The value without a schema: null, bool, int, long, double, string, <see cref="List{T}"/> of object, or
    /// <see cref="Dictionary{TKey,TValue}"/> of string and object.
    /// </summary>
    public object? ToPlainValue() => literal is null ? PlainValue.Of(json) : PlainValue.Of(literal, variables);

    public override string ToString() => literal is null ? ScalarText.Of(json) : ScalarText.Clip(literal.ToString());
}
