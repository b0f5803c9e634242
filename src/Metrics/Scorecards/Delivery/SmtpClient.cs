using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Metrics.Scorecards.Delivery;

/// <summary>
/// Hands one letter to a mail server for one recipient (RFC 5321, with STARTTLS and AUTH) and says exactly what became of it.
/// </summary>
public sealed class SmtpClient(SmtpSettings settings)
{
    /// <summary>How far an attempt has come; it decides what a lost connection means.</summary>
    private enum Stage
    {
        Opening,
        Envelope,
        Ending,
    }

    /// <param name="recipient">Of the envelope.</param>
    /// <param name="letter">As <see cref="Letter.ToBytes"/> gives it.</param>
    /// <param name="cancellation">Heeded until the last byte is sent; from then on only the reply ends it, or the time limit.</param>
    public async Task<SmtpOutcome> SendAsync(Mailbox recipient, ReadOnlyMemory<byte> letter, CancellationToken cancellation = default)
    {
        var stage = Stage.Opening;
        try
        {
            await using var session = await OpenAsync(cancellation);
            stage = Stage.Envelope;
            await session.AskAsync($"MAIL FROM:<{settings.From.Address}>", 250, cancellation);
            await session.AskAsync($"RCPT TO:<{recipient.Address}>", 250, cancellation);
            await session.AskAsync("DATA", 354, cancellation);
            await session.WriteAsync(Stuffed(letter), cancellation);

            stage = Stage.Ending;
            var taken = await session.EndAsync();
            await session.LeaveAsync();
            return new SmtpOutcome(SmtpResult.Accepted, taken.ToString());
        }
        catch (SmtpReplyException refusal)
        {
            var result = stage == Stage.Opening ? SmtpResult.Unavailable
                : refusal.Reply.Code is >= 400 and < 500 ? SmtpResult.Deferred
                : refusal.Reply.Code is >= 500 and < 600 ? SmtpResult.Refused
                : stage == Stage.Ending ? SmtpResult.InDoubt
                : SmtpResult.Deferred;
            return new SmtpOutcome(result, refusal.Message);
        }
        catch (Exception lost) when (lost is IOException or SocketException or AuthenticationException or CryptographicException
            || (lost is OperationCanceledException && !cancellation.IsCancellationRequested)
            || (lost is OperationCanceledException && stage == Stage.Ending))
        {
            var what = lost is OperationCanceledException ? "no answer in time" : lost.Message;
            return stage switch
            {
                Stage.Opening => new SmtpOutcome(SmtpResult.Unavailable, $"{settings.Host}:{settings.Port}: {what}"),
                Stage.Envelope => new SmtpOutcome(SmtpResult.Deferred, $"The connection was lost before the letter was complete: {what}"),
                Stage.Ending => new SmtpOutcome(
                    SmtpResult.InDoubt, $"The connection was lost after the letter was complete and before it was acknowledged: {what}"),
            };
        }
    }

    private async Task<SmtpSession> OpenAsync(CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        SmtpSession? session = null;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(settings.Timeout);
            await socket.ConnectAsync(settings.Host, settings.Port, limit.Token);
            session = new SmtpSession(socket, settings.Timeout);
            if (settings.Tls == SmtpTls.Implicit) await session.ProtectAsync(TlsOptions(), limit.Token);

            await session.ExpectAsync(220, cancellation);
            var offers = await session.GreetAsync(cancellation);
            if (settings.Tls is SmtpTls.Required or SmtpTls.Optional)
            {
                if (offers.Offers("STARTTLS"))
                {
                    await session.AskAsync("STARTTLS", 220, cancellation);
                    await session.ProtectAsync(TlsOptions(), cancellation);
                    offers = await session.GreetAsync(cancellation);
                }
                else if (settings.Tls == SmtpTls.Required)
                {
                    throw new AuthenticationException(
                        "the server does not offer STARTTLS, and Smtp:Tls is required. For TLS from the first byte set it to implicit.");
                }
            }

            if (settings.User is not null) await SignInAsync(session, offers, cancellation);
            return session;
        }
        catch
        {
            if (session is not null) await session.DisposeAsync();
            socket.Dispose();
            throw;
        }
    }

    private async Task SignInAsync(SmtpSession session, SmtpReply offers, CancellationToken cancellation)
    {
        if (!session.IsProtected) throw new AuthenticationException("the connection is not protected by TLS, and a password is only sent over TLS.");
        var (user, password) = (settings.User!, settings.Password ?? "");
        if (offers.Offers("AUTH", "PLAIN"))
        {
            await session.AskAsync($"AUTH PLAIN {Base64($"\0{user}\0{password}")}", 235, cancellation);
        }
        else if (offers.Offers("AUTH", "LOGIN"))
        {
            await session.AskAsync("AUTH LOGIN", 334, cancellation);
            await session.AskAsync(Base64(user), 334, cancellation);
            await session.AskAsync(Base64(password), 235, cancellation);
        }
        else
        {
            throw new AuthenticationException("the server offers neither AUTH PLAIN nor AUTH LOGIN. Unset Smtp:User if it takes mail without.");
        }
    }

    private SslClientAuthenticationOptions TlsOptions()
    {
        var options = new SslClientAuthenticationOptions { TargetHost = settings.Host };
        if (settings.CertificateAuthority is not { } file) return options;

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(file);
        options.CertificateChainPolicy = policy;
        return options;
    }

    /// <summary>A line that begins with a dot gets another one, so that none of the letter ends it.</summary>
    private static byte[] Stuffed(ReadOnlyMemory<byte> letter)
    {
        var stuffed = new MemoryStream(letter.Length + 64);
        var atStart = true;
        foreach (var one in letter.Span)
        {
            if (atStart && one == '.') stuffed.WriteByte((byte)'.');
            stuffed.WriteByte(one);
            atStart = one == '\n';
        }

        if (!atStart) stuffed.Write("\r\n"u8);
        return stuffed.ToArray();
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
