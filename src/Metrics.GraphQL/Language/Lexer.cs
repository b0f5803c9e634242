using System.Globalization;
using System.Text;

namespace Metrics.GraphQL.Language;

/// <summary>Cuts a document into tokens (spec §2.1). A struct, so that a copy looks ahead.</summary>
internal struct Lexer(string source)
{
    private int position;
    private int line = 1;
    private int lineStart;

    /// <summary>Reads the next token; comments, commas, white space and byte order marks are skipped.</summary>
    public Token Next()
    {
        while (position < source.Length)
        {
            var c = source[position];
            switch (c)
            {
                case '\uFEFF' or '\t' or ' ' or ',':
                    position++;
                    continue;
                case '\n':
                    NewLine(1);
                    continue;
                case '\r':
                    NewLine(At(position + 1) == '\n' ? 2 : 1);
                    continue;
                case '#':
                    SkipComment();
                    continue;
                case '!': return Punctuator(TokenKind.Bang);
                case '$': return Punctuator(TokenKind.Dollar);
                case '&': return Punctuator(TokenKind.Ampersand);
                case '(': return Punctuator(TokenKind.ParenOpen);
                case ')': return Punctuator(TokenKind.ParenClose);
                case ':': return Punctuator(TokenKind.Colon);
                case '=': return Punctuator(TokenKind.Equals);
                case '@': return Punctuator(TokenKind.At);
                case '[': return Punctuator(TokenKind.BracketOpen);
                case ']': return Punctuator(TokenKind.BracketClose);
                case '{': return Punctuator(TokenKind.BraceOpen);
                case '|': return Punctuator(TokenKind.Pipe);
                case '}': return Punctuator(TokenKind.BraceClose);
                case '.': return Dots();
                case '"': return At(position + 1) == '"' && At(position + 2) == '"' ? ReadBlockString() : ReadString();
            }
            if (char.IsAsciiLetter(c) || c == '_') return ReadName();
            if (char.IsAsciiDigit(c) || c == '-') return ReadNumber();
            throw Fail(position, c == '\''
                ? "Unexpected single quote character ('), did you mean to use a double quote (\")?"
                : $"{(IsScalar(position) ? "Unexpected" : "Invalid")} character: {Describe(position)}.");
        }
        return new Token(TokenKind.End, Here(position));
    }

    private readonly char At(int index) => index < source.Length ? source[index] : '\0';

    private readonly Location Here(int start) => new(line, start - lineStart + 1);

    private void NewLine(int length)
    {
        position += length;
        line++;
        lineStart = position;
    }

    private Token Punctuator(TokenKind kind) => new(kind, Here(position++));

    private Token Dots()
    {
        if (At(position + 1) == '.' && At(position + 2) == '.')
        {
            var token = new Token(TokenKind.Spread, Here(position));
            position += 3;
            return token;
        }
        throw Fail(position, At(position + 1) == '.'
            ? "Unexpected \"..\", did you mean \"...\"?"
            : char.IsAsciiDigit(At(position + 1))
                ? "Invalid number, expected digit before \".\", did you mean \"0.\"?"
                : "Unexpected character: \".\".");
    }

    private void SkipComment()
    {
        while (position < source.Length && source[position] is not ('\n' or '\r'))
        {
            if (!IsScalar(position)) throw Fail(position, $"Invalid character: {Describe(position)}.");
            position += char.IsHighSurrogate(source[position]) ? 2 : 1;
        }
    }

    private Token ReadName()
    {
        var start = position;
        while (char.IsAsciiLetterOrDigit(At(position)) || At(position) == '_') position++;
        return new Token(TokenKind.Name, Here(start), source[start..position]);
    }

    private Token ReadNumber()
    {
        var start = position;
        var isFloat = false;
        if (At(position) == '-') position++;
        if (At(position) == '0')
        {
            position++;
            if (char.IsAsciiDigit(At(position)))
                throw Fail(position, $"Invalid number, unexpected digit after 0: {Describe(position)}.");
        }
        else
        {
            ReadDigits();
        }
        if (At(position) == '.')
        {
            isFloat = true;
            position++;
            ReadDigits();
        }
        if (At(position) is 'e' or 'E')
        {
            isFloat = true;
            position++;
            if (At(position) is '+' or '-') position++;
            ReadDigits();
        }
        if (At(position) is '.' or '_' || char.IsAsciiLetter(At(position))) throw BadDigit();
        return new Token(isFloat ? TokenKind.Float : TokenKind.Int, Here(start), source[start..position]);
    }

    private void ReadDigits()
    {
        if (!char.IsAsciiDigit(At(position))) throw BadDigit();
        while (char.IsAsciiDigit(At(position))) position++;
    }

    private readonly GraphQLException BadDigit() =>
        Fail(position, $"Invalid number, expected digit but got: {Describe(position)}.");

