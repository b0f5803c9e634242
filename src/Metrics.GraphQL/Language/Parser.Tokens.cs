using System.Globalization;

namespace Metrics.GraphQL.Language;

public sealed partial class Parser
{
    private NameNode ParseName()
    {
        var name = Expect(TokenKind.Name);
        return new NameNode { Location = name.Location, Value = name.Value! };
    }

    private VariableNode ParseVariable()
    {
        var start = token.Location;
        Expect(TokenKind.Dollar);
        return new VariableNode { Location = start, Name = ParseName() };
    }

    private StringValueNode ParseString()
    {
        var value = token;
        Advance();
        return new StringValueNode
        {
            Location = value.Location,
            Value = value.Value!,
            IsBlock = value.Kind == TokenKind.BlockString,
        };
    }

    private ValueNode ParseValue(bool isConstant)
    {
        var start = token;
        switch (start.Kind)
        {
            case TokenKind.BracketOpen:
                Enter();
                var values = Any(TokenKind.BracketOpen, p => p.ParseValue(isConstant), TokenKind.BracketClose);
                depth--;
                return new ListValueNode { Location = start.Location, Values = values };
            case TokenKind.BraceOpen:
                Enter();
                var fields = Any(TokenKind.BraceOpen, p => p.ParseObjectField(isConstant), TokenKind.BraceClose);
                depth--;
                return new ObjectValueNode { Location = start.Location, Fields = fields };
            case TokenKind.Int:
                Advance();
                return new IntValueNode { Location = start.Location, Value = start.Value! };
            case TokenKind.Float:
                Advance();
                return new FloatValueNode { Location = start.Location, Value = start.Value! };
            case TokenKind.String or TokenKind.BlockString:
                return ParseString();
            case TokenKind.Name:
                Advance();
                return start.Value switch
                {
                    "true" => new BooleanValueNode { Location = start.Location, Value = true },
                    "false" => new BooleanValueNode { Location = start.Location },
                    "null" => new NullValueNode { Location = start.Location },
                    _ => new EnumValueNode { Location = start.Location, Value = start.Value! },
                };
            case TokenKind.Dollar when isConstant:
                Advance();
                throw token.Kind == TokenKind.Name
                    ? SyntaxErrors.At(start.Location, $"Unexpected variable \"${token.Value}\" in constant value.")
                    : Unexpected(start);
            case TokenKind.Dollar:
                return ParseVariable();
            default:
                throw Unexpected();
        }
    }

    private ObjectFieldNode ParseObjectField(bool isConstant)
    {
        var start = token.Location;
        var name = ParseName();
        Expect(TokenKind.Colon);
        return new ObjectFieldNode { Location = start, Name = name, Value = ParseValue(isConstant) };
    }

    private void Advance()
    {
        token = lexer.Next();
        if (token.Kind == TokenKind.End || ++tokens <= options.MaxTokens) return;
        throw SyntaxErrors.Limit(
            token.Location,
            string.Create(CultureInfo.InvariantCulture, $"The document has more than {options.MaxTokens} tokens. Send a smaller document."));
    }

    private void Enter()
    {
        if (++depth <= options.MaxDepth) return;
        throw SyntaxErrors.Limit(
            token.Location,
            string.Create(CultureInfo.InvariantCulture, $"The document nests deeper than {options.MaxDepth} levels. Send a flatter document."));
    }

    private Token Expect(TokenKind kind)
    {
        var expected = token;
        if (expected.Kind != kind)
            throw SyntaxErrors.At(expected.Location, $"Expected {Token.Describe(kind)}, found {expected.Describe()}.");
        if (kind != TokenKind.End) Advance();
        return expected;
    }

    private bool Skip(TokenKind kind)
    {
        if (token.Kind != kind) return false;
        Advance();
        return true;
    }

    private void ExpectKeyword(string keyword)
    {
        if (!SkipKeyword(keyword))
            throw SyntaxErrors.At(token.Location, $"Expected \"{keyword}\", found {token.Describe()}.");
    }

    private bool SkipKeyword(string keyword)
    {
        if (token.Kind != TokenKind.Name || token.Value != keyword) return false;
        Advance();
        return true;
    }

    private GraphQLException Unexpected() => Unexpected(token);

    private static GraphQLException Unexpected(Token at) => SyntaxErrors.At(at.Location, $"Unexpected {at.Describe()}.");

    private List<T> Any<T>(TokenKind open, Func<Parser, T> parse, TokenKind close)
    {
        Expect(open);
        var nodes = new List<T>();
        while (!Skip(close)) nodes.Add(parse(this));
        return nodes;
    }

    private List<T> Many<T>(TokenKind open, Func<Parser, T> parse, TokenKind close)
    {
        Expect(open);
        var nodes = new List<T>();
        do
        {
            nodes.Add(parse(this));
        }
        while (!Skip(close));
        return nodes;
    }

    private IReadOnlyList<T> OptionalMany<T>(TokenKind open, Func<Parser, T> parse, TokenKind close) =>
        token.Kind == open ? Many(open, parse, close) : [];

    private List<T> Delimited<T>(TokenKind delimiter, Func<Parser, T> parse)
    {
        Skip(delimiter);
        var nodes = new List<T>();
        do
        {
            nodes.Add(parse(this));
        }
        while (Skip(delimiter));
        return nodes;
    }
}
