namespace Metrics.Sources;

/// <summary>Reads pieces as they are made, so that a rewritten file never lies in memory as a whole.</summary>
internal sealed class RewrittenStream(IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, Stream original) : Stream
{
    private readonly IAsyncEnumerator<ReadOnlyMemory<byte>> pieces = pieces.GetAsyncEnumerator();
    private ReadOnlyMemory<byte> rest;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = 0;
        while (read < buffer.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (rest.IsEmpty)
            {
                if (!await pieces.MoveNextAsync()) break;
                rest = pieces.Current;
            }

            var length = Math.Min(rest.Length, buffer.Length - read);
            rest[..length].CopyTo(buffer[read..]);
            rest = rest[length..];
            read += length;
        }

        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) original.Dispose();
        base.Dispose(disposing);
    }
}
