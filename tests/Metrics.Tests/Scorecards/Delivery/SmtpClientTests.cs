using System.Net;
using System.Net.Sockets;
using System.Text;
using Metrics.Scorecards.Delivery;

namespace Metrics.Tests.Scorecards.Delivery;

/// <summary>Against a real mail server, and where none would misbehave so, against a socket.</summary>
public sealed class SmtpClientTests
{
    private static readonly byte[] Letter = Encoding.ASCII.GetBytes("Subject: dots\r\n\r\n.\r\n..two\r\nlast line without an end");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ada", SmtpResult.Accepted, "250 2.0.0 Taken", 1)]
    [InlineData("defer", SmtpResult.Deferred, "451 4.2.1 Come back later", 0)]
    [InlineData("refuse", SmtpResult.Refused, "550 5.1.1 No such user", 0)]
    [InlineData("deferdata", SmtpResult.Deferred, "452 4.3.1 Full", 0)]
    [InlineData("refusedata", SmtpResult.Refused, "554 5.7.1 Not wanted", 0)]
    [InlineData("dropearly", SmtpResult.Deferred, "The connection was lost before the letter was complete: ", 0)]
    [InlineData("dropkept", SmtpResult.InDoubt, "The connection was lost after the letter was complete and before it was acknowledged: ", 1)]
    public async Task What_became_of_a_letter_is_what_the_server_did(string recipient, SmtpResult result, string detail, int kept)
    {
        await using var server = await MailServer.StartAsync();

        var outcome = await SendAsync(server.Settings(), $"{recipient}@example.com");

        outcome.Detail.ShouldStartWith(detail);
        outcome.Result.ShouldBe(result);
        server.Letters().Count.ShouldBe(kept);
    }

    [Fact]
    public async Task A_server_that_hangs_over_the_letter_leaves_it_in_doubt()
    {
        await using var server = await MailServer.StartAsync();

        var outcome = await SendAsync(server.Settings() with { Timeout = TimeSpan.FromMilliseconds(300) }, "hang@example.com");

        outcome.ShouldBe(new SmtpOutcome(
            SmtpResult.InDoubt, "The connection was lost after the letter was complete and before it was acknowledged: no answer in time"));
    }

    [Fact]
    public async Task A_letter_arrives_to_the_byte_dots_and_all()
    {
        await using var server = await MailServer.StartAsync();

        (await SendAsync(server.Settings(), "ada@example.com")).Result.ShouldBe(SmtpResult.Accepted);

        var taken = server.Letters().ShouldHaveSingleItem();
        (taken.To, taken.From).ShouldBe(("ada@example.com", "metrics@example.com"));
        (await File.ReadAllBytesAsync(taken.File, Cancellation)).ShouldBe([.. Letter, .. "\r\n"u8]);
    }

    [Theory]
    [InlineData(false, SmtpTls.Required, null, "PLAIN metrics")]
    [InlineData(false, SmtpTls.Optional, "PLAIN", "LOGIN metrics")]
    [InlineData(true, SmtpTls.Implicit, null, "PLAIN metrics")]
    public async Task It_signs_in_under_tls(bool isImplicit, SmtpTls tls, string? without, string user)
    {
        await using var server = await MailServer.StartAsync(tls: true, isImplicit, auth: true, without);

        var outcome = await SendAsync(server.Settings(tls) with { User = MailServer.User, Password = MailServer.Password }, "ada@example.com");

        outcome.Result.ShouldBe(SmtpResult.Accepted, outcome.Detail);
        server.Letters().ShouldHaveSingleItem().User.ShouldBe(user);
    }

    [Fact]
    public async Task A_wrong_password_is_nobodys_letter_refused()
    {
        await using var server = await MailServer.StartAsync(tls: true, auth: true);

        var outcome = await SendAsync(server.Settings(SmtpTls.Required) with { User = MailServer.User, Password = "hunter2" }, "ada@example.com");

        outcome.Result.ShouldBe(SmtpResult.Unavailable);
        outcome.Detail.ShouldStartWith("535 5.7.8");
        outcome.Detail.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        await using var server = await MailServer.StartAsync(tls: true);

        var outcome = await SendAsync(server.Settings(SmtpTls.Required) with { CertificateAuthority = null }, "ada@example.com");

        outcome.Result.ShouldBe(SmtpResult.Unavailable);
        outcome.Detail.ShouldContain("certificate");
    }

