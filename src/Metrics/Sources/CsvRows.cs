using System.Text;

namespace Metrics.Sources;

/// <summary>
/// The rows of a CSV file. After a quotation mark that is never closed it goes on with the very next line, so that a broken
/// row costs no good one.
/// </summary>
internal sealed class CsvRows(LineReader lines)
{
    private readonly CsvFields alone = new();
    private readonly Stack<Held> held = new();
    private readonly List<Held> joined = [];
    private ReadOnlyMemory<byte> current;
    private int number;
    private bool isTooLong;

    /// <summary>The line on which the row begins.</summary>
    public int Line { get; private set; }

    public CsvFields Fields { get; } = new();

    /// <summary>Why the row cannot be divided into fields; null if it can.</summary>
    public string? Fault { get; private set; }

    /// <summary>The row as it stands in the file.</summary>
    public string Text => string.Join('\n', joined.Select(l => Encoding.UTF8.GetString(l.Bytes.Span)).DefaultIfEmpty(
        Encoding.UTF8.GetString(current.Span))).TrimEnd('\r');

    /// <summary>Moves to the next row that is not blank.</summary>
    /// <param name="isRow">Whether these fields are a row that can be read: it tells a line break from a lost quote.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public async ValueTask<bool> NextAsync(Func<CsvFields, bool> isRow, CancellationToken cancellation)
    {
        joined.Clear();
        Fault = null;
        do
        {
            if (!await NextLineAsync(cancellation)) return false;
        }
        while (!isTooLong && IsBlank(current.Span));

        Line = number;
        Fields.Clear();
        if (isTooLong)
        {
            Fault = $"is longer than the {LineReader.Longest} bytes that a row can have";
            return true;
        }

        var state = Fields.Feed(current.Span);
        if (state == CsvState.Broken) Fault = Fields.Fault;
        if (state == CsvState.Open) await JoinAsync(isRow, cancellation);
        return true;
    }

    private async ValueTask JoinAsync(Func<CsvFields, bool> isRow, CancellationToken cancellation)
    {
        joined.Add(new Held(number, current.ToArray(), false));
        var size = current.Length;
        var state = CsvState.Open;
        while (state == CsvState.Open && size <= LineReader.Longest && await NextLineAsync(cancellation))
        {
            joined.Add(new Held(number, current.ToArray(), isTooLong));
            size += current.Length;
            state = isTooLong ? CsvState.Broken : Fields.Feed(current.Span);
        }

        if (state == CsvState.Complete && !joined.Skip(1).Any(l => IsRow(l, isRow))) return;
        Fault = "opens a quotation mark that is not closed before the next row; " +
            "close it, and double every quotation mark inside the value";
        for (var i = joined.Count - 1; i > 0; i--) held.Push(joined[i]);
        joined.RemoveRange(1, joined.Count - 1);
    }

    private bool IsRow(Held line, Func<CsvFields, bool> isRow)
    {
        alone.Clear();
        return alone.Feed(line.Bytes.Span) == CsvState.Complete && isRow(alone);
    }

    private async ValueTask<bool> NextLineAsync(CancellationToken cancellation)
    {
        if (held.TryPop(out var line))
        {
            (number, current, isTooLong) = (line.Number, line.Bytes, line.IsTooLong);
            return true;
        }

        if (!await lines.NextAsync(cancellation)) return false;
        (number, current, isTooLong) = (lines.Number, lines.Line, lines.IsTooLong);
        return true;
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.TrimEnd(" \t\r"u8).IsEmpty;

    private readonly record struct Held(int Number, ReadOnlyMemory<byte> Bytes, bool IsTooLong);
}
