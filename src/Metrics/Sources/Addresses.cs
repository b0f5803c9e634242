using System.Net;
using System.Net.Sockets;

namespace Metrics.Sources;

/// <summary>
/// Where a pull may connect to. A name is resolved and judged at the moment of connecting, so that neither a redirect nor a name
/// that changes its address leads to loopback, private or link-local networks, unless the connection allows them.
/// </summary>
public sealed class Addresses
{
    private readonly Func<IPAddress, bool> isAllowed;

    /// <param name="allowPrivate">Loopback, private and link-local addresses too.</param>
    public Addresses(bool allowPrivate)
        : this(allowPrivate ? _ => true : IsPublic)
    {
    }

    internal Addresses(Func<IPAddress, bool> isAllowed) => this.isAllowed = isAllowed;

    /// <summary>The addresses of a host to connect to.</summary>
    /// <exception cref="TerminalSourceException">Every address is private, and the connection does not allow that.</exception>
    /// <exception cref="TransientSourceException">The name cannot be resolved.</exception>
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation)
    {
        IPAddress[] found;
        try
        {
            found = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellation);
        }
        catch (SocketException unknown)
        {
            throw new TransientSourceException($"The name {host} cannot be resolved ({unknown.Message}). Check the address in sources.yaml, and DNS.", unknown);
        }

        // One private address among public ones is a trap, not a choice.
        return Array.TrueForAll(found, isAllowed.Invoke) ? found : throw new TerminalSourceException(
            $"{host} is the address {string.Join(", ", (object[])found)}, which is not public. If this is meant, set allow_private_addresses: true " +
            "at the connection in sources.yaml.");
    }

    /// <summary>Connects to one of a host's allowed addresses.</summary>
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint endPoint, CancellationToken cancellation)
    {
        var addresses = await ResolveAsync(endPoint.Host, cancellation);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. addresses], endPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether an address belongs to the public internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return !Array.Exists(NotPublic, n => n.Contains(address));
    }

    // RFC 6890 and its registries; 64:ff9b::/96 and 2002::/16 embed IPv4 addresses.
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/128", "::1/128", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7",
            "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(n => IPNetwork.Parse(n)),
    ];
}
