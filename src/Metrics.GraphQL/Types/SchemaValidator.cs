using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Types;

/// <summary>Checks a built schema (spec §3, "Type Validation" of each kind of type).</summary>
internal sealed partial class SchemaValidator
{
    private readonly Schema schema;
    private readonly List<GraphQLError> errors = [];

    private SchemaValidator(Schema schema) => this.schema = schema;

    public static IReadOnlyList<GraphQLError> Validate(Schema schema)
    {
        var validator = new SchemaValidator(schema);
        validator.CheckRootTypes();
        foreach (var directive in schema.Directives) validator.CheckDirective(directive);
        foreach (var type in schema.Types) validator.CheckType(type);
        validator.CheckFiniteInputs();
        return validator.errors;
    }

    private void Report(string? coordinate, string message, params IEnumerable<Node?> nodes) =>
        errors.Add(new GraphQLError(message)
        {
            Code = ErrorCodes.Validation,
            Coordinate = coordinate,
            Locations = [.. nodes.Where(n => n is not null && n.Location != default).Select(n => n!.Location)],
        });

    private void CheckRootTypes()
    {
        if (!schema.RootTypes.ContainsKey(OperationType.Query))
            Report(null, "Query root type must be provided.", schema.Nodes.FirstOrDefault(n => !n.IsExtension));
        foreach (var (operation, type) in schema.RootTypes)
        {
            if (type is ObjectType) continue;
            Report(type.Name, $"{operation} root type must be an object type, it cannot be {type}.", RootNode(operation) ?? (Node?)First(type));
        }
        foreach (var group in schema.RootTypes.Where(r => r.Value is ObjectType).GroupBy(r => r.Value).Where(g => g.Count() > 1))
        {
            Report(group.Key.Name, $"All root types must be different, \"{group.Key}\" is used as {string.Join(" and ", group.Select(g => g.Key))} root types.",
                group.Select(g => RootNode(g.Key)));
        }
    }

    private static TypeDefinitionNode? First(NamedType type) => type.Nodes is [var node, ..] ? node : null;

    private NamedTypeNode? RootNode(OperationType operation) =>
        schema.Nodes.SelectMany(n => n.OperationTypes).FirstOrDefault(o => o.Operation == operation)?.Type;

    private void CheckDirective(DirectiveType directive)
    {
        CheckName(directive.ToString(), directive.Name, directive.Node);
        foreach (var argument in directive.Arguments) CheckInput(argument, "argument", argument.Node);
    }

    private void CheckName(string coordinate, string name, Node? node)
    {
        if (name.StartsWith("__", StringComparison.Ordinal))
            Report(coordinate, $"Name \"{name}\" must not begin with \"__\", which is reserved by GraphQL introspection.", node);
    }

    private void CheckInput(InputValue input, string kind, Node? typeNode)
    {
        CheckName(input.Coordinate, input.Name, input.Node);
        if (!input.Type.IsInput) Report(input.Coordinate, $"The type of {input} must be an input type but is {input.Type}.", typeNode);
        if (input is { IsRequired: true, DeprecationReason: not null })
            Report(input.Coordinate, $"Required {kind} {input} cannot be deprecated.", DeprecatedNode(input.Node?.Directives), input.Node?.Type);
        if (input.DefaultValue is null || !input.Type.IsInput) return;
        LiteralCoercion.Validate(input.DefaultValue, input.Type, (node, message) =>
            Report(input.Coordinate, $"{input} has an invalid default value: {message}", node));
    }

    private static DirectiveNode? DeprecatedNode(IReadOnlyList<DirectiveNode>? directives) =>
        directives?.FirstOrDefault(d => d.Name.Value == "deprecated");

    private void CheckType(NamedType type)
    {
        if (!type.Nodes.Any(n => Introspection.Document.Definitions.Contains(n)))
            CheckName(type.Name, type.Name, First(type));
        switch (type)
        {
            case FieldsType fields:
                CheckFields(fields);
                CheckInterfaces(fields);
                break;
            case UnionType union:
                CheckUnion(union);
                break;
            case EnumType values:
                if (values.Values.Count == 0) Report(type.Name, $"Enum type {type} must define one or more values.", type.Nodes);
                foreach (var value in values.Values) CheckName(value.Coordinate, value.Name, value.Node);
                break;
            case InputObjectType input:
                CheckInputObject(input);
                break;
        }
    }

    private void CheckFields(FieldsType type)
    {
        if (type.Fields.Count == 0) Report(type.Name, $"Type {type} must define one or more fields.", type.Nodes);
        foreach (var field in type.Fields)
        {
            CheckName(field.Coordinate, field.Name, field.Node);
            if (!field.Type.IsOutput) Report(field.Coordinate, $"The type of {field} must be an output type but is {field.Type}.", field.Node?.Type);
            foreach (var argument in field.Arguments) CheckInput(argument, "argument", argument.Node?.Type);
        }
    }

    private void CheckUnion(UnionType union)
    {
        if (union.DeclaredTypes.Count == 0) Report(union.Name, $"Union type {union} must define one or more member types.", union.Nodes);
        var seen = new HashSet<string>();
        foreach (var member in union.DeclaredTypes)
        {
            var nodes = union.Nodes.Cast<UnionTypeNode>().SelectMany(n => n.Types).Where(t => t.Name.Value == member.Name);
            if (!seen.Add(member.Name)) Report(union.Name, $"Union type {union} can only include type {member} once.", nodes);
            else if (member is not ObjectType) Report(union.Name, $"Union type {union} can only include object types, it cannot include {member}.", nodes);
        }
    }

    private void CheckInputObject(InputObjectType type)
    {
        if (type.Fields.Count == 0) Report(type.Name, $"Input Object type {type} must define one or more fields.", type.Nodes);
        foreach (var field in type.Fields)
        {
            CheckInput(field, "input field", field.Node?.Type);
            if (!type.IsOneOf) continue;
            if (field.Type.IsNonNull) Report(field.Coordinate, $"OneOf input field {field} must be nullable.", field.Node?.Type);
            if (field.DefaultValue is not null) Report(field.Coordinate, $"OneOf input field {field} cannot have a default value.", field.Node);
        }
        CheckDefaultCycles(type);
    }
}
