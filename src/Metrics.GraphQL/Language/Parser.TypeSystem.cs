namespace Metrics.GraphQL.Language;

public sealed partial class Parser
{
    private TypeSystemNode ParseTypeSystemDefinition(StringValueNode? description, Location start)
    {
        var keyword = Expect(TokenKind.Name);
        return keyword.Value switch
        {
            "schema" => ParseSchema(description, start, isExtension: false),
            "directive" => ParseDirectiveDefinition(description, start),
            _ => ParseTypeDefinition(keyword, description, start, isExtension: false),
        };
    }

    private TypeSystemNode ParseExtension(Location start)
    {
        ExpectKeyword("extend");
        if (token.Kind != TokenKind.Name) throw Unexpected();
        var keyword = token;
        if (keyword.Value is not ("schema" or "scalar" or "type" or "interface" or "union" or "enum" or "input")) throw Unexpected();
        Advance();
        return keyword.Value == "schema"
            ? ParseSchema(description: null, start, isExtension: true)
            : ParseTypeDefinition(keyword, description: null, start, isExtension: true);
    }

    private SchemaDefinitionNode ParseSchema(StringValueNode? description, Location start, bool isExtension)
    {
        var directives = ParseDirectives(isConstant: true);
        var operations = isExtension
            ? OptionalMany(TokenKind.BraceOpen, static p => p.ParseOperationTypeDefinition(), TokenKind.BraceClose)
            : Many(TokenKind.BraceOpen, static p => p.ParseOperationTypeDefinition(), TokenKind.BraceClose);
        if (isExtension && directives.Count + operations.Count == 0) throw Unexpected();
        return new SchemaDefinitionNode
        {
            Location = start,
            Description = description,
            Directives = directives,
            OperationTypes = operations,
            IsExtension = isExtension,
        };
    }

    private OperationTypeNode ParseOperationTypeDefinition()
    {
        var start = token.Location;
        var operation = ParseOperationType();
        Expect(TokenKind.Colon);
        return new OperationTypeNode { Location = start, Operation = operation, Type = ParseNamedType() };
    }

    private TypeDefinitionNode ParseTypeDefinition(Token keyword, StringValueNode? description, Location start, bool isExtension)
    {
        var name = ParseName();
        IReadOnlyList<NamedTypeNode> interfaces = keyword.Value is "type" or "interface" && SkipKeyword("implements")
            ? Delimited(TokenKind.Ampersand, static p => p.ParseNamedType())
            : [];
        var directives = ParseDirectives(isConstant: true);
        var extras = 0;
        TypeDefinitionNode node;
        switch (keyword.Value)
        {
            case "scalar":
                node = new ScalarTypeNode
                {
                    Location = start,
                    Description = description,
                    Name = name,
                    Directives = directives,
                    IsExtension = isExtension,
                };
                break;
            case "type" or "interface":
                var fields = OptionalMany(TokenKind.BraceOpen, static p => p.ParseFieldDefinition(), TokenKind.BraceClose);
                extras = interfaces.Count + fields.Count;
                node = keyword.Value == "type"
                    ? new ObjectTypeNode
                    {
                        Location = start,
                        Description = description,
                        Name = name,
                        Interfaces = interfaces,
                        Directives = directives,
                        Fields = fields,
                        IsExtension = isExtension,
                    }
                    : new InterfaceTypeNode
                    {
                        Location = start,
                        Description = description,
                        Name = name,
                        Interfaces = interfaces,
                        Directives = directives,
                        Fields = fields,
                        IsExtension = isExtension,
                    };
                break;
            case "union":
                IReadOnlyList<NamedTypeNode> types = Skip(TokenKind.Equals)
                    ? Delimited(TokenKind.Pipe, static p => p.ParseNamedType())
                    : [];
                extras = types.Count;
                node = new UnionTypeNode
                {
                    Location = start,
                    Description = description,
                    Name = name,
                    Directives = directives,
                    Types = types,
                    IsExtension = isExtension,
                };
                break;
            case "enum":
                var values = OptionalMany(TokenKind.BraceOpen, static p => p.ParseEnumValue(), TokenKind.BraceClose);
                extras = values.Count;
                node = new EnumTypeNode
                {
                    Location = start,
                    Description = description,
                    Name = name,
                    Directives = directives,
                    Values = values,
                    IsExtension = isExtension,
                };
                break;
            default:
                var inputs = OptionalMany(TokenKind.BraceOpen, static p => p.ParseInputValue(), TokenKind.BraceClose);
                extras = inputs.Count;
                node = new InputObjectTypeNode
                {
                    Location = start,
                    Description = description,
                    Name = name,
                    Directives = directives,
                    Fields = inputs,
                    IsExtension = isExtension,
                };
                break;
        }
        if (isExtension && directives.Count + extras == 0) throw Unexpected();
        return node;
    }

    private FieldDefinitionNode ParseFieldDefinition()
    {
        var start = token.Location;
        var description = ParseDescription();
        var name = ParseName();
        var arguments = OptionalMany(TokenKind.ParenOpen, static p => p.ParseInputValue(), TokenKind.ParenClose);
        Expect(TokenKind.Colon);
        return new FieldDefinitionNode
        {
            Location = start,
            Description = description,
            Name = name,
            Arguments = arguments,
            Type = ParseType(),
            Directives = ParseDirectives(isConstant: true),
        };
    }

    private InputValueDefinitionNode ParseInputValue()
    {
        var start = token.Location;
        var description = ParseDescription();
        var name = ParseName();
        Expect(TokenKind.Colon);
        return new InputValueDefinitionNode
        {
            Location = start,
            Description = description,
            Name = name,
            Type = ParseType(),
            DefaultValue = Skip(TokenKind.Equals) ? ParseValue(isConstant: true) : null,
            Directives = ParseDirectives(isConstant: true),
        };
    }

    private EnumValueDefinitionNode ParseEnumValue()
    {
        var start = token.Location;
        var description = ParseDescription();
        if (token is { Kind: TokenKind.Name, Value: "true" or "false" or "null" })
            throw SyntaxErrors.At(token.Location, $"{token.Describe()} is reserved and cannot be used for an enum value.");
        return new EnumValueDefinitionNode
        {
            Location = start,
            Description = description,
            Name = ParseName(),
            Directives = ParseDirectives(isConstant: true),
        };
    }

    private DirectiveDefinitionNode ParseDirectiveDefinition(StringValueNode? description, Location start)
    {
        Expect(TokenKind.At);
        var name = ParseName();
        var arguments = OptionalMany(TokenKind.ParenOpen, static p => p.ParseInputValue(), TokenKind.ParenClose);
        var repeatable = SkipKeyword("repeatable");
        ExpectKeyword("on");
        return new DirectiveDefinitionNode
        {
            Location = start,
            Description = description,
            Name = name,
            Arguments = arguments,
            IsRepeatable = repeatable,
            Locations = Delimited(TokenKind.Pipe, static p => p.ParseDirectiveLocation()),
        };
    }

    private NameNode ParseDirectiveLocation()
    {
        var start = token;
        var name = ParseName();
        return DirectiveLocations.All.Contains(name.Value) ? name : throw Unexpected(start);
    }
}
