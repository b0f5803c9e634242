using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Metrics.Sources;

/// <summary>Where a text stands in a JSON document.</summary>
/// <param name="Parents">The members and arrays around it, from the root on; the root itself and items of arrays have no name.</param>
/// <param name="Name">The member whose value it is; empty for an item of an array.</param>
internal readonly record struct JsonPlace(IReadOnlyList<(string Name, bool IsArray)> Parents, string Name)
{
    /// <summary>Whether it stands anywhere below a member of this name.</summary>
    public bool IsUnder(string name)
    {
        foreach (var parent in Parents)
            if (parent.Name == name) return true;
        return false;
    }
}

/// <summary>
/// Replaces what identifies people in JSON by keyed hashes: every e-mail address and user's name in a path, and what a source
/// knows to be personal; in the landed copy and in the records alike.
/// </summary>
/// <param name="isPersonal">The texts to be replaced whole, beside addresses and paths.</param>
internal partial class JsonRedaction(Redactor redactor, Func<JsonPlace, string, bool>? isPersonal = null)
{
    private const int LongestShown = 2000;

    /// <summary>The stand-in for a name.</summary>
    public string? Hash(string? text) => redactor.Hash(text);

    /// <summary>A text with every e-mail address, and every user's name in a path, replaced by its hash.</summary>
    public virtual string? Clean(string? text)
    {
        if (text is null || text.AsSpan().IndexOfAny('@', '/') < 0) return text;
        var withoutAddresses = Address().Replace(text, m => redactor.Hash(m.Value)!);
        return Home().Replace(withoutAddresses, m => m.Groups[1].Value + redactor.Hash(m.Groups[2].Value));
    }

    /// <summary>A message, cleaned and cut to a length that people read.</summary>
    public string? Message(string? text) => Clean(text) is { } clean ? Short(clean) : null;

    /// <summary>A piece of the document as it may be kept with a rejection.</summary>
    public string Shown(JsonElement json) => json.ValueKind == JsonValueKind.Undefined
        ? ""
        : Short(Encoding.UTF8.GetString(Rewrite(JsonSerializer.SerializeToUtf8Bytes(json)).Span));

    /// <summary>The document with people's data replaced; all else stays as it was written.</summary>
    /// <exception cref="JsonException">It is not readable as JSON.</exception>
    public ReadOnlyMemory<byte> Rewrite(ReadOnlyMemory<byte> document)
    {
        var written = new ArrayBufferWriter<byte>(document.Length + 256);
        using (var json = new Utf8JsonWriter(written)) Copy(document.Span, json);
        return written.WrittenMemory;
    }

    private void Copy(ReadOnlySpan<byte> content, Utf8JsonWriter to)
    {
        var json = new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = 256 });
        var path = new List<(string Name, bool IsArray)>();
        var name = "";
        while (json.Read())
        {
            if (path.Count > 0 && path[^1].IsArray) name = "";
            switch (json.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = Unescaped(ref json);
                    to.WritePropertyName(name);
                    break;
                case JsonTokenType.StartObject:
                    path.Add((name, false));
                    to.WriteStartObject();
                    break;
                case JsonTokenType.StartArray:
                    path.Add((name, true));
                    to.WriteStartArray();
                    break;
                case JsonTokenType.EndObject:
                    path.RemoveAt(path.Count - 1);
                    to.WriteEndObject();
                    break;
                case JsonTokenType.EndArray:
                    path.RemoveAt(path.Count - 1);
                    to.WriteEndArray();
                    break;
                case JsonTokenType.String:
                    Write(ref json, new JsonPlace(path, name), to);
                    break;
                default:
                    to.WriteRawValue(json.ValueSpan, skipInputValidation: true);
                    break;
            }
        }
    }

    private void Write(ref Utf8JsonReader json, JsonPlace place, Utf8JsonWriter to)
    {
        var text = Unescaped(ref json);
        to.WriteStringValue(isPersonal?.Invoke(place, text) == true ? redactor.Hash(text) : Clean(text));
    }

    // Half of a surrogate pair is no character; who wrote it would not read it either.
    private static string Unescaped(ref Utf8JsonReader json)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(json.ValueSpan);
        }
    }

    private static string Short(string text) => text.Length > LongestShown ? $"{text[..LongestShown]}…" : text;

    [GeneratedRegex(@"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", RegexOptions.ExplicitCapture)]
    private static partial Regex Address();

    [GeneratedRegex(@"(/(?:home|Users)/)([^/\s""']+)")]
    private static partial Regex Home();
}
