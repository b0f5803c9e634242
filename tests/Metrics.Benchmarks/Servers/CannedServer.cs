using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Metrics.Benchmarks.Servers;

/// <summary>Answers whatever arrives with ready bytes over bare sockets: what the load generator itself can reach.</summary>
internal static class CannedServer
{
    public static async Task RunAsync(Action<int> announce, CancellationToken cancellationToken)
    {
        var hello = Response(Shape.Hello.Answer);
        var rows = Response(Shape.Rows.Answer);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        announce(((IPEndPoint)listener.LocalEndPoint!).Port);
        try
        {
            while (true) _ = AnswerAsync(await listener.AcceptAsync(cancellationToken), hello, rows);
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    /// <summary>A request is short and arrives whole over loopback, so that every read is one request.</summary>
    private static async Task AnswerAsync(Socket socket, byte[] hello, byte[] rows)
    {
        var buffer = new byte[4096];
        socket.NoDelay = true;
        using (socket)
        {
            try
            {
                while (await socket.ReceiveAsync(buffer.AsMemory()) is var read and > 0)
                {
                    ReadOnlyMemory<byte> answer = buffer.AsSpan(0, read).StartsWith("POST /rows "u8) ? rows : hello;
                    while (!answer.IsEmpty) answer = answer[await socket.SendAsync(answer)..];
                }
            }
            catch (SocketException)
            {
                // The load generator closed its side.
            }
        }
    }

    private static byte[] Response(JsonElement answer)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(answer);
        return [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
    }
}
