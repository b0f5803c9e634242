using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Metrics.Sources.Dbt;

/// <summary>What identifies people in artifacts, and how it is replaced: in the landed copy and in the records alike.</summary>
internal sealed partial class DbtPrivacy(Redactor redactor)
{
    /// <summary>A text with every e-mail address, and every user's name in a path, replaced by its hash.</summary>
    public string? Clean(string? text)
    {
        if (text is null || text.AsSpan().IndexOfAny('@', '/') < 0) return text;
        var withoutAddresses = Address().Replace(text, m => redactor.Hash(m.Value)!);
        return Home().Replace(withoutAddresses, m => m.Groups[1].Value + redactor.Hash(m.Groups[2].Value));
    }

    /// <summary>A piece of the artifact as it may be kept with a rejection.</summary>
    public string Shown(JsonElement json)
    {
        var text = json.ValueKind == JsonValueKind.Undefined ? "" : Clean(JsonSerializer.Serialize(json))!;
        return text.Length > 2000 ? $"{text[..2000]}…" : text;
    }

    /// <summary>The artifact with people's data replaced; all else stays as it was written.</summary>
    /// <exception cref="SourceException">It is not readable as JSON.</exception>
    public ReadOnlyMemory<byte> Rewrite(string file, ReadOnlyMemory<byte> content)
    {
        try
        {
            var written = new ArrayBufferWriter<byte>(content.Length + 256);
            using (var json = new Utf8JsonWriter(written)) Copy(content.Span, json);
            return written.WrittenMemory;
        }
        catch (JsonException e)
        {
            throw DbtArtifact.Unreadable(file, e);
        }
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
                    Write(ref json, IsPersonal(path, name), to);
                    break;
                default:
                    to.WriteRawValue(json.ValueSpan, skipInputValidation: true);
                    break;
            }
        }
    }

    private void Write(ref Utf8JsonReader json, bool isPersonal, Utf8JsonWriter to)
    {
        if (!isPersonal && !json.ValueIsEscaped && json.ValueSpan.IndexOfAny((byte)'@', (byte)'/') < 0)
        {
            to.WriteStringValue(json.ValueSpan);
            return;
        }

        var text = Unescaped(ref json);
        to.WriteStringValue(isPersonal ? redactor.Hash(text) : Clean(text));
    }

    // Half of a surrogate pair is no character; dbt would not read it either.
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

    private static bool IsPersonal(List<(string Name, bool IsArray)> path, string name)
    {
        if (path.Count < 2) return false;
        return path[1].Name switch
        {
            "metadata" => name == "user_id" || path.Exists(p => p.Name == "env"),
            "args" => name is "vars" or "invocation_command" || path.Exists(p => p.Name == "vars"),
            "exposures" => path[^1].Name == "owner" || path.Exists(p => p.Name == "contact"),
            _ => path.Exists(p => p.Name == "contact"),
        };
    }

    [GeneratedRegex(@"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", RegexOptions.ExplicitCapture)]
    private static partial Regex Address();

    [GeneratedRegex(@"(/(?:home|Users)/)([^/\s""']+)")]
    private static partial Regex Home();
}
