using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Metrics.Sources;

/// <summary>One JSON document of a payload that may hold many.</summary>
/// <param name="Place">Where it stands, for people.</param>
/// <param name="Json">Its root; undefined where the text is no JSON.</param>
/// <param name="Text">As it was written; cut where it is no JSON.</param>
internal readonly record struct FoundDocument(string Place, JsonElement Json, ReadOnlyMemory<byte> Text)
{
    /// <summary>Why it cannot be read; null where it can.</summary>
    public string? Fault { get; init; }
}

/// <summary>
/// The documents of a payload, one after the other, whether they stand one on a line (JSON Lines), in an array, or alone and
/// spread over lines. Lines are streamed, and a broken one harms no other; anything else is held in memory, up to a limit.
/// </summary>
internal static class JsonDocuments
{
    /// <summary>Bytes of a document, and of a payload that is not of lines.</summary>
    public const int Largest = 64 * 1024 * 1024;

    private const int Piece = 1 << 16;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 256 };

    /// <exception cref="SourceException">The payload is too large, not unpackable, or no JSON at all.</exception>
    public static async IAsyncEnumerable<FoundDocument> ReadAsync(Payload payload, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!await IsOfLinesAsync(payload, cancellation))
        {
            foreach (var document in Whole(payload.Name, await WholeAsync(payload, cancellation))) yield return document;
            yield break;
        }

        var number = 0;
        await foreach (var line in LinesAsync(payload, cancellation))
        {
            number++;
            if (line.Span.Trim((ReadOnlySpan<byte>)" \t\r"u8).IsEmpty) continue;
            yield return Document($"{payload.Name}, line {number}", line);
        }
    }

    /// <summary>
    /// A payload with every document rewritten, one on a line; what is no JSON is rewritten as text. For what is landed.
    /// </summary>
    public static Stream Rewritten(Payload payload, JsonRedaction privacy)
    {
        var to = new MemoryStream();
        foreach (var document in ReadAsync(payload, CancellationToken.None).ToBlockingEnumerable())
        {
            to.Write(document.Fault is null
                ? privacy.Rewrite(document.Text).Span
                : System.Text.Encoding.UTF8.GetBytes(privacy.Clean(System.Text.Encoding.UTF8.GetString(document.Text.Span))!));
            to.WriteByte((byte)'\n');
        }

        to.Position = 0;
        return to;
    }

    private static IEnumerable<FoundDocument> Whole(string name, ReadOnlyMemory<byte> content)
    {
        JsonDocument all;
        try
        {
            all = JsonDocument.Parse(content, Options);
        }
        catch (JsonException e)
        {
            throw new SourceException(
                $"{name}: is not readable as JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}); " +
                "it may have been cut off. Write the file again.", e);
        }

        using (all)
        {
            if (all.RootElement.ValueKind != JsonValueKind.Array)
            {
                yield return new FoundDocument(name, all.RootElement, content);
                yield break;
            }

            var index = 0;
            foreach (var item in all.RootElement.EnumerateArray())
                yield return new FoundDocument($"{name}, [{index++}]", item, JsonSerializer.SerializeToUtf8Bytes(item));
        }
    }

    private static FoundDocument Document(string place, ReadOnlyMemory<byte> text)
    {
        try
        {
            // Not disposed: the element lives as long as its reader needs it, and the pool does without one small array.
            return new FoundDocument(place, JsonDocument.Parse(text, Options).RootElement, text);
        }
        catch (JsonException e)
        {
            return new FoundDocument(place, default, text.Length > 2000 ? text[..2000] : text)
            {
                Fault = $"is not readable as JSON (byte {e.BytePositionInLine + 1}); it may have been cut off. Deliver the line again",
            };
        }
    }

    /// <summary>Of lines, if the first is a document by itself, or the second begins one.</summary>
    private static async Task<bool> IsOfLinesAsync(Payload payload, CancellationToken cancellation)
    {
        var seen = 0;
        await foreach (var line in LinesAsync(payload, cancellation))
        {
            var text = line.Span.Trim((ReadOnlySpan<byte>)" \t\r"u8);
            if (text.IsEmpty) continue;
            if (seen++ == 0)
            {
                if (text[0] != (byte)'{') return false;
                if (Document("", line).Fault is null) return true;
            }
            else
            {
                return line.Span[0] == (byte)'{';
            }
        }

        return false;
    }

    private static async Task<ReadOnlyMemory<byte>> WholeAsync(Payload payload, CancellationToken cancellation)
    {
        var content = new MemoryStream();
        await foreach (var line in LinesAsync(payload, cancellation))
        {
            content.Write(line.Span);
            content.WriteByte((byte)'\n');
            if (content.Length > Largest)
            {
                throw new SourceException($"{payload.Name}: is larger than {Largest / 1024 / 1024} MB in one piece; " +
                    "write one document on a line (JSON Lines), which may be of any size, or several files.");
            }
        }

        if (content.Length == 0) throw new SourceException($"{payload.Name}: is empty; write the file again.");
        return content.GetBuffer().AsMemory(0, (int)content.Length);
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(Payload payload, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var stream = payload.Open();
        var buffer = new byte[Piece];
        var (start, end, searched) = (0, 0, 0);
        var isFirst = true;
        while (true)
        {
            var at = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                yield return Line(buffer[start..(searched + at)]);
                start = searched = searched + at + 1;
                continue;
            }

            searched = end;
            if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (end, searched, start) = (end - start, searched - start, 0);
            }

            if (end == buffer.Length)
            {
                if (end >= Largest)
                {
                    throw new SourceException($"{payload.Name}: has a document of more than {Largest / 1024 / 1024} MB, which no system " +
                        "writes; check the file.");
                }

                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var read = await ReadAsync(stream, buffer.AsMemory(end), payload.Name, cancellation);
            if (read == 0) break;
            end += read;
        }

        if (end > start) yield return Line(buffer[start..end]);

        // Without a byte order mark.
        ReadOnlyMemory<byte> Line(byte[] line)
        {
            var marked = isFirst && line.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]);
            isFirst = false;
            return marked ? line.AsMemory(3) : line;
        }
    }

    private static async ValueTask<int> ReadAsync(Stream stream, Memory<byte> buffer, string name, CancellationToken cancellation)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellation);
        }
        catch (InvalidDataException e)
        {
            throw new SourceException($"{name}: cannot be unpacked: {e.Message} Write the .gz file again.", e);
        }
    }
}
