using Perch.Server.Proxies;

namespace Perch.Server;

/// <summary>Proxies and load balancers in front of the server.</summary>
public sealed class GatewayServerProxy
{
    /// <summary>
    /// Whether the client, scheme, host and root path are those of <c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c> and <c>-Prefix</c>, when
    /// they come from <see cref="AllowIps"/>. Defaults to true, as uvicorn's <c>--proxy-headers</c>.
    /// </summary>
    public bool Headers { get; set; } = true;

    /// <summary>
    /// The proxies that are believed: addresses, networks (<c>10.0.0.0/8</c>), <c>unix:</c> for Unix sockets, <c>*</c> for all. Defaults to this
    /// machine, as uvicorn's <c>--forwarded-allow-ips</c>, and Unix sockets.
    /// </summary>
    /// <exception cref="FormatException">One is none of them.</exception>
    public IReadOnlyList<string> AllowIps
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _ = new TrustedProxies(value);
            field = value;
        }
    } = ["127.0.0.1", "::1", TrustedProxies.Unix];

    /// <summary>
    /// Whether every connection begins with a header of the PROXY protocol, version 1 or 2, from one of <see cref="AllowIps"/>. One without is
    /// closed. Defaults to false.
    /// </summary>
    public bool Protocol { get; set; }
}
