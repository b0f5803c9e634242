using System.Buffers;
using System.Text.Unicode;

namespace Metrics.Sources;

internal enum CsvState { Complete, Open, Broken }

/// <summary>The fields of one CSV record (RFC 4180), fed line by line: a quoted field may hold line breaks.</summary>
internal sealed class CsvFields
{
    private char[] line = new char[1024];
    private char[] text = new char[1024];
    private int length;
    private (int Start, int End)[] ranges = new (int, int)[64];
    private bool isOpen;

    public int Count { get; private set; }

    /// <summary>Why the record is broken.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>A field's content, without its quotes.</summary>
    public ReadOnlySpan<char> this[int index] => text.AsSpan(ranges[index].Start, ranges[index].End - ranges[index].Start);

    public void Clear()
    {
        length = Count = 0;
        isOpen = false;
    }

    /// <summary>Adds a line, given without its line feed.</summary>
    public CsvState Feed(ReadOnlySpan<byte> bytes)
    {
        Reserve(ref line, bytes.Length);
        Reserve(ref text, length + bytes.Length + 2);
        if (Utf8.ToUtf16(bytes, line, out _, out var decoded, replaceInvalidSequences: false) != OperationStatus.Done)
            return Break("is not valid UTF-8; save the file as UTF-8");

        var hasReturn = decoded > 0 && line[decoded - 1] == '\r';
        var rest = line.AsSpan(0, hasReturn ? decoded - 1 : decoded);
        return !isOpen && !rest.Contains('"') ? Split(rest) : Parse(rest, hasReturn ? "\r\n" : "\n");
    }

    private CsvState Split(ReadOnlySpan<char> rest)
    {
        while (true)
        {
            var comma = rest.IndexOf(',');
            Append(comma < 0 ? rest : rest[..comma]);
            Close();
            if (comma < 0) return CsvState.Complete;
            rest = rest[(comma + 1)..];
        }
    }

    private CsvState Parse(ReadOnlySpan<char> rest, string lineBreak)
    {
        while (true)
        {
            if (!isOpen && (rest.IsEmpty || rest[0] != '"'))
            {
                var comma = rest.IndexOf(',');
                var field = comma < 0 ? rest : rest[..comma];
                if (field.Contains('"')) return Break("has a quotation mark inside a value that is not quoted; " + HowToQuote);
                Append(field);
                Close();
                if (comma < 0) return CsvState.Complete;
                rest = rest[(comma + 1)..];
                continue;
            }

            if (!isOpen)
            {
                isOpen = true;
                rest = rest[1..];
            }

            var quote = rest.IndexOf('"');
            if (quote < 0)
            {
                Append(rest);
                Append(lineBreak);
                return CsvState.Open;
            }

            Append(rest[..quote]);
            rest = rest[(quote + 1)..];
            if (!rest.IsEmpty && rest[0] == '"')
            {
                Append("\"");
                rest = rest[1..];
                continue;
            }

            isOpen = false;
            Close();
            if (rest.IsEmpty) return CsvState.Complete;
            if (rest[0] != ',') return Break("has text after a closing quotation mark; " + HowToQuote);
            rest = rest[1..];
        }
    }

    private const string HowToQuote = "put the whole value in quotation marks and double those inside it";

    private CsvState Break(string fault)
    {
        Fault = fault;
        return CsvState.Broken;
    }

    private void Append(ReadOnlySpan<char> part)
    {
        part.CopyTo(text.AsSpan(length));
        length += part.Length;
    }

    private void Close()
    {
        if (Count == ranges.Length) Array.Resize(ref ranges, Count * 2);
        ranges[Count] = (Count == 0 ? 0 : ranges[Count - 1].End, length);
        Count++;
    }

    private static void Reserve(ref char[] array, int size)
    {
        if (array.Length < size) Array.Resize(ref array, Math.Max(size, array.Length * 2));
    }
}
