using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Metrics.Benchmarks.Load;

/// <summary>A keep-alive connection that asks one thing after another.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] buffer = new byte[16 * 1024];
    private int filled;
    private int bodyStart;
    private int bodyLength;

    private LoadConnection() { }

    public static async Task<LoadConnection> OpenAsync(int port, CancellationToken cancellationToken)
    {
        var connection = new LoadConnection();
        await connection.socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
        return connection;
    }

    /// <summary>Asks until the time (of the stopwatch) has come; every answer must be a 200 that will do.</summary>
    public async Task<LatencyHistogram> AskUntilAsync(long end, IQuestions questions)
    {
        var latencies = new LatencyHistogram();
        for (var start = Stopwatch.GetTimestamp(); start < end;)
        {
            await AskAsync(questions.Next());
            questions.Check(buffer.AsSpan(bodyStart, bodyLength));
            var now = Stopwatch.GetTimestamp();
            latencies.Record(now - start);
            start = now;
        }
        return latencies;
    }

    /// <summary>Asks once; the body as sent, with the chunks' framing where the server sends chunks.</summary>
    public async Task<(string Body, int Length)> AskOnceAsync(byte[] request)
    {
        await AskAsync(request);
        var head = Encoding.ASCII.GetString(buffer, 0, bodyStart);
        var body = buffer.AsSpan(bodyStart, bodyLength);
        return (head.Contains("\r\ntransfer-encoding: chunked", StringComparison.OrdinalIgnoreCase) ? Unchunk(body) : Encoding.UTF8.GetString(body), bodyLength);
    }

    public void Dispose() => socket.Dispose();

    private async ValueTask AskAsync(byte[] request)
    {
        if (await socket.SendAsync(request.AsMemory()) != request.Length) throw new IOException("A request was sent in part.");
        filled = 0;
        bodyStart = 0;
        var total = 0;
        while (bodyStart == 0 || (total > 0 ? filled < total : !buffer.AsSpan(0, filled).EndsWith("\r\n0\r\n\r\n"u8)))
        {
            if (filled == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            var read = await socket.ReceiveAsync(buffer.AsMemory(filled));
            if (read == 0) throw new IOException("The server closed the connection.");
            filled += read;
            if (bodyStart == 0) total = ReadHead(buffer.AsSpan(0, filled));
        }
        bodyLength = filled - bodyStart;
    }

    /// <summary>Looks for the end of the head; the length of the whole response, or 0 when it is not known (yet).</summary>
    private int ReadHead(ReadOnlySpan<byte> received)
    {
        var end = received.IndexOf("\r\n\r\n"u8);
        if (end < 0) return 0;
        if (!received.StartsWith("HTTP/1.1 200 "u8)) throw new InvalidDataException($"The server answered: {Encoding.UTF8.GetString(received)}");
        bodyStart = end + 4;
        for (var lines = received[..(end + 2)]; lines.IndexOf("\r\n"u8) is var at and >= 0; lines = lines[(at + 2)..])
        {
            if (at > 15 && (lines[0] | 0x20) == 'c' && Ascii.EqualsIgnoreCase(lines[..15], "content-length:"u8))
                return bodyStart + int.Parse(lines[15..at].Trim((byte)' '), provider: null);
        }
        return 0;
    }

    private static string Unchunk(ReadOnlySpan<byte> chunks)
    {
        var body = new MemoryStream();
        while (true)
        {
            var line = chunks.IndexOf("\r\n"u8);
            var length = int.Parse(chunks[..line], System.Globalization.NumberStyles.HexNumber, provider: null);
            if (length == 0) return Encoding.UTF8.GetString(body.ToArray());
            body.Write(chunks.Slice(line + 2, length));
            chunks = chunks[(line + 4 + length)..];
        }
    }
}
