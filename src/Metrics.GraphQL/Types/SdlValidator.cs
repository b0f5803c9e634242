using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Types;

/// <summary>Checks a type system document before types are built from it: names known and unique, directives in place.</summary>
internal sealed partial class SdlValidator
{
    private readonly List<GraphQLError> errors = [];
    private readonly DocumentNode document;
    private readonly HashSet<string> knownTypes;
    private readonly Dictionary<string, TypeDefinitionNode> definedTypes = [];
    private readonly Dictionary<string, DirectiveDefinitionNode> directives = [];

    private SdlValidator(DocumentNode document)
    {
        this.document = document;
        foreach (var type in document.Definitions.OfType<TypeDefinitionNode>().Where(t => !t.IsExtension))
            definedTypes.TryAdd(type.Name.Value, type);
        knownTypes = [.. definedTypes.Keys, .. BuiltInTypes.Names];
        foreach (var directive in document.Definitions.OfType<DirectiveDefinitionNode>().Concat(BuiltInDirectives.Nodes))
            directives.TryAdd(directive.Name.Value, directive);
    }

    public static IReadOnlyList<GraphQLError> Validate(DocumentNode document)
    {
        var validator = new SdlValidator(document);
        validator.CheckUniqueDefinitions();
        validator.CheckExtensions();
        validator.CheckMembers();
        validator.CheckReferences();
        validator.CheckDirectives();
        return validator.errors;
    }

    private void Report(Node node, string message) => errors.Add(GraphQLError.At(node, message, ErrorCodes.Validation));

    private void CheckUniqueDefinitions()
    {
        var schemas = document.Definitions.OfType<SchemaDefinitionNode>().ToList();
        foreach (var extra in schemas.Where(s => !s.IsExtension).Skip(1)) Report(extra, "Must provide only one schema definition.");
        CheckUnique(schemas.SelectMany(s => s.OperationTypes), o => o.Operation.ToString(), o => o, name => $"There can be only one {name} type in schema.");
        CheckUnique(
            document.Definitions.OfType<TypeDefinitionNode>().Where(t => !t.IsExtension),
            t => t.Name.Value, t => t.Name, name => $"There can be only one type named \"{name}\".");
        CheckUnique(
            document.Definitions.OfType<DirectiveDefinitionNode>(),
            d => d.Name.Value, d => d.Name, name => $"There can be only one directive named \"@{name}\".");
    }

    private void CheckUnique<T>(IEnumerable<T> nodes, Func<T, string> name, Func<T, Node> at, Func<string, string> message)
    {
        var seen = new HashSet<string>();
        foreach (var node in nodes)
        {
            if (!seen.Add(name(node))) Report(at(node), message(name(node)));
        }
    }

    private void CheckExtensions()
    {
        foreach (var extension in document.Definitions.OfType<TypeDefinitionNode>().Where(t => t.IsExtension))
        {
            if (!definedTypes.TryGetValue(extension.Name.Value, out var definition))
                Report(extension.Name, $"Cannot extend type \"{extension.Name.Value}\" because it is not defined.");
            else if (definition.GetType() != extension.GetType())
                Report(extension, $"Cannot extend type \"{extension.Name.Value}\": it is of another kind.");
        }
    }

    private void CheckMembers()
    {
        foreach (var group in document.Definitions.OfType<TypeDefinitionNode>().GroupBy(t => t.Name.Value))
        {
            CheckUnique(group.OfType<EnumTypeNode>().SelectMany(t => t.Values), v => v.Name.Value, v => v.Name,
                name => $"Enum value \"{group.Key}.{name}\" can only be defined once.");
            var fields = group.OfType<FieldsTypeNode>().SelectMany(t => t.Fields.Select(f => f.Name))
                .Concat(group.OfType<InputObjectTypeNode>().SelectMany(t => t.Fields.Select(f => f.Name)));
            CheckUnique(fields, n => n.Value, n => n, name => $"Field \"{group.Key}.{name}\" can only be defined once.");
        }
        foreach (var type in document.Definitions.OfType<FieldsTypeNode>())
        {
            foreach (var field in type.Fields) CheckArgumentNames($"{type.Name.Value}.{field.Name.Value}", field.Arguments);
        }
        foreach (var directive in document.Definitions.OfType<DirectiveDefinitionNode>())
            CheckArgumentNames($"@{directive.Name.Value}", directive.Arguments);
    }

    private void CheckArgumentNames(string owner, IReadOnlyList<InputValueDefinitionNode> arguments)
    {
        foreach (var group in arguments.GroupBy(a => a.Name.Value).Where(g => g.Count() > 1))
        {
            errors.Add(GraphQLError.At(
                group.Select(a => a.Name), $"Argument \"{owner}({group.Key}:)\" can only be defined once.", ErrorCodes.Validation));
        }
    }

    private void CheckReferences()
    {
        foreach (var reference in document.Definitions.SelectMany(References))
        {
            if (!knownTypes.Contains(reference.Name.Value)) Report(reference.Name, $"Unknown type \"{reference.Name.Value}\".");
        }
    }

    /// <summary>The types that a type system definition refers to.</summary>
    internal static IEnumerable<NamedTypeNode> References(DefinitionNode definition)
    {
        IEnumerable<TypeNode> references = definition switch
        {
            SchemaDefinitionNode schema => schema.OperationTypes.Select(o => o.Type),
            FieldsTypeNode type => type.Interfaces.Concat(type.Fields.SelectMany(f => f.Arguments.Select(a => a.Type).Append(f.Type))),
            UnionTypeNode union => union.Types,
            InputObjectTypeNode input => input.Fields.Select(f => f.Type),
            DirectiveDefinitionNode directive => directive.Arguments.Select(a => a.Type),
            _ => [],
        };
        return references.Select(r => r.NamedType);
    }
}
