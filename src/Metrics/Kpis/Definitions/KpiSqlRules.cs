using Metrics.Model;

namespace Metrics.Kpis.Definitions;

/// <summary>
/// What the SELECT of a KPI file may say. The boundary is the login it runs as, which can read the analysts' views and nothing
/// else; these rules tell an honest author early, with the line.
/// </summary>
internal static class KpiSqlRules
{
    /// <summary>The parameters, in the order in which they are passed.</summary>
    public static IReadOnlyList<string> Parameters { get; } = ["@from", "@to", "@now", "@zone", "@at"];

    private static readonly string[] ForbiddenPrefixes = ["pg_", "lo_", "dblink", "current_setting", "set_config", "query_to_xml",
        "table_to_xml", "schema_to_xml", "database_to_xml", "cursor_to_xml", "txid_", "inet_server", "inet_client"];

    private static readonly HashSet<string> WallClocks = ["now", "clock_timestamp", "statement_timestamp", "transaction_timestamp",
        "timeofday", "current_timestamp", "current_date", "current_time", "localtimestamp", "localtime"];

    /// <param name="kind">Null where the front matter gives none that is known: what depends on it is then not looked at.</param>
    public static IEnumerable<(int Line, string Message)> Faults(string sql, KpiKind? kind)
    {
        List<SqlToken> tokens;
        SqlTextException? broken = null;
        try
        {
            tokens = SqlText.Tokens(sql);
        }
        catch (SqlTextException failure)
        {
            (tokens, broken) = ([], failure);
        }

        if (broken is not null)
        {
            yield return (broken.Line, $"the SQL cannot be read: {broken.Message}");
            yield break;
        }

        if (tokens.Count == 0)
        {
            yield return (1, "there is no SELECT after the front matter");
            yield break;
        }

        if (tokens[0] is not { Kind: SqlTokenKind.Word, Text: "select" or "with" } first)
            yield return (tokens[0].Line, $"the SQL begins with \"{tokens[0].Text}\"; it must be one SELECT, or WITH … SELECT");
        foreach (var fault in Structure(tokens)) yield return fault;
        foreach (var token in tokens.Where(t => t.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName))
        {
            var name = token.Text.Trim('"').ToLowerInvariant();
            if (Array.Exists(ForbiddenPrefixes, p => name.StartsWith(p, StringComparison.Ordinal)))
                yield return (token.Line, $"\"{name}\" is not for KPI files: they read the fact views and nothing of the server");
        }

        foreach (var (token, next, last) in tokens.Zip(tokens.Skip(1), tokens.Skip(2)))
        {
            if (token is { Kind: SqlTokenKind.Word, Text: "u" } && next.Text == "&" && next.Start == token.Start + 1
                && last.Kind is SqlTokenKind.QuotedName or SqlTokenKind.Literal && last.Start == next.Start + 1)
                yield return (token.Line, "U&\"…\" hides what it names; write the name itself");
        }

        foreach (var (token, next) in tokens.Zip(tokens.Skip(1)).Where(p => p.First.Kind == SqlTokenKind.Word))
        {
            if (WallClocks.Contains(token.Text) && (next.Text == "(" || token.Text is not "now"))
                yield return (token.Line, $"\"{token.Text}\" reads the server's clock; use @now, the moment that is asked about");
        }

        foreach (var fault in ParameterFaults(tokens, kind)) yield return fault;
    }

    /// <summary>The SQL with its named parameters as positional ones.</summary>
    public static string Positional(string sql)
    {
        var text = sql;
        foreach (var token in SqlText.Tokens(sql).Where(t => t.Kind == SqlTokenKind.Parameter).Reverse())
        {
            var index = Parameters.ToList().IndexOf(token.Text);
            text = text[..token.Start] + $"${index + 1}" + text[(token.Start + token.Text.Length)..];
        }

        return text;
    }

    private static IEnumerable<(int Line, string Message)> Structure(List<SqlToken> tokens)
    {
        var depth = 0;
        foreach (var token in tokens.Where(t => t.Kind == SqlTokenKind.Symbol))
        {
            if (token.Text == ";")
                yield return (token.Line, "\";\" ends a statement; a KPI file holds one SELECT and no semicolon");
            if (token.Text is "(" or ")" && (depth += token.Text == "(" ? 1 : -1) < 0)
            {
                yield return (token.Line, "\")\" closes a parenthesis that was never opened");
                yield break;
            }
        }

        if (depth > 0) yield return (tokens[^1].Line, $"{depth} parenthes{(depth == 1 ? "is is" : "es are")} not closed");
    }

    private static IEnumerable<(int Line, string Message)> ParameterFaults(List<SqlToken> tokens, KpiKind? kind)
    {
        var used = tokens.Where(t => t.Kind == SqlTokenKind.Parameter).ToList();
        foreach (var token in used.Where(t => !Parameters.Contains(t.Text)))
            yield return (token.Line, $"{token.Text} is not a parameter; there are {string.Join(", ", Parameters)}");
        string[] needed = kind switch { null => [], KpiKind.State => ["@at"], _ => ["@from", "@to"] };
        foreach (var name in needed.Where(n => !used.Exists(t => t.Text == n)))
            yield return (tokens[0].Line, kind == KpiKind.State
                ? "the SQL of a state KPI must use @at, the moment at which the state is read"
                : $"the SQL must use {name}: where at >= @from and at < @to");
        if (kind is not null and not KpiKind.State)
            foreach (var token in used.Where(t => t.Text == "@at"))
                yield return (token.Line, "@at is for KPIs of kind state; use @from, @to and @now");
    }
}
