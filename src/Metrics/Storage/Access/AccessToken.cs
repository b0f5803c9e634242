using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Metrics.Model;

namespace Metrics.Storage.Access;

/// <summary>What a token may do.</summary>
public static class Scopes
{
    /// <summary>See KPI values, records and scorecards.</summary>
    public const string Read = "read";

    /// <summary>Send records to <c>/ingest</c>.</summary>
    public const string Ingest = "ingest";

    /// <summary>Comment, waive, decide, publish and send. Includes read.</summary>
    public const string Publish = "publish";

    /// <summary>All of it, and targets, catalogue and tokens.</summary>
    public const string Admin = "admin";

    /// <summary>Least first.</summary>
    public static IReadOnlyList<string> All { get; } = [Read, Ingest, Publish, Admin];

    /// <summary>A scope and those that it includes.</summary>
    public static IReadOnlyList<string> Including(string scope) => scope switch
    {
        Admin => All,
        Publish => [Read, Publish],
        _ => [scope],
    };
}

/// <summary>A token of a program, without its secret, which nobody keeps.</summary>
/// <param name="Name">Unique among those that are not revoked.</param>
/// <param name="ExpiresAt">From then on it is refused; null for never.</param>
/// <param name="UsedAt">When it was last used, to the hour; null for never.</param>
public sealed record AccessToken(
    long Token, string Name, IReadOnlyList<string> Scopes, RowLimit Limit, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? ExpiresAt,
    DateTimeOffset? UsedAt, DateTimeOffset? RevokedAt, string? RevokedBy)
{
    /// <summary>Whether it is accepted at a moment.</summary>
    public bool IsValid(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is null || now < ExpiresAt);
}

/// <summary>A token to be made.</summary>
/// <param name="Scopes">One at least, of <see cref="Access.Scopes"/>.</param>
/// <param name="Limit">Only with the scope read alone.</param>
/// <param name="ExpiresAt">Null for never.</param>
public sealed record NewToken(string Name, IReadOnlyList<string> Scopes, RowLimit Limit, DateTimeOffset? ExpiresAt);

/// <summary>The token cannot be made or found; the message says why, and what is allowed.</summary>
public sealed class AccessTokenException(string message) : Exception(message);

/// <summary>
/// The secret of a token: <c>mtr_</c>, so that people and scanners know what they have found, 256 random bits, and six characters
/// by which a mistyped or made-up one is told without asking the database.
/// </summary>
public static class TokenSecret
{
    /// <summary>How every secret begins.</summary>
    public const string Prefix = "mtr_";

    private const int RandomBytes = 32;
    private const int RandomLength = 43;
    private const int CheckLength = 6;

    /// <summary>A new one.</summary>
    public static string Create()
    {
        var random = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        return Prefix + random + CheckOf(random);
    }

    /// <summary>Whether a text can be a secret at all. Not whether there is such a token.</summary>
    public static bool IsWellFormed(string text) =>
        text.Length == Prefix.Length + RandomLength + CheckLength && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text.AsSpan(Prefix.Length + RandomLength).SequenceEqual(CheckOf(text.Substring(Prefix.Length, RandomLength)));

    /// <summary>What is kept of a secret. Plain SHA-256 does: 256 random bits cannot be guessed, so nothing is gained by a slow hash.</summary>
    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static string CheckOf(string random) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Prefix + random)).AsSpan(0, CheckLength / 2));
}
