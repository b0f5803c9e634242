using System.Text;

namespace Metrics.GraphQL.Language;

/// <summary>
/// Parses documents of the September 2025 edition by recursive descent. Depth and token count are bounded, so no input can
/// exhaust the stack.
/// </summary>
public sealed partial class Parser
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ParserOptions options;
    private Lexer lexer;
    private Token token;
    private int tokens;
    private int depth;

    private Parser(string source, ParserOptions options)
    {
        this.options = options;
        lexer = new Lexer(source);
        token = new Token(TokenKind.Start, new Location(1, 1));
        Advance();
    }

    /// <summary>Parses a document, executable or type system.</summary>
    /// <exception cref="GraphQLException">The text is not GraphQL, or exceeds a bound of <paramref name="options"/>.</exception>
    public static DocumentNode Parse(string source, ParserOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        var parser = new Parser(source, options ?? ParserOptions.Default);
        var start = parser.token.Location;
        var definitions = new List<DefinitionNode>();
        do
        {
            definitions.Add(parser.ParseDefinition());
        }
        while (parser.token.Kind != TokenKind.End);
        return new DocumentNode { Location = start, Definitions = definitions };
    }

    /// <summary>Parses a document in UTF-8.</summary>
    /// <exception cref="GraphQLException">As for text, and when the bytes are not UTF-8.</exception>
    public static DocumentNode Parse(ReadOnlySpan<byte> utf8, ParserOptions? options = null)
    {
        try
        {
            return Parse(StrictUtf8.GetString(utf8), options);
        }
        catch (DecoderFallbackException e)
        {
            throw SyntaxErrors.At(new Location(1, 1), $"The document is not UTF-8: {e.Message}");
        }
    }

    /// <summary>Parses one value, such as <c>{a: [1, $b]}</c>.</summary>
    /// <exception cref="GraphQLException">The text is not a value.</exception>
    public static ValueNode ParseValue(string source, ParserOptions? options = null)
    {
        var parser = new Parser(source, options ?? ParserOptions.Default);
        var value = parser.ParseValue(isConstant: false);
        parser.Expect(TokenKind.End);
        return value;
    }

    /// <summary>Parses a type reference, such as <c>[Int!]!</c>.</summary>
    /// <exception cref="GraphQLException">The text is not a type reference.</exception>
    public static TypeNode ParseType(string source)
    {
        var parser = new Parser(source, ParserOptions.Default);
        var type = parser.ParseType();
        parser.Expect(TokenKind.End);
        return type;
    }

    private DefinitionNode ParseDefinition()
    {
        if (token.Kind == TokenKind.BraceOpen) return ParseOperation(description: null, token.Location);
        var start = token.Location;
        var description = ParseDescription(out var hasDescription);
        if (hasDescription && token.Kind == TokenKind.BraceOpen)
            throw SyntaxErrors.At(start, "Unexpected description, descriptions are not supported on shorthand queries.");
        if (token.Kind != TokenKind.Name) throw Unexpected();
        switch (token.Value)
        {
            case "query" or "mutation" or "subscription":
                return ParseOperation(description, start);
            case "fragment":
                return ParseFragmentDefinition(description, start);
            case "schema" or "scalar" or "type" or "interface" or "union" or "enum" or "input" or "directive":
                return ParseTypeSystemDefinition(description, start);
        }
        if (hasDescription)
            throw SyntaxErrors.At(start, "Unexpected description, only GraphQL definitions support descriptions.");
        return token.Value == "extend" ? ParseExtension(start) : throw Unexpected();
    }

    private StringValueNode? ParseDescription() => ParseDescription(out _);

    private StringValueNode? ParseDescription(out bool present)
    {
        present = token.Kind is TokenKind.String or TokenKind.BlockString;
        return present ? ParseString() : null;
    }

    private OperationDefinitionNode ParseOperation(StringValueNode? description, Location start)
    {
        if (token.Kind == TokenKind.BraceOpen)
            return new OperationDefinitionNode { Location = start, SelectionSet = ParseSelectionSet() };
        return new OperationDefinitionNode
        {
            Location = start,
            Description = description,
            Operation = ParseOperationType(),
            Name = token.Kind == TokenKind.Name ? ParseName() : null,
            Variables = OptionalMany(TokenKind.ParenOpen, static p => p.ParseVariableDefinition(), TokenKind.ParenClose),
            Directives = ParseDirectives(isConstant: false),
            SelectionSet = ParseSelectionSet(),
        };
    }

    private OperationType ParseOperationType()
    {
        var keyword = Expect(TokenKind.Name);
        return keyword.Value switch
        {
            "query" => OperationType.Query,
            "mutation" => OperationType.Mutation,
            "subscription" => OperationType.Subscription,
            _ => throw Unexpected(keyword),
        };
    }

    private VariableDefinitionNode ParseVariableDefinition()
    {
        var start = token.Location;
        var description = ParseDescription();
        var variable = ParseVariable();
        Expect(TokenKind.Colon);
        return new VariableDefinitionNode
        {
            Location = start,
            Description = description,
            Variable = variable,
            Type = ParseType(),
            DefaultValue = Skip(TokenKind.Equals) ? ParseValue(isConstant: true) : null,
            Directives = ParseDirectives(isConstant: true),
        };
    }

    private FragmentDefinitionNode ParseFragmentDefinition(StringValueNode? description, Location start)
    {
        ExpectKeyword("fragment");
        if (token is { Kind: TokenKind.Name, Value: "on" }) throw Unexpected();
        var name = ParseName();
        ExpectKeyword("on");
        return new FragmentDefinitionNode
        {
            Location = start,
            Description = description,
            Name = name,
            TypeCondition = ParseNamedType(),
            Directives = ParseDirectives(isConstant: false),
            SelectionSet = ParseSelectionSet(),
        };
    }

    private SelectionSetNode ParseSelectionSet()
    {
        var start = token.Location;
        Enter();
        var selections = Many(TokenKind.BraceOpen, static p => p.ParseSelection(), TokenKind.BraceClose);
        depth--;
        return new SelectionSetNode { Location = start, Selections = selections };
    }

    private SelectionNode ParseSelection() => token.Kind == TokenKind.Spread ? ParseFragment() : ParseField();

    private FieldNode ParseField()
    {
        var start = token.Location;
        var name = ParseName();
        NameNode? alias = null;
        if (Skip(TokenKind.Colon))
        {
            alias = name;
            name = ParseName();
        }
        return new FieldNode
        {
            Location = start,
            Alias = alias,
            Name = name,
            Arguments = ParseArguments(isConstant: false),
            Directives = ParseDirectives(isConstant: false),
            SelectionSet = token.Kind == TokenKind.BraceOpen ? ParseSelectionSet() : null,
        };
    }

    private SelectionNode ParseFragment()
    {
        var start = token.Location;
        Expect(TokenKind.Spread);
        var hasCondition = SkipKeyword("on");
        if (!hasCondition && token.Kind == TokenKind.Name)
        {
            return new FragmentSpreadNode
            {
                Location = start,
                Name = ParseName(),
                Directives = ParseDirectives(isConstant: false),
            };
        }
        return new InlineFragmentNode
        {
            Location = start,
            TypeCondition = hasCondition ? ParseNamedType() : null,
            Directives = ParseDirectives(isConstant: false),
            SelectionSet = ParseSelectionSet(),
        };
    }

    private IReadOnlyList<ArgumentNode> ParseArguments(bool isConstant) => OptionalMany<ArgumentNode>(
        TokenKind.ParenOpen,
        isConstant ? static p => p.ParseArgument(isConstant: true) : static p => p.ParseArgument(isConstant: false),
        TokenKind.ParenClose);

    private ArgumentNode ParseArgument(bool isConstant)
    {
        var start = token.Location;
        var name = ParseName();
        Expect(TokenKind.Colon);
        return new ArgumentNode { Location = start, Name = name, Value = ParseValue(isConstant) };
    }

    private List<DirectiveNode> ParseDirectiveList(bool isConstant)
    {
        var directives = new List<DirectiveNode>();
        while (token.Kind == TokenKind.At)
        {
            var start = token.Location;
            Advance();
            var name = ParseName();
            directives.Add(new DirectiveNode { Location = start, Name = name, Arguments = ParseArguments(isConstant) });
        }
        return directives;
    }

    private IReadOnlyList<DirectiveNode> ParseDirectives(bool isConstant) =>
        token.Kind == TokenKind.At ? ParseDirectiveList(isConstant) : [];

    private TypeNode ParseType()
    {
        var start = token.Location;
        TypeNode type;
        if (Skip(TokenKind.BracketOpen))
        {
            Enter();
            type = new ListTypeNode { Location = start, ItemType = ParseType() };
            depth--;
            Expect(TokenKind.BracketClose);
        }
        else
        {
            type = ParseNamedType();
        }
        return Skip(TokenKind.Bang) ? new NonNullTypeNode { Location = start, NullableType = type } : type;
    }

    private NamedTypeNode ParseNamedType() => new() { Location = token.Location, Name = ParseName() };
}
