using Metrics.Storage;
using Npgsql;

namespace Metrics.Sync;

/// <summary>The content of a landed payload, one piece of at most 4 MB in memory at a time.</summary>
internal sealed class LandedStream(NpgsqlDataSource database, long batch) : Stream
{
    private byte[] piece = [];
    private int position;
    private int seq;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position == piece.Length)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            piece = await connection.ScalarAsync<byte[]>(
                "select body from ingest.landed where batch = $1 and seq = $2", cancellationToken, batch, seq++) ?? [];
            position = 0;
        }

        var read = Math.Min(buffer.Length, piece.Length - position);
        piece.AsMemory(position, read).CopyTo(buffer);
        position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
