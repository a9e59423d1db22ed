namespace Perch.AspNetCore;

/// <summary>Limits and time-outs of WebSockets.</summary>
public sealed class GatewayWebSocketOptions
{
    private long _maxMessageSize = 16 * 1024 * 1024;
    private TimeSpan _pingInterval = TimeSpan.FromSeconds(20);
    private TimeSpan _pingTimeout = TimeSpan.FromSeconds(20);
    private TimeSpan _closeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The largest message, in bytes, its fragments joined and inflated. A larger one closes with 1009. Defaults to 16 MiB, as uvicorn's
    /// <c>--ws-max-size</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or more than an array can hold.</exception>
    public long MaxMessageSize
    {
        get => _maxMessageSize;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Array.MaxLength);
            _maxMessageSize = value;
        }
    }

    /// <summary>
    /// How long a connection may be silent before a ping is sent; zero sends none. Defaults to 20 s, as uvicorn's <c>--ws-ping-interval</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan PingInterval
    {
        get => _pingInterval;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            _pingInterval = value;
        }
    }

    /// <summary>
    /// How long the answer to a ping may take before the connection is closed. Defaults to 20 s, as uvicorn's <c>--ws-ping-timeout</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public TimeSpan PingTimeout
    {
        get => _pingTimeout;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            _pingTimeout = value;
        }
    }

    /// <summary>
    /// How long the client may take to answer a close before the connection is cut (RFC 6455 §7.1.1). Defaults to 10 s, as the
    /// websockets library that uvicorn uses.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public TimeSpan CloseTimeout
    {
        get => _closeTimeout;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            _closeTimeout = value;
        }
    }

    /// <summary>
    /// Whether permessage-deflate (RFC 7692) is accepted when the client offers it. Defaults to false, as in ASP.NET Core: compressing
    /// secrets together with what an attacker chooses leaks them by length, and each connection keeps a window.
    /// </summary>
    public bool PerMessageDeflate { get; set; }
}
