namespace Metrics.Kpis.Definitions;

/// <summary>A piece of SQL that is neither white space nor comment.</summary>
/// <param name="Text">As written; words in lower case.</param>
/// <param name="Start">Where it begins in the text.</param>
/// <param name="Line">1 is the first line of the text.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, string Text, int Start, int Line);

internal enum SqlTokenKind { Word, QuotedName, Literal, Parameter, Symbol }

/// <summary>A string, name or comment that does not end.</summary>
internal sealed class SqlTextException(int line, string message) : FormatException(message)
{
    /// <summary>Where it begins; 1 is the first line of the text.</summary>
    public int Line => line;
}

/// <summary>Splits PostgreSQL's SQL into tokens: enough to find parameters, statements and function names, not to parse it.</summary>
internal static class SqlText
{
    /// <exception cref="SqlTextException">A string, name or comment does not end.</exception>
    public static List<SqlToken> Tokens(string sql)
    {
        var tokens = new List<SqlToken>();
        var at = 0;
        var line = 1;
        while (at < sql.Length)
        {
            var start = at;
            var startLine = line;
            var letter = sql[at];
            if (char.IsWhiteSpace(letter)) at++;
            else if (At(sql, at, "--")) at = IndexOrEnd(sql, '\n', at);
            else if (At(sql, at, "/*")) at = EndOfComment(sql, at, line);
            else if (letter == '\'') Add(SqlTokenKind.Literal, at = EndOfQuoted(sql, at, '\'', backslash: false, line));
            else if (letter is 'e' or 'E' && At(sql, at + 1, "'"))
                Add(SqlTokenKind.Literal, at = EndOfQuoted(sql, at + 1, '\'', backslash: true, line));
            else if (letter == '"') Add(SqlTokenKind.QuotedName, at = EndOfQuoted(sql, at, '"', backslash: false, line));
            else if (letter == '$' && DollarQuote(sql, at) is { } tag) Add(SqlTokenKind.Literal, at = EndOfDollar(sql, at, tag, line));
            else if (letter == '@' && at + 1 < sql.Length && char.IsAsciiLetter(sql[at + 1]))
                Add(SqlTokenKind.Parameter, at = EndOfWord(sql, at + 1));
            else if (char.IsLetter(letter) || letter == '_') Add(SqlTokenKind.Word, at = EndOfWord(sql, at));
            else if (char.IsAsciiDigit(letter)) Add(SqlTokenKind.Literal, at = EndOfNumber(sql, at));
            else Add(SqlTokenKind.Symbol, ++at);
            line += sql.AsSpan(start, at - start).Count('\n');

            void Add(SqlTokenKind kind, int end)
            {
                var text = sql[start..end];
                tokens.Add(new SqlToken(kind, kind == SqlTokenKind.Word ? text.ToLowerInvariant() : text, start, startLine));
            }
        }

        return tokens;
    }

    private static bool At(string sql, int at, string text) => string.CompareOrdinal(sql, at, text, 0, text.Length) == 0;

    private static int IndexOrEnd(string sql, char letter, int from) => sql.IndexOf(letter, from) is >= 0 and var at ? at : sql.Length;

    private static int EndOfWord(string sql, int at)
    {
        while (at < sql.Length && (char.IsLetterOrDigit(sql[at]) || sql[at] is '_' or '$')) at++;
        return at;
    }

    private static int EndOfNumber(string sql, int at)
    {
        while (at < sql.Length && (char.IsAsciiLetterOrDigit(sql[at]) || sql[at] == '.')) at++;
        return at;
    }

    private static int EndOfQuoted(string sql, int at, char quote, bool backslash, int line)
    {
        for (at++; at < sql.Length; at++)
        {
            if (backslash && sql[at] == '\\') at++;
            else if (sql[at] == quote && at + 1 < sql.Length && sql[at + 1] == quote) at++;
            else if (sql[at] == quote) return at + 1;
        }

        throw new SqlTextException(line, $"what begins with {quote} does not end");
    }

    private static int EndOfComment(string sql, int at, int line)
    {
        var depth = 0;
        while (at < sql.Length)
        {
            if (At(sql, at, "/*")) (depth, at) = (depth + 1, at + 2);
            else if (At(sql, at, "*/")) (depth, at) = (depth - 1, at + 2);
            else at++;
            if (depth == 0) return at;
        }

        throw new SqlTextException(line, $"the comment does not end");
    }

    private static string? DollarQuote(string sql, int at)
    {
        var end = at + 1;
        while (end < sql.Length && (char.IsLetterOrDigit(sql[end]) || sql[end] == '_')) end++;
        return end < sql.Length && sql[end] == '$' && !char.IsAsciiDigit(sql[at + 1]) ? sql[at..(end + 1)] : null;
    }

    private static int EndOfDollar(string sql, int at, string tag, int line) =>
        sql.IndexOf(tag, at + tag.Length, StringComparison.Ordinal) is >= 0 and var end
            ? end + tag.Length
            : throw new SqlTextException(line, $"what begins with {tag} does not end");
}
