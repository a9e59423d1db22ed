namespace Perch.Http;

/// <summary>Limits, time-outs and compression of WebSockets, the same on every host. Binds from configuration.</summary>
public sealed class WebSocketGatewayOptions
{
    /// <summary>
    /// The largest message, in bytes, its fragments joined and inflated. A larger one closes with 1009 (RFC 6455 §7.4.1). Defaults to
    /// 16 MiB, as uvicorn's <c>--ws-max-size</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or more than an array can hold.</exception>
    public long MaxMessageSize { get; set => field = OptionValue.Between(value, 1, Array.MaxLength); } = 16 * 1024 * 1024;

    /// <summary>
    /// The most messages that are read ahead of an app that does not receive them; beyond it the client is made to wait. 1 MiB of them
    /// stops the reading as well. Defaults to 32, as uvicorn's <c>--ws-max-queue</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxQueue { get; set => field = OptionValue.AtLeast(value, 1); } = 32;

    /// <summary>How often a ping is sent (RFC 6455 §5.5.2); zero or infinite sends none. Defaults to 20 s, as uvicorn's <c>--ws-ping-interval</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not infinite.</exception>
    public TimeSpan PingInterval { get; set => field = Duration(value); } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long the client may be silent after a ping before the connection is closed with 1011; zero or infinite waits for ever. It is not
    /// counted while nothing is read because the app does not receive. Defaults to 20 s, as uvicorn's <c>--ws-ping-timeout</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not infinite.</exception>
    public TimeSpan PingTimeout { get; set => field = Duration(value); } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long the client may take to answer a close before the connection is cut (RFC 6455 §7.1.1). Defaults to 10 s, as
    /// <c>close_timeout</c> of the websockets library that uvicorn uses.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public TimeSpan CloseTimeout { get; set => field = OptionValue.Timer(value); } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether permessage-deflate (RFC 7692) is agreed to when the client offers it. Defaults to false, as in ASP.NET Core: compressing
    /// secrets together with what an attacker chooses leaks them by length (RFC 7692 §8), and each connection keeps two windows.
    /// </summary>
    public bool PerMessageDeflate { get; set; }

    /// <summary>
    /// Whether windows are kept from one message to the next (RFC 7692 §7.1.1): better compression, and about 300 KB for each connection
    /// that uses it. Without, no context is kept in either direction. Defaults to true, as in the RFC.
    /// </summary>
    public bool DeflateContextTakeover { get; set; } = true;

    /// <summary>How hard to compress, 0 (stored) to 9 (smallest). Defaults to 6, as zlib.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 to 9.</exception>
    public int DeflateLevel { get; set => field = OptionValue.Between(value, 0, 9); } = 6;

    /// <summary>
    /// The largest window to compress with, as a power of two: <c>server_max_window_bits</c> (RFC 7692 §7.1.2.1). The client may ask for
    /// less. Defaults to 15, 32 KiB, the RFC's largest.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 8 to 15.</exception>
    public int DeflateWindowBits { get; set => field = OptionValue.Between(value, 8, 15); } = 15;

    /// <summary>
    /// The smallest message that is compressed, in bytes: smaller ones hardly shrink (RFC 7692 §6 lets each message go either way).
    /// Defaults to 1024, as <c>threshold</c> of Node's ws.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int DeflateThreshold { get; set => field = OptionValue.Between(value, 0, int.MaxValue); } = 1024;

    private static TimeSpan Duration(TimeSpan value) => value == Timeout.InfiniteTimeSpan ? value : OptionValue.TimerOrZero(value);
}
