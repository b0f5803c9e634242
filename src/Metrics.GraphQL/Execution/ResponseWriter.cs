using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Metrics.GraphQL.Execution;

/// <summary>
/// Writes JSON as UTF-8 into a pooled buffer. Unlike <see cref="Utf8JsonWriter"/> it can take back what was written since a
/// mark, which is how a null propagates to a parent that is already half written. Not thread safe.
/// </summary>
public sealed class ResponseWriter : IDisposable
{
    private const int ShortText = 24;

    private static readonly SearchValues<char> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (char)i), '"', '\\']);

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(4096);
    private int length;

    /// <summary>What was written so far.</summary>
    public ReadOnlyMemory<byte> Written => buffer.AsMemory(0, length);

    internal int Mark => length;

    internal void Rollback(int mark) => length = mark;

    public void WriteStartObject() => Open((byte)'{');

    public void WriteEndObject() => Close((byte)'}');

    public void WriteStartArray() => Open((byte)'[');

    public void WriteEndArray() => Close((byte)']');

    /// <summary>Writes the key of the next value.</summary>
    public void WriteName(string name)
    {
        WriteString(name);
        Close((byte)':');
    }

    /// <summary>Writes a key that was encoded by <see cref="EncodeName"/>.</summary>
    internal void WriteEncodedName(byte[] name)
    {
        var span = Value(name.Length);
        name.CopyTo(span);
        length += name.Length;
    }

    /// <summary>A key with its quotes and colon.</summary>
    internal static byte[] EncodeName(string name)
    {
        using var writer = new ResponseWriter();
        writer.WriteName(name);
        return writer.Written.ToArray();
    }

    public void WriteNull() => WriteRaw("null"u8);

    public void WriteBoolean(bool value) => WriteRaw(value ? "true"u8 : "false"u8);

    public void WriteNumber(int value)
    {
        Utf8Formatter.TryFormat(value, Value(16), out var written);
        length += written;
    }

    public void WriteNumber(long value)
    {
        Utf8Formatter.TryFormat(value, Value(24), out var written);
        length += written;
    }

    /// <summary>Writes the shortest decimal that reads back as the same number.</summary>
    /// <exception cref="ArgumentException">The number is infinite or not a number.</exception>
    public void WriteNumber(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{value} cannot be written as a JSON number."), nameof(value));
        value.TryFormat(Value(40), out var written, provider: CultureInfo.InvariantCulture);
        length += written;
    }

    public void WriteNumber(decimal value)
    {
        Utf8Formatter.TryFormat(value, Value(40), out var written);
        length += written;
    }

    /// <summary>Writes a string; unpaired surrogates become U+FFFD.</summary>
    public void WriteString(ReadOnlySpan<char> value)
    {
        var span = Value((3 * value.Length) + 5);
        span[0] = (byte)'"';
        if (value.Length <= ShortText && TryWritePlain(value, span[1..]))
        {
            span[value.Length + 1] = (byte)'"';
            length += value.Length + 2;
            return;
        }
        var safe = value.IndexOfAny(Escaped);
        if (safe < 0)
        {
            var written = Encoding.UTF8.GetBytes(value, span[1..]);
            span[written + 1] = (byte)'"';
            length += written + 2;
            return;
        }
        length++;
        while (safe >= 0)
        {
            Append(value[..safe]);
            AppendEscape(value[safe]);
            value = value[(safe + 1)..];
            safe = value.IndexOfAny(Escaped);
        }
        Append(value);
        Close((byte)'"');
    }

    /// <summary>Copies text of ASCII without escapes; faster than the vectors where it is short.</summary>
    private static bool TryWritePlain(ReadOnlySpan<char> text, Span<byte> target)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is < ' ' or > '~' or '"' or '\\') return false;
            target[i] = (byte)c;
        }
        return true;
    }

    /// <summary>Writes a value that can be formatted as plain ASCII, such as a date, between quotes.</summary>
    public void WriteString<T>(T value, ReadOnlySpan<char> format)
        where T : IUtf8SpanFormattable
    {
        var span = Value(80);
        span[0] = (byte)'"';
        if (!value.TryFormat(span[1..^1], out var written, format, CultureInfo.InvariantCulture))
            throw new ArgumentException($"{typeof(T)} does not fit in 80 bytes.", nameof(value));
        span[written + 1] = (byte)'"';
        length += written + 2;
    }

    /// <summary>Writes a JSON value unchanged.</summary>
    public void WriteElement(JsonElement element) => WriteRaw(Encoding.UTF8.GetBytes(element.GetRawText()));

    internal void WriteRaw(ReadOnlySpan<byte> json)
    {
        json.CopyTo(Value(json.Length));
        length += json.Length;
    }

    public void Dispose()
    {
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        length = 0;
    }

    /// <summary>Room for a value, after the comma that may be due.</summary>
    private Span<byte> Value(int size)
    {
        Reserve(size + 1);
        if (length > 0 && buffer[length - 1] is not ((byte)'{' or (byte)'[' or (byte)':')) buffer[length++] = (byte)',';
        return buffer.AsSpan(length);
    }

    private void Open(byte brace)
    {
        Value(1)[0] = brace;
        length++;
    }

    private void Close(byte brace)
    {
        Reserve(1);
        buffer[length++] = brace;
    }

    private void Append(ReadOnlySpan<char> text)
    {
        Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        length += Encoding.UTF8.GetBytes(text, buffer.AsSpan(length));
    }

    private void AppendEscape(char c)
    {
        Reserve(6);
        buffer[length++] = (byte)'\\';
        switch (c)
        {
            case '"' or '\\': buffer[length++] = (byte)c; break;
            case '\n': buffer[length++] = (byte)'n'; break;
            case '\r': buffer[length++] = (byte)'r'; break;
            case '\t': buffer[length++] = (byte)'t'; break;
            default:
                "u00"u8.CopyTo(buffer.AsSpan(length));
                buffer[length + 3] = (byte)(c >= 16 ? '1' : '0');
                buffer[length + 4] = (byte)"0123456789abcdef"[c % 16];
                length += 5;
                break;
        }
    }

    private void Reserve(int size)
    {
        if (buffer.Length - length >= size) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, length + size));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
