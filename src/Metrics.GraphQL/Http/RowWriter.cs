using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Metrics.GraphQL.Http;

/// <summary>Turns a response into rows. Objects within a row become columns named with dots.</summary>
internal static class RowWriter
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The first line of CSV.</summary>
    public static byte[] Header(RowShape shape) => Encoding.UTF8.GetBytes(string.Join(',', shape.Columns.Select(Quote)) + "\r\n");

    /// <summary>The rows of a response's data.</summary>
    public static byte[] Write(JsonElement data, RowShape shape, bool asCsv)
    {
        var rows = shape.Rows(data).Select(Flatten);
        return asCsv ? Csv(rows, shape.Columns) : JsonLines(rows, shape.Columns);
    }

    private static List<KeyValuePair<string, JsonElement>> Flatten(JsonElement row)
    {
        var columns = new List<KeyValuePair<string, JsonElement>>();
        Flatten(row, row.ValueKind == JsonValueKind.Object ? "" : "value", columns);
        return columns;
    }

    private static void Flatten(JsonElement value, string name, List<KeyValuePair<string, JsonElement>> columns)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            columns.Add(new(name, value));
            return;
        }
        foreach (var member in value.EnumerateObject())
            Flatten(member.Value, name.Length == 0 ? member.Name : $"{name}.{member.Name}", columns);
    }

    /// <summary>Every row has every column, also those within an object that is null.</summary>
    private static byte[] JsonLines(IEnumerable<List<KeyValuePair<string, JsonElement>>> rows, IReadOnlyList<string> columns)
    {
        using var output = new MemoryStream();
        foreach (var row in rows)
        {
            using (var writer = new Utf8JsonWriter(output, Relaxed))
            {
                writer.WriteStartObject();
                var cells = row.ToDictionary(c => c.Key, c => c.Value);
                foreach (var column in columns)
                {
                    writer.WritePropertyName(column);
                    if (cells.TryGetValue(column, out var value)) value.WriteTo(writer);
                    else writer.WriteNullValue();
                }
                writer.WriteEndObject();
            }
            output.WriteByte((byte)'\n');
        }
        return output.ToArray();
    }

    /// <summary>RFC 4180: commas, CRLF; null is empty, a list is JSON.</summary>
    private static byte[] Csv(IEnumerable<List<KeyValuePair<string, JsonElement>>> rows, IReadOnlyList<string> columns)
    {
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            var cells = row.ToDictionary(c => c.Key, c => c.Value);
            text.AppendJoin(',', columns.Select(c => cells.TryGetValue(c, out var value) ? Quote(Cell(value)) : "")).Append("\r\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Cell(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Harmless(value.GetString()!),
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };

    /// <summary>Text that a spreadsheet would take for a formula gets an apostrophe, which spreadsheets do not show.</summary>
    private static string Harmless(string text) => text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? $"'{text}" : text;

    private static string Quote(string cell) =>
        cell.AsSpan().ContainsAny(',', '"', '\n') || cell.Contains('\r', StringComparison.Ordinal)
            ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : cell;
}