    [Fact]
    public async Task Without_tls_nothing_is_sent_where_it_is_required_and_never_a_password()
    {
        await using var server = await MailServer.StartAsync();

        (await SendAsync(server.Settings(SmtpTls.Required), "ada@example.com")).Detail.ShouldBe(
            $"127.0.0.1:{server.Port}: the server does not offer STARTTLS, and Smtp:Tls is required. For TLS from the first byte set it to implicit.");
        (await SendAsync(server.Settings(SmtpTls.Optional) with { User = "u", Password = "p" }, "ada@example.com")).Detail.ShouldBe(
            $"127.0.0.1:{server.Port}: the connection is not protected by TLS, and a password is only sent over TLS.");
        (await SendAsync(server.Settings(SmtpTls.Optional), "ada@example.com")).Result.ShouldBe(SmtpResult.Accepted);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unavailable()
    {
        var settings = (await StartAndStopAsync()).Settings();

        var outcome = await SendAsync(settings, "ada@example.com");

        outcome.Result.ShouldBe(SmtpResult.Unavailable);
        outcome.Detail.ShouldStartWith($"127.0.0.1:{settings.Port}: ");

        static async Task<MailServer> StartAndStopAsync()
        {
            var server = await MailServer.StartAsync();
            await server.DisposeAsync();
            return server;
        }
    }

    [Theory]
    [InlineData("220 hello\r\n|250-me\r\n250 STARTTLS\r\n|220 go\r\n250 slipped in\r\n", SmtpTls.Required, SmtpResult.Unavailable, "the server went on in plain text after it had agreed to TLS")]
    [InlineData("SSH-2.0-OpenSSH\r\n", SmtpTls.None, SmtpResult.Unavailable, "the server's answer is not SMTP")]
    [InlineData("554 go away\r\n", SmtpTls.None, SmtpResult.Unavailable, "554 go away")]
    [InlineData("220 hello\r\n|250 me\r\n|250 ok\r\n|250 ok\r\n|354 go\r\n|2", SmtpTls.None, SmtpResult.InDoubt, "the server closed the connection")]
    [InlineData("220 hello\r\n|250 me\r\n|250 ok\r\n|250 ok\r\n|354 go\r\n|421 4.3.2 closing\r\n", SmtpTls.None, SmtpResult.Deferred, "421 4.3.2 closing")]
    [InlineData("220 hello\r\n|250 me\r\n|250 ok\r\n|251 forwarded\r\n|354 go\r\n|250 ok\r\n", SmtpTls.None, SmtpResult.Accepted, "250 ok")]
    public async Task Odd_servers_are_seen_through(string script, SmtpTls tls, SmtpResult result, string detail)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = PlayAsync(listener, script.Split('|'));
        var settings = new SmtpSettings
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)listener.LocalEndpoint).Port,
            Tls = tls,
            From = Mailbox.Parse("metrics@example.com"),
            Timeout = TimeSpan.FromSeconds(20),
        };

        var outcome = await SendAsync(settings, "ada@example.com");

        outcome.Detail.ShouldEndWith(detail);
        outcome.Result.ShouldBe(result);
        await serving;
    }

    /// <summary>Says each line after hearing something, the letter as one, then hangs up.</summary>
    private static async Task PlayAsync(TcpListener listener, string[] lines)
    {
        using var client = await listener.AcceptTcpClientAsync(Cancellation);
        await using var stream = client.GetStream();
        var heard = new byte[4096];
        for (var i = 0; i < lines.Length; i++)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(lines[i]), Cancellation);
            if (i == lines.Length - 1) break;
            var text = "";
            do
            {
                var read = await stream.ReadAsync(heard, Cancellation);
                if (read == 0) return;
                text += Encoding.ASCII.GetString(heard, 0, read);
            }
            while (lines[i].StartsWith("354", StringComparison.Ordinal) ? !text.EndsWith("\r\n.\r\n", StringComparison.Ordinal) : !text.EndsWith("\r\n", StringComparison.Ordinal));
        }
    }

    private static Task<SmtpOutcome> SendAsync(SmtpSettings settings, string to) => new SmtpClient(settings).SendAsync(Mailbox.Parse(to), Letter, Cancellation);
}
