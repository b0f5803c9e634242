using System.Text;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types.Scalars;

namespace Metrics.GraphQL.Types;

/// <summary>Writes a schema as SDL, in the layout of graphql-js.</summary>
public static class SchemaPrinter
{
    private static readonly HashSet<string> BuiltIn = [.. BuiltInScalars.All.Select(s => s.Name)];

    public static string Print(Schema schema)
    {
        var parts = new List<string>();
        if (NeedsDefinition(schema)) parts.Add(Definition(schema));
        parts.AddRange(schema.Directives.Where(d => !BuiltInDirectives.Names.Contains(d.Name)).Select(Directive));
        parts.AddRange(schema.Types.Where(t => !t.IsIntrospection && !BuiltIn.Contains(t.Name)).Select(Type));
        return string.Join("\n\n", parts);
    }

    private static bool NeedsDefinition(Schema schema) =>
        schema.Description is not null
        || Enum.GetValues<OperationType>().Any(o => !ReferenceEquals(schema.RootType(o), schema.FindType(o.ToString())));

    private static string Definition(Schema schema)
    {
        var text = new StringBuilder(Description(schema.Description, "")).Append("schema {\n");
        foreach (var operation in Enum.GetValues<OperationType>())
        {
            if (schema.RootType(operation) is { } type) text.Append("  ").Append(Printer.Keyword(operation)).Append(": ").Append(type).Append('\n');
        }
        return text.Append('}').ToString();
    }

    private static string Directive(DirectiveType directive) =>
        $"{Description(directive.Description, "")}directive {directive}{Arguments(directive.Arguments, "")}"
        + $"{(directive.IsRepeatable ? " repeatable" : "")} on {string.Join(" | ", directive.Locations)}";

    private static string Type(NamedType type) => Description(type.Description, "") + type switch
    {
        ScalarType scalar => $"scalar {scalar}{(scalar.SpecifiedBy is null ? "" : $" @specifiedBy(url: {Quote(scalar.SpecifiedBy)})")}",
        ObjectType o => $"type {o}{Implements(o)}{Fields(o)}",
        InterfaceType i => $"interface {i}{Implements(i)}{Fields(i)}",
        UnionType u => $"union {u} = {string.Join(" | ", u.Types)}",
        EnumType e => $"enum {e}{Block(e.Values.Select(v => (v.Description, v.Name + Deprecated(v.DeprecationReason))))}",
        InputObjectType i => $"input {i}{(i.IsOneOf ? " @oneOf" : "")}{Block(i.Fields.Select(f => (f.Description, Input(f))))}",
        _ => throw new InvalidOperationException($"{type.GetType()} is not a kind of type."),
    };

    private static string Implements(FieldsType type) =>
        type.Interfaces.Count == 0 ? "" : $" implements {string.Join(" & ", type.Interfaces)}";

    private static string Fields(FieldsType type) => Block(type.Fields.Select(f =>
        (f.Description, $"{f.Name}{Arguments(f.Arguments, "  ")}: {f.Type}{Deprecated(f.DeprecationReason)}")));

    private static string Block(IEnumerable<(string? Description, string Text)> members)
    {
        var lines = members.Select((m, i) => $"{(m.Description is null || i == 0 ? "" : "\n")}{Description(m.Description, "  ")}  {m.Text}");
        return $" {{\n{string.Join('\n', lines)}\n}}";
    }

    private static string Arguments(IReadOnlyList<InputValue> arguments, string indent)
    {
        if (arguments.Count == 0) return "";
        if (arguments.All(a => a.Description is null)) return $"({string.Join(", ", arguments.Select(Input))})";
        var lines = arguments.Select((a, i) =>
            $"{(a.Description is null || i == 0 ? "" : "\n")}{Description(a.Description, $"  {indent}")}  {indent}{Input(a)}");
        return $"(\n{string.Join('\n', lines)}\n{indent})";
    }

    private static string Input(InputValue input) =>
        $"{input.Name}: {input.Type}{(input.DefaultValue is null ? "" : $" = {input.DefaultValue}")}{Deprecated(input.DeprecationReason)}";

    private static string Deprecated(string? reason) => reason switch
    {
        null => "",
        SchemaBuilder.DefaultDeprecationReason => " @deprecated",
        _ => $" @deprecated(reason: {Quote(reason)})",
    };

    private static string Quote(string text) => Printer.Print(new StringValueNode { Value = text });

    private static string Description(string? description, string indent)
    {
        if (description is null) return "";
        var text = Printer.Print(new StringValueNode { Value = description, IsBlock = true });
        return $"{indent}{text.Replace("\n", $"\n{indent}", StringComparison.Ordinal)}\n".Replace($"\n{indent}\n", "\n\n", StringComparison.Ordinal);
    }
}
