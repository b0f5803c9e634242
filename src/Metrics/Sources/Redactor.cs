using System.Security.Cryptography;
using System.Text;

namespace Metrics.Sources;

/// <summary>Replaces what identifies a person by a keyed hash: equal inputs stay equal, nothing can be read back.</summary>
public sealed class Redactor(ReadOnlyMemory<byte> key)
{
    private const string Mark = "redacted:";

    /// <summary>The stand-in for a value; null and what already is a stand-in stay as they are.</summary>
    public string? Hash(string? value)
    {
        if (string.IsNullOrEmpty(value) || value.StartsWith(Mark, StringComparison.Ordinal)) return value;
        var hash = HMACSHA256.HashData(key.Span, Encoding.UTF8.GetBytes(value));
        return Mark + Convert.ToHexStringLower(hash.AsSpan(0, 12));
    }
}
