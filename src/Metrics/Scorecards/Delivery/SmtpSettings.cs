namespace Metrics.Scorecards.Delivery;

/// <summary>The mail server to hand letters to, and how.</summary>
public sealed record SmtpSettings
{
    public required string Host { get; init; }

    /// <summary>Default: 587, the port for submission.</summary>
    public int Port { get; init; } = 587;

    /// <summary>Default: required.</summary>
    public SmtpTls Tls { get; init; } = SmtpTls.Required;

    /// <summary>Null to not sign in.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    public required Mailbox From { get; init; }

    /// <summary>A PEM file of certificates to trust instead of the system's; null for the system's.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>For each command and its reply; ten times as long for the reply that says whether a letter was taken. Default: one
    /// minute.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>How the connection is protected. Wherever TLS is used, the server's certificate is checked.</summary>
public enum SmtpTls
{
    /// <summary>STARTTLS; without it nothing is sent.</summary>
    Required,

    /// <summary>STARTTLS where the server offers it.</summary>
    Optional,

    /// <summary>TLS from the first byte, usually on port 465.</summary>
    Implicit,

    /// <summary>Never. For a server on the same machine.</summary>
    None,
}

/// <summary>What became of a letter.</summary>
public enum SmtpResult
{
    /// <summary>The server has taken it and answers for it.</summary>
    Accepted,

    /// <summary>Not taken: come back later.</summary>
    Deferred,

    /// <summary>Not taken, and it would not be later either.</summary>
    Refused,

    /// <summary>Not taken, and no letter would have been: no connection, no TLS, no sign-in.</summary>
    Unavailable,

    /// <summary>The connection ended after the last byte and before the reply: it may have been taken or not.</summary>
    InDoubt,
}

/// <param name="Detail">The server's words, or what happened; without credentials.</param>
public sealed record SmtpOutcome(SmtpResult Result, string Detail);
