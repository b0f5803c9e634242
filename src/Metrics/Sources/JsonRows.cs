using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Metrics.Sources;

/// <summary>A JSON object of a payload, or why there is none at its place.</summary>
/// <param name="Place">Payload and, where it holds several, index or line.</param>
internal readonly record struct JsonRow(string Place, JsonElement Json, string? Fault = null);

/// <summary>
/// The objects of a payload: a document, the items of an array, or the lines of a JSON Lines file. Records as Airbyte exports them
/// (<c>{"type": "RECORD", "record": {"data": …}}</c>) are unwrapped.
/// </summary>
internal static class JsonRows
{
    private const int LargestMegabytes = 64;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 256, CommentHandling = JsonCommentHandling.Disallow };

    /// <exception cref="SourceException">The payload is too large or no JSON.</exception>
    public static async IAsyncEnumerable<JsonRow> ReadAsync(Payload payload, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (IsLines(payload.Name))
        {
            await foreach (var row in LinesAsync(payload, cancellation)) yield return row;
            yield break;
        }

        using var document = await DocumentAsync(payload, cancellation);
        var index = 0;
        if (document.RootElement.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in document.RootElement.EnumerateArray())
                yield return new JsonRow($"{payload.Name}[{index++}]", item);
        }
        else
        {
            yield return new JsonRow(payload.Name, document.RootElement);
        }
    }

    /// <summary>Whether a name says that the content is one JSON value a line.</summary>
    public static bool IsLines(string name) => Extension(name) is ".jsonl" or ".ndjson" or ".log";

    /// <summary>Whether a name says that the content is JSON.</summary>
    public static bool IsJson(string name) => Extension(name) is ".json" or ".jsonl" or ".ndjson" or ".log";

    private static string Extension(string name) =>
        Path.GetExtension(name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name).ToLowerInvariant();

    private static async IAsyncEnumerable<JsonRow> LinesAsync(Payload payload, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var reader = new StreamReader(payload.Open(), Encoding.UTF8);
        for (var line = 1; await LineAsync(reader, payload.Name, cancellation) is { } text; line++)
        {
            if (string.IsNullOrWhiteSpace(text)) continue;
            var place = $"{payload.Name}, line {line}";
            JsonDocument? document = null;
            string? fault = null;
            try
            {
                document = JsonDocument.Parse(text, Options);
            }
            catch (JsonException e)
            {
                fault = $"is no JSON (character {e.BytePositionInLine + 1}); every line must be one JSON object";
            }

            using (document)
            {
                if (document is null) yield return new JsonRow(place, default, fault);
                else if (document.RootElement.Text("type") is "LOG" or "STATE" or "SPEC" or "CATALOG" or "TRACE") continue;
                else yield return new JsonRow(place, Unwrapped(document.RootElement));
            }
        }
    }

    private static JsonElement Unwrapped(JsonElement row) =>
        row.Text("type") == "RECORD" && row.At("record").At("data") is { ValueKind: JsonValueKind.Object } data ? data : row;

    private static async Task<string?> LineAsync(StreamReader reader, string name, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadLineAsync(cancellation);
        }
        catch (InvalidDataException e)
        {
            throw new SourceException($"{name}: cannot be unpacked: {e.Message} Write the .gz file again.", e);
        }
    }

    private static async Task<JsonDocument> DocumentAsync(Payload payload, CancellationToken cancellation)
    {
        if (payload.Length > LargestMegabytes * 1024L * 1024)
        {
            throw new SourceException($"{payload.Name}: is larger than {LargestMegabytes} MB; write it as JSON Lines (.jsonl), one object a line, " +
                "which has no limit.");
        }

        try
        {
            await using var stream = payload.Open();
            return await JsonDocument.ParseAsync(stream, Options, cancellation);
        }
        catch (JsonException e)
        {
            throw new SourceException($"{payload.Name}: is no JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}); " +
                "it may have been cut off. Export it again.", e);
        }
        catch (InvalidDataException e)
        {
            throw new SourceException($"{payload.Name}: cannot be unpacked: {e.Message} Write the .gz file again.", e);
        }
    }
}
