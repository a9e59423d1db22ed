namespace Perch.Server;

/// <summary>Where the server listens.</summary>
public sealed class GatewayServerBinding
{
    private IReadOnlyList<string> _hosts = ["127.0.0.1"];
    private int _port = 8000;

    /// <summary>
    /// The addresses to listen on: IPv4, IPv6 (<c>::</c> takes IPv4 as well), or names, each for all of its addresses. Defaults to
    /// <c>127.0.0.1</c>, as uvicorn's <c>--host</c>.
    /// </summary>
    public IReadOnlyList<string> Hosts
    {
        get => _hosts;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (string host in value)
            {
                ArgumentException.ThrowIfNullOrWhiteSpace(host, nameof(value));
            }

            _hosts = value;
        }
    }

    /// <summary>The port, the same on all hosts; 0 picks one that is free. Defaults to 8000, as uvicorn's <c>--port</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 0, or more than 65535.</exception>
    public int Port
    {
        get => _port;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 65535);
            _port = value;
        }
    }
}
