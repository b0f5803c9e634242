using System.Globalization;
using System.Text;
using System.Xml;
using Metrics.Model.Facts;

namespace Metrics.Server.Demo;

/// <summary>Writes a folder of canonical files, one per fact, with the columns that <see cref="FactSchema"/> knows.</summary>
internal sealed class CanonicalFolder(string path)
{
    /// <summary>The facts in the order given. <paramref name="spoiled"/> lines follow as they are.</summary>
    public void Write<T>(IEnumerable<T> facts, params IEnumerable<string> spoiled) where T : Fact
    {
        var schema = FactSchema.Of<T>();
        using var file = Open(schema.File);
        file.Write(string.Join(',', schema.Columns.Select(c => c.Name)));
        file.Write('\n');
        foreach (var fact in facts)
        {
            file.Write(Line(fact));
            file.Write('\n');
        }

        foreach (var line in spoiled)
        {
            file.Write(line);
            file.Write('\n');
        }
    }

    /// <summary>A table of the seed, its dates resolved.</summary>
    public void Write(SeedTable table, Timeline time, Func<IReadOnlyDictionary<string, string>, bool>? only = null)
    {
        using var file = Open(table.File);
        file.Write(string.Join(',', table.Header));
        file.Write('\n');
        foreach (var row in table.Rows.Where(r => only is null || only(r)))
        {
            file.Write(string.Join(',', table.Header.Select(column =>
                column is "valid_from" or "since" ? Text(time.Resolve(row[column])) : Quoted(row[column]))));
            file.Write('\n');
        }
    }

    /// <summary>A record as one line, without its end.</summary>
    public static string Line<T>(T fact) where T : Fact
    {
        var line = new StringBuilder(160);
        foreach (var column in FactSchema.Of<T>().Columns)
        {
            if (line.Length > 0) line.Append(',');
            line.Append(Quoted(Text(column.Get(fact))));
        }

        return line.ToString();
    }

    private StreamWriter Open(string file) =>
        new(Path.Combine(path, file + ".csv"), append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16);

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm", CultureInfo.InvariantCulture),
        TimeSpan span => XmlConvert.ToString(span),
        bool yes => yes ? "true" : "false",
        Enum word => FactWords.Of(word),
        IEnumerable<string> list => string.Join(';', list),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"The demo writes no {value.GetType().Name}.", nameof(value)),
    };

    private static string Quoted(string cell) => cell.AsSpan().ContainsAny(",\"\n")
        ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : cell;
}
