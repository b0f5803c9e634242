using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Metrics.Sources;

/// <summary>
/// A JSON payload as it may be stored. A source says for every member whether it is kept, hashed or left out; e-mail addresses in
/// any text that is kept are hashed. Rewriting twice gives the same.
/// </summary>
internal abstract partial class JsonPrivacy(Redactor redactor)
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What is done with a member.</summary>
    protected enum Care { Keep, Hash, Omit }

    /// <summary>The keyed hashes.</summary>
    protected Redactor Redactor => redactor;

    /// <summary>What is to be done with a member of an object that stands under a name in its parent (empty at the top).</summary>
    protected abstract Care Of(string under, JsonElement owner, JsonProperty member);

    /// <summary>The whole payload, rewritten: JSON Lines line by line.</summary>
    /// <exception cref="SourceException">It is no JSON.</exception>
    public Stream Rewrite(Payload payload)
    {
        var written = new MemoryStream();
        if (!JsonRows.IsLines(payload.Name))
        {
            using var content = payload.Open();
            try
            {
                using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 256 });
                Write(document.RootElement, written);
            }
            catch (JsonException e)
            {
                throw new SourceException($"{payload.Name}: is no JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}); " +
                    "it may have been cut off. Export it again.", e);
            }
        }
        else
        {
            using var reader = new StreamReader(payload.Open(), Encoding.UTF8);
            while (reader.ReadLine() is { } line)
            {
                if (!string.IsNullOrWhiteSpace(line)) WriteLine(line, written);
                written.WriteByte((byte)'\n');
            }
        }

        written.Position = 0;
        if (!payload.Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) return written;
        return Packed(written);
    }

    /// <summary>One object, rewritten.</summary>
    public JsonElement Rewrite(JsonElement json)
    {
        using var written = new MemoryStream();
        Write(json, written);
        using var document = JsonDocument.Parse(written.GetBuffer().AsMemory(0, (int)written.Length), new JsonDocumentOptions { MaxDepth = 256 });
        return document.RootElement.Clone();
    }

    /// <summary>A text with every e-mail address replaced by its hash.</summary>
    public string? Clean(string? text) =>
        text is null || !text.Contains('@', StringComparison.Ordinal) ? text : Address().Replace(text, m => redactor.Hash(m.Value)!);

    /// <summary>A piece of a payload, already rewritten, as it may be kept with a rejection.</summary>
    public static string Shown(JsonElement json)
    {
        var text = json.ValueKind == JsonValueKind.Undefined ? "" : JsonSerializer.Serialize(json);
        return text.Length > 2000 ? $"{text[..2000]}…" : text;
    }

    // The name says that the content is packed, so it is.
    private static MemoryStream Packed(MemoryStream written)
    {
        var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            written.CopyTo(gzip);
        packed.Position = 0;
        return packed;
    }

    private void WriteLine(string line, MemoryStream to)
    {
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 256 });
            Write(document.RootElement, to);
        }
        catch (JsonException)
        {
            // What cannot be read may hold anything.
            to.Write(Encoding.UTF8.GetBytes($"unreadable {redactor.Hash(line)}"));
        }
    }

    private void Write(JsonElement json, Stream to)
    {
        using var writer = new Utf8JsonWriter(to, Writing);
        Copy("", json, writer);
    }

    private void Copy(string under, JsonElement json, Utf8JsonWriter to)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                to.WriteStartObject();
                foreach (var member in json.EnumerateObject())
                {
                    var care = Of(under, json, member);
                    if (care == Care.Omit) continue;
                    to.WritePropertyName(member.Name);
                    if (care == Care.Hash) WriteHash(member.Value, to);
                    else Copy(member.Name, member.Value, to);
                }

                to.WriteEndObject();
                break;
            case JsonValueKind.Array:
                to.WriteStartArray();
                foreach (var item in json.EnumerateArray()) Copy(under, item, to);
                to.WriteEndArray();
                break;
            case JsonValueKind.String:
                to.WriteStringValue(Clean(json.AsText() ?? ""));
                break;
            default:
                json.WriteTo(to);
                break;
        }
    }

    private void WriteHash(JsonElement value, Utf8JsonWriter to)
    {
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.True or JsonValueKind.False) value.WriteTo(to);
        else to.WriteStringValue(redactor.Hash(value.ValueKind == JsonValueKind.String ? value.AsText() : value.GetRawText()));
    }

    [GeneratedRegex(@"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", RegexOptions.ExplicitCapture)]
    private static partial Regex Address();
}
