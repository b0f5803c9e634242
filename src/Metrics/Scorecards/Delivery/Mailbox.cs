using System.Globalization;
using System.Net.Mail;
using System.Text.RegularExpressions;

namespace Metrics.Scorecards.Delivery;

/// <summary>An address of a person or a list, with or without a name. It can stand in an envelope and in a header as it is.</summary>
public sealed partial record Mailbox
{
    /// <summary>The longest forward path of RFC 5321 without its brackets.</summary>
    private const int Longest = 254;

    private Mailbox(string address, string? name) => (Address, Name) = (address, name);

    /// <summary>ASCII; the domain in lower case, an international one in its encoded form.</summary>
    public string Address { get; }

    /// <summary>What it is called in a header; null for the bare address.</summary>
    public string? Name { get; }

    public string Domain => Address[(Address.LastIndexOf('@') + 1)..];

    /// <summary>Reads <c>ada@example.com</c> or <c>Ada Lovelace &lt;ada@example.com&gt;</c>.</summary>
    /// <exception cref="FormatException">It is neither; the message says what is allowed.</exception>
    public static Mailbox Parse(string text)
    {
        if (MailAddress.TryCreate(text, out var read) && !text.Any(char.IsControl) && !read.DisplayName.AsSpan().ContainsAny('<', '>') && Encode(read.Address) is { } address && address.Length <= Longest)
            return new Mailbox(address, read.DisplayName.Length == 0 ? null : Quoted().Replace(read.DisplayName, "$1"));
        throw new FormatException($"\"{text}\" is not an address; write ada@example.com or \"Ada Lovelace <ada@example.com>\".");
    }

    /// <param name="address">As <see cref="Address"/> was.</param>
    public static Mailbox Of(string address, string? name) => new(Parse(address).Address, name);

    public override string ToString() => Name is null ? Address : $"{Name} <{Address}>";

    private static string? Encode(string address)
    {
        var at = address.LastIndexOf('@');
        try
        {
            var encoded = $"{address[..at]}@{new IdnMapping().GetAscii(address[(at + 1)..]).ToLowerInvariant()}";
            return Plain().IsMatch(encoded) ? encoded : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>What the base library leaves of a quoted character.</summary>
    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Quoted();

    /// <summary>A dot-atom of RFC 5321 and a domain: no quotes, comments, spaces or literals.</summary>
    [GeneratedRegex(@"\A[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Plain();
}