    private Token ReadString()
    {
        var start = position++;
        var chunk = position;
        StringBuilder? text = null;
        while (position < source.Length)
        {
            switch (source[position])
            {
                case '"':
                    var tail = source.AsSpan(chunk, position - chunk);
                    var value = text is null ? tail.ToString() : text.Append(tail).ToString();
                    position++;
                    return new Token(TokenKind.String, Here(start), value);
                case '\\':
                    (text ??= new StringBuilder()).Append(source, chunk, position - chunk);
                    ReadEscape(text);
                    chunk = position;
                    continue;
                case '\n' or '\r':
                    throw Fail(position, "Unterminated string.");
                default:
                    if (!IsScalar(position)) throw Fail(position, $"Invalid character within String: {Describe(position)}.");
                    position += char.IsHighSurrogate(source[position]) ? 2 : 1;
                    continue;
            }
        }
        throw Fail(position, "Unterminated string.");
    }

    private void ReadEscape(StringBuilder text)
    {
        var c = At(position + 1);
        if (c == 'u')
        {
            if (At(position + 2) == '{') ReadBracedEscape(text);
            else ReadFixedEscape(text);
            return;
        }
        text.Append(c switch
        {
            '"' or '\\' or '/' => c,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => throw Fail(position, $"Invalid character escape sequence: \"{Slice(2)}\"."),
        });
        position += 2;
    }

    private void ReadBracedEscape(StringBuilder text)
    {
        var point = 0;
        var size = 3;
        while (size < 12)
        {
            var c = At(position + size++);
            if (c == '}')
            {
                if (size < 5 || !Rune.IsValid(point)) break;
                text.Append(new Rune(point).ToString());
                position += size;
                return;
            }
            if (!char.IsAsciiHexDigit(c)) break;
            point = point > 0x10FFFF ? point : (point << 4) | Convert.ToInt32(c.ToString(), 16);
        }
        throw Fail(position, $"Invalid Unicode escape sequence: \"{Slice(size)}\".");
    }

    private void ReadFixedEscape(StringBuilder text)
    {
        var code = Hex(position + 2);
        if (Rune.IsValid(code))
        {
            text.Append((char)code);
            position += 6;
            return;
        }
        if (code >= 0 && char.IsHighSurrogate((char)code) && At(position + 6) == '\\' && At(position + 7) == 'u')
        {
            var trailing = Hex(position + 8);
            if (trailing >= 0 && char.IsLowSurrogate((char)trailing))
            {
                text.Append((char)code).Append((char)trailing);
                position += 12;
                return;
            }
        }
        throw Fail(position, $"Invalid Unicode escape sequence: \"{Slice(6)}\".");
    }

    private readonly int Hex(int start) =>
        start + 4 <= source.Length
        && int.TryParse(source.AsSpan(start, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            ? code
            : -1;

    private readonly string Slice(int length) => source.Substring(position, Math.Min(length, source.Length - position));

    private Token ReadBlockString()
    {
        var start = position;
        var location = Here(position);
        position += 3;
        var chunk = position;
        var text = new StringBuilder();
        var lines = new List<string>();
        while (position < source.Length)
        {
            var c = source[position];
            if (c == '"' && At(position + 1) == '"' && At(position + 2) == '"')
            {
                lines.Add(text.Append(source, chunk, position - chunk).ToString());
                position += 3;
                return new Token(TokenKind.BlockString, location, BlockString.Dedent(lines));
            }
            if (c == '\\' && string.CompareOrdinal(source, position + 1, "\"\"\"", 0, 3) == 0)
            {
                text.Append(source, chunk, position - chunk);
                chunk = position + 1;
                position += 4;
                continue;
            }
            if (c is '\n' or '\r')
            {
                lines.Add(text.Append(source, chunk, position - chunk).ToString());
                text.Clear();
                NewLine(c == '\r' && At(position + 1) == '\n' ? 2 : 1);
                chunk = position;
                continue;
            }
            if (!IsScalar(position)) throw Fail(position, $"Invalid character within String: {Describe(position)}.");
            position += char.IsHighSurrogate(c) ? 2 : 1;
        }
        throw Fail(position, "Unterminated string.");
    }

    private readonly bool IsScalar(int index) =>
        !char.IsSurrogate(source[index])
        || (char.IsHighSurrogate(source[index]) && char.IsLowSurrogate(At(index + 1)));

    private readonly string Describe(int index)
    {
        if (index >= source.Length) return "<EOF>";
        var c = source[index];
        if (c == '"') return "'\"'";
        if (c is >= ' ' and <= '~') return $"\"{c}\"";
        var point = IsScalar(index) ? char.ConvertToUtf32(source, index) : c;
        return string.Create(CultureInfo.InvariantCulture, $"U+{point:X4}");
    }

    private readonly GraphQLException Fail(int at, string message) => SyntaxErrors.At(Location.Of(source, at), message);
}
