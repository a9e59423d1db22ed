using System.Net;

namespace Perch.Server.Proxies;

/// <summary>The peers whose word on their clients is taken: addresses, networks, <c>unix:</c> for Unix sockets, <c>*</c> for all.</summary>
internal sealed class TrustedProxies
{
    /// <summary>A peer on a Unix socket.</summary>
    internal const string Unix = "unix:";

    private const string All = "*";

    private readonly List<IPNetwork> _networks = [];
    private readonly bool _all;
    private readonly bool _unix;
    private Judgement? _last;

    /// <exception cref="FormatException">An entry is none of them.</exception>
    internal TrustedProxies(IReadOnlyList<string> entries)
    {
        _all = entries.Contains(All);
        _unix = _all || entries.Contains(Unix);
        foreach (string entry in entries.Where(static entry => entry is not (All or Unix)))
        {
            _networks.Add(IPAddress.TryParse(entry, out IPAddress? address) && IsWhole(entry)
                ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
                : IPNetwork.Parse(entry));
        }
    }

    /// <summary>Whether the other end of a connection is trusted.</summary>
    internal bool IsPeer(ScopeAddress? peer)
    {
        if (peer is not { } address)
        {
            return _unix;
        }

        // A proxy's connections come one after the other: its address is judged once.
        Judgement? last = _last;
        if (last is null || last.Host != address.Host)
        {
            _last = last = new Judgement(address.Host, IsHost(address.Host));
        }

        return last.IsTrusted;
    }

    /// <summary>Whether an address that a proxy names is a proxy itself.</summary>
    internal bool IsHost(string host)
    {
        if (_all || !IPAddress.TryParse(host, out IPAddress? address))
        {
            return _all;
        }

        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _networks.Exists(network => network.Contains(plain));
    }

    /// <summary>The numbers that inet_aton(3) would fill with zeros are forgotten ones here: <c>10.0.0</c>.</summary>
    private static bool IsWhole(string address) => address.Contains(':', StringComparison.Ordinal) || address.Count(static letter => letter == '.') == 3;

    private sealed record Judgement(string Host, bool IsTrusted);
}
