using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using Metrics.Model.Facts;

namespace Metrics.Tests.Demo;

/// <summary>A line of a canonical file, read by the letter of kpis.md §2 and by nothing of the product's own reading.</summary>
internal sealed partial record CanonicalRow(Fact? Record, string? Fault)
{
    public static List<CanonicalRow> ReadAll(FactSchema schema, string path)
    {
        var lines = File.ReadAllLines(path);
        var columns = Cells(lines[0]).Select(name => schema.Columns.Single(c => c.Name == name)).ToList();
        return [.. lines.Skip(1).Select(line => Read(schema, columns, Cells(line)))];
    }

    private static CanonicalRow Read(FactSchema schema, List<FactColumn> columns, List<string> cells)
    {
        cells.Count.ShouldBe(columns.Count);
        var record = (Fact)Activator.CreateInstance(schema.Type)!;
        foreach (var (column, cell) in columns.Zip(cells))
        {
            if (cell.Length == 0 && column.IsRequired) return new CanonicalRow(null, $"{column.Name} is missing");
            if (cell.Length == 0) continue;
            try
            {
                column.Set(record, column.IsList ? List(column, cell) : Value(column.ValueType, cell));
            }
            catch (FormatException e)
            {
                return new CanonicalRow(null, $"{column.Name}: {e.Message}");
            }
        }

        return record.Fault() is { } fault ? new CanonicalRow(null, fault) : new CanonicalRow(record, null);
    }

    private static Array List(FactColumn column, string cell)
    {
        var parts = cell.Split(';');
        var list = Array.CreateInstance(column.ValueType, parts.Length);
        for (var i = 0; i < parts.Length; i++) list.SetValue(Value(column.ValueType, parts[i]), i);
        return list;
    }

    private static object Value(Type type, string cell)
    {
        if (type == typeof(string)) return cell;
        if (type == typeof(DateTimeOffset))
        {
            return Moment().IsMatch(cell)
                ? DateTimeOffset.Parse(cell, CultureInfo.InvariantCulture)
                : throw new FormatException($"\"{cell}\" is no timestamp with an offset");
        }

        if (type == typeof(DateOnly)) return DateOnly.ParseExact(cell, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (type == typeof(TimeOnly)) return TimeOnly.ParseExact(cell, "HH:mm", CultureInfo.InvariantCulture);
        if (type == typeof(TimeSpan)) return XmlConvert.ToTimeSpan(cell);
        if (type == typeof(bool)) return cell switch { "true" => true, "false" => false, _ => throw new FormatException(cell) };
        if (type.IsEnum) return FactWords.Find(type, cell) ?? throw new FormatException($"\"{cell}\" is no {type.Name}");
        return Convert.ChangeType(cell, type, CultureInfo.InvariantCulture);
    }

    private static List<string> Cells(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && isQuoted && i + 1 < line.Length && line[i + 1] == '"') cell.Append(line[++i]);
            else if (line[i] == '"') isQuoted = !isQuoted;
            else if (line[i] == ',' && !isQuoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else cell.Append(line[i]);
        }

        isQuoted.ShouldBeFalse();
        cells.Add(cell.ToString());
        return cells;
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Moment();
}
