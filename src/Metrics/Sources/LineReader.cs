namespace Metrics.Sources;

/// <summary>The physical lines of a text in UTF-8, in bounded memory whatever their length.</summary>
internal sealed class LineReader(Stream stream, string file)
{
    /// <summary>Bytes of a line, and of a record over several lines; what is longer is not kept.</summary>
    public const int Longest = 1 << 20;

    private byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;
    private bool atEnd;

    /// <summary>The line's number, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The line without its line feed; only its beginning if it is too long. Valid until the next one is read.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    public bool IsTooLong { get; private set; }

    /// <summary>Moves to the next line.</summary>
    /// <exception cref="SourceException">The text is not UTF-8, or its compressed form is damaged.</exception>
    public async ValueTask<bool> NextAsync(CancellationToken cancellation)
    {
        IsTooLong = false;
        var searched = 0;
        while (true)
        {
            var feed = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n');
            if (feed >= 0) return Take(searched + feed, 1);
            searched = end - start;
            if (searched > Longest)
            {
                if (!IsTooLong) Line = buffer.AsMemory(start, 1000).ToArray();
                IsTooLong = true;
                start = end;
                searched = 0;
            }

            if (atEnd) return (end > start || IsTooLong) && Take(end - start, 0);
            await FillAsync(cancellation);
        }
    }

    private bool Take(int length, int feed)
    {
        if (!IsTooLong) Line = buffer.AsMemory(start, length);
        start += length + feed;
        Number++;
        return true;
    }

    private async ValueTask FillAsync(CancellationToken cancellation)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        var isFirst = Number == 0 && end == 0 && !IsTooLong;
        int read;
        try
        {
            // A byte order mark has three bytes.
            read = await stream.ReadAtLeastAsync(buffer.AsMemory(end), isFirst ? 3 : 1, throwOnEndOfStream: false, cancellation);
        }
        catch (InvalidDataException e)
        {
            throw new SourceException(
                $"{file}: cannot be unpacked after line {Number}: {e.Message} Write the .gz file again.", e);
        }

        end += read;
        atEnd = read == 0;
        if (isFirst) SkipByteOrderMark();
    }

    private void SkipByteOrderMark()
    {
        var text = buffer.AsSpan(0, end);
        if (text.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) start = 3;
        if (text.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || text.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            throw new SourceException($"{file}: is UTF-16; allowed is UTF-8. Save it as UTF-8 and import it again.");
    }
}
