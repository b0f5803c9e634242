using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Metrics.Model.Facts;

namespace Metrics.Sources.Canonical;

/// <summary>The records of a JSON Lines file: one object on each line.</summary>
internal sealed class JsonRecords(RecordReader reader, Redactor redactor, string file)
{
    private const string WhatIsAllowed = "write one JSON object on each line";

    private readonly RecordDraft draft = new(reader, redactor);
    private char[] text = new char[1024];

    public async IAsyncEnumerable<Reading> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var lines = new LineReader(stream, file);
        while (await lines.NextAsync(cancellation))
        {
            if (!IsBlank(lines.Line.Span)) yield return Read(lines);
        }
    }

    /// <summary>The file with the redacted columns hashed; lines keep their numbers.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> RedactAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var lines = new LineReader(stream, file);
        while (await lines.NextAsync(cancellation))
            yield return Encoding.UTF8.GetBytes((IsBlank(lines.Line.Span) ? "" : Redacted(lines.Line)) + "\n");
    }

    private Reading Read(LineReader lines)
    {
        if (lines.IsTooLong)
            return Reject(lines, null, $"the line is longer than the {LineReader.Longest} bytes that a record can have");
        var line = lines.Line.Span;
        if (!Utf8.IsValid(line)) return Reject(lines, null, "the line is not valid UTF-8; save the file as UTF-8");
        if (line.TrimStart(" \t"u8)[0] == '[' && lines.Number == 1)
            throw new SourceException($"{file}: is a JSON array, not JSON Lines; {WhatIsAllowed}.");
        try
        {
            var (record, fault) = Build(line, lines.Number);
            return fault is null ? new RecordRead(record) : Reject(lines, fault.Column, fault.Reason);
        }
        catch (JsonException e)
        {
            return Reject(lines, null, $"the line is not a JSON object (at byte {e.BytePositionInLine}); {WhatIsAllowed}");
        }
        catch (InvalidOperationException)
        {
            return Reject(
                lines, null, "the line holds half of a surrogate pair (\\ud800 to \\udfff), which is no character; remove it");
        }
    }

    private (Fact Record, CellFault? Fault) Build(ReadOnlySpan<byte> line, int number)
    {
        if (text.Length < line.Length) text = new char[line.Length * 2];
        draft.Begin();
        var json = new Utf8JsonReader(line);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            return (reader.New(), new CellFault(null, $"the line is not a JSON object; {WhatIsAllowed}"));
        var columns = reader.Columns.GetAlternateLookup<ReadOnlySpan<char>>();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!columns.TryGetValue(text.AsSpan(0, json.CopyString(text)), out var column)) throw Unknown(line, number);
            json.Read();
            if (!draft.Take(column))
                draft.Fail(column, $"{column.Name} is given more than once in the object; remove all but one");
            Set(column, ref json);
        }

        json.Read();
        return draft.Finish();
    }

    private void Set(CellReader column, ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                draft.Set(column, []);
                break;
            case JsonTokenType.StartArray:
                SetItems(column, ref json);
                break;
            case JsonTokenType.StartObject:
                json.Skip();
                draft.Fail(column, "an object was given; allowed are text, numbers, true, false, null and, for lists, arrays");
                break;
            default:
                draft.Set(column, Value(ref json));
                break;
        }
    }

    private void SetItems(CellReader column, ref Utf8JsonReader json)
    {
        var items = new List<string>();
        var isFlat = true;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            isFlat &= json.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject);
            if (!isFlat) json.Skip();
            else if (json.TokenType != JsonTokenType.Null) items.Add(Value(ref json).ToString());
        }

        if (isFlat) draft.SetItems(column, items);
        else draft.Fail(column, "the list holds a list or an object; allowed are text, numbers, true and false");
    }

    private ReadOnlySpan<char> Value(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String) return text.AsSpan(0, json.CopyString(text));
        return text.AsSpan(0, Encoding.ASCII.GetChars(json.ValueSpan, text));
    }

    private SourceException Unknown(ReadOnlySpan<byte> line, int number)
    {
        var json = new Utf8JsonReader(line);
        using var all = JsonDocument.ParseValue(ref json);
        var names = all.RootElement.EnumerateObject().Select(p => p.Name).Distinct().ToArray();
        return reader.Unknown($"{file}, line {number}", [.. names.Where(n => !reader.Columns.ContainsKey(n))], names);
    }

    private RecordRejected Reject(LineReader lines, FactColumn? column, string reason) => Rejection.Of(file, lines.Number, column,
        reader.HasRedaction ? Redacted(lines.Line) : Encoding.UTF8.GetString(lines.Line.Span).TrimEnd('\r'), reason);

    // A line that is no object hides the value to be hashed: then all of it is, as a JSON text that is no record either.
    private string Redacted(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var given = JsonDocument.Parse(line);
            var written = new ArrayBufferWriter<byte>(line.Length + 64);
            using (var json = new Utf8JsonWriter(written))
            {
                json.WriteStartObject();
                foreach (var property in given.RootElement.EnumerateObject()) Redact(property, json);
                json.WriteEndObject();
            }

            return Encoding.UTF8.GetString(written.WrittenSpan);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return $"\"{redactor.Hash(Encoding.UTF8.GetString(line.Span))}\"";
        }
    }

    private void Redact(JsonProperty property, Utf8JsonWriter json)
    {
        if (!reader.Columns.TryGetValue(property.Name, out var column) || !column.Column.IsRedacted)
        {
            property.WriteTo(json);
            return;
        }

        var value = property.Value;
        json.WritePropertyName(property.Name);
        if (value.ValueKind == JsonValueKind.String) json.WriteStringValue(redactor.Hash(value.GetString()!.Trim()));
        else if (value.ValueKind == JsonValueKind.Null) json.WriteNullValue();
        else if (value.ValueKind is JsonValueKind.Array or JsonValueKind.Object) json.WriteRawValue("[]");
        else json.WriteStringValue(redactor.Hash(value.GetRawText()));
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.TrimEnd(" \t\r"u8).IsEmpty;
}
