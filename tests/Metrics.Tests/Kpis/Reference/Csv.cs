using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;

namespace Metrics.Tests.Kpis.Reference;

/// <summary>Records as canonical CSV: the properties are the columns.</summary>
internal static partial class Csv
{
    public static string Of<T>(IEnumerable<T> rows)
    {
        var columns = typeof(T).GetProperties().Where(p => p.Name != "EqualityContract").ToList();
        var text = new StringBuilder();
        text.AppendJoin(',', columns.Select(c => SnakeCase(c.Name))).Append('\n');
        foreach (var row in rows) text.AppendJoin(',', columns.Select(c => Cell(c.GetValue(row)))).Append('\n');
        return text.ToString();
    }

    private static string SnakeCase(string name) => WordStart().Replace(name, "_$0").ToLowerInvariant();

    private static string Cell(object? value)
    {
        var text = value switch
        {
            null => "",
            DateTimeOffset at => at.ToString("yyyy-MM-ddTHH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture),
            DateOnly day => day.ToString("O", CultureInfo.InvariantCulture),
            TimeOnly time => time.ToString("HH:mm", CultureInfo.InvariantCulture),
            TimeSpan length => XmlConvert.ToString(length),
            bool flag => flag ? "true" : "false",
            IEnumerable<string> list => string.Join(';', list),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
        return text.AsSpan().IndexOfAny(",\"\n") >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex WordStart();
}
