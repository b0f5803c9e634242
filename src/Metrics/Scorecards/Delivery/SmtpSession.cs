using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Metrics.Scorecards.Delivery;

/// <summary>Commands and replies on one connection, each within a time limit.</summary>
internal sealed class SmtpSession : IAsyncDisposable
{
    /// <summary>Of RFC 5321, with room for servers that chat.</summary>
    private const int LongestLine = 2048;

    private const int MostLines = 128;

    private readonly TimeSpan timeout;
    private readonly string name;
    private readonly byte[] buffer = new byte[4096];
    private Stream stream;
    private int from;
    private int to;

    public SmtpSession(Socket socket, TimeSpan timeout)
    {
        this.timeout = timeout;
        stream = new NetworkStream(socket, ownsSocket: true);

        // An address literal is always true; a container's host name seldom is a name that anybody knows.
        var address = ((IPEndPoint)socket.LocalEndPoint!).Address;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        name = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{address}]" : $"[{address}]";
    }

    public bool IsProtected => stream is SslStream;

    public Task<SmtpReply> GreetAsync(CancellationToken cancellation) => AskAsync($"EHLO {name}", 250, cancellation);

    /// <summary>Goes over to TLS. What the server had sent before, unprotected, must not be taken for an answer under TLS.</summary>
    public async Task ProtectAsync(SslClientAuthenticationOptions options, CancellationToken cancellation)
    {
        if (from < to) throw new IOException("the server went on in plain text after it had agreed to TLS");
        var tls = new SslStream(stream);
        stream = tls;
        using var limit = Limit(timeout, cancellation);
        await tls.AuthenticateAsClientAsync(options, limit.Token);
    }

    /// <summary>Sends a command and reads the reply, whose first two digits must be those that are expected.</summary>
    /// <exception cref="SmtpReplyException">The reply is another.</exception>
    public async Task<SmtpReply> AskAsync(string command, int expected, CancellationToken cancellation)
    {
        if (command.AsSpan().ContainsAny('\r', '\n')) throw new ArgumentException("A command is one line.", nameof(command));
        await WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), cancellation);
        return await ExpectAsync(expected, cancellation);
    }

    /// <exception cref="SmtpReplyException">The reply is another.</exception>
    public Task<SmtpReply> ExpectAsync(int expected, CancellationToken cancellation) => ExpectAsync(expected, timeout, cancellation);

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        using var limit = Limit(timeout, cancellation);
        await stream.WriteAsync(bytes, limit.Token);
        await stream.FlushAsync(limit.Token);
    }

    /// <summary>Ends the letter and waits for the word on it, whoever would like to stop.</summary>
    public async Task<SmtpReply> EndAsync()
    {
        await WriteAsync(".\r\n"u8.ToArray(), CancellationToken.None);
        return await ExpectAsync(250, timeout * 10, CancellationToken.None);
    }

    /// <summary>Says goodbye; whatever goes wrong with that does not matter.</summary>
    public async Task LeaveAsync()
    {
        try
        {
            await AskAsync("QUIT", 221, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or SmtpReplyException)
        {
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async Task<SmtpReply> ExpectAsync(int expected, TimeSpan patience, CancellationToken cancellation)
    {
        using var limit = Limit(patience, cancellation);
        var lines = new List<string>();
        string line;
        do
        {
            line = await ReadLineAsync(limit.Token);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out _) || lines.Count == MostLines)
                throw new IOException("the server's answer is not SMTP");
            lines.Add(line);
        }
        while (line.Length > 3 && line[3] == '-');

        var reply = new SmtpReply(int.Parse(line.AsSpan(0, 3), CultureInfo.InvariantCulture), [.. lines.Select(l => l.Length > 4 ? l[4..] : "")]);
        return reply.Code / 10 == expected / 10 ? reply : throw new SmtpReplyException(reply);
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellation)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (from == to)
            {
                (from, to) = (0, await stream.ReadAsync(buffer, cancellation));
                if (to == 0) throw new IOException("the server closed the connection");
            }

            var one = (char)buffer[from++];
            if (one == '\n') return line.ToString().TrimEnd('\r');
            if (line.Length == LongestLine) throw new IOException("the server's answer is not SMTP");
            line.Append(one is < ' ' and not '\r' or > '~' ? '?' : one);
        }
    }

    private static CancellationTokenSource Limit(TimeSpan patience, CancellationToken cancellation)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        return limit;
    }
}

/// <param name="Lines">Without the code; never empty.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    /// <summary>Whether the answer to EHLO names an extension, and with it a parameter.</summary>
    public bool Offers(string extension, string? parameter = null) => Lines.Skip(1).Select(line => line.Split([' ', '='])).Any(words =>
        words[0].Equals(extension, StringComparison.OrdinalIgnoreCase)
        && (parameter is null || words.Skip(1).Contains(parameter, StringComparer.OrdinalIgnoreCase)));

    public override string ToString() => $"{Code} {string.Join(' ', Lines)}".Trim();
}

/// <summary>The server answered otherwise than was hoped.</summary>
internal sealed class SmtpReplyException(SmtpReply reply) : Exception(reply.ToString())
{
    public SmtpReply Reply { get; } = reply;
}
