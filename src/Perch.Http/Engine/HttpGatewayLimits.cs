using Perch.Http.Parsing;

namespace Perch.Http;

/// <summary>Limits and time-outs of the raw path. A limit that is hit gives 414, 431, 413, 408 or 503, and the connection is closed.</summary>
public sealed class HttpGatewayLimits
{
    /// <summary>The longest request line, in bytes. Beyond: 414. Defaults to 8 KiB, as Kestrel's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxRequestLineSize { get; set => field = OptionValue.AtLeast(value, 1); } = 8 * 1024;

    /// <summary>The largest head, in bytes, request line included. Beyond: 431. Defaults to 32 KiB, as Kestrel's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or not less than 2 MiB.</exception>
    public int MaxRequestHeadersTotalSize { get; set => field = OptionValue.Between(value, 1, HeadLimits.HighestMaxHeadBytes); } = 32 * 1024;

    /// <summary>The most header fields. Beyond: 431. Defaults to 100, as Kestrel's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or not less than 2 MiB.</exception>
    public int MaxRequestHeaderCount { get; set => field = OptionValue.Between(value, 1, HeadLimits.HighestMaxHeadBytes); } = 100;

    /// <summary>The largest body, in bytes; null for no limit. Beyond: 413. Defaults to 30,000,000, as Kestrel's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public long? MaxRequestBodySize { get; set => field = OptionValue.AtLeast(value, 0); } = 30_000_000;

    /// <summary>The most bytes of chunk extensions in a body. Beyond: 413. Defaults to 8 KiB, as a request line.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int MaxChunkExtensionSize { get; set => field = OptionValue.AtLeast(value, 0); } = 8 * 1024;

    /// <summary>The largest trailer section, in bytes. Beyond: 431. Defaults to 8 KiB, as a request line.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public int MaxTrailerSize { get; set => field = OptionValue.AtLeast(value, 2); } = 8 * 1024;

    /// <summary>
    /// How much of a body that the app did not read is read and thrown away, in bytes, so that the connection can be kept, or the client
    /// get the answer before it is closed. Defaults to 64 KiB, as uvicorn's flow-control window.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int MaxDrainSize { get; set => field = OptionValue.AtLeast(value, 0); } = 64 * 1024;

    /// <summary>The most connections of an endpoint; null for no limit. Beyond: 503. Defaults to null, as Kestrel's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int? MaxConnections { get; set => field = OptionValue.AtLeast(value, 1); }

    /// <summary>How long a connection may wait for its next request. Defaults to 130 s, as Kestrel's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public TimeSpan KeepAliveTimeout { get; set => field = OptionValue.Positive(value); } = TimeSpan.FromSeconds(130);

    /// <summary>How long a head may take, from its first byte. Beyond: 408. Defaults to 30 s, as Kestrel's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public TimeSpan RequestHeadersTimeout { get; set => field = OptionValue.Positive(value); } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a TLS handshake may take on a bare listener; beyond, the connection is closed. Defaults to 10 s, as Kestrel's
    /// <c>HandshakeTimeout</c>, which holds behind <c>UseHttps</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or longer than a timer can wait (24 days).</exception>
    public TimeSpan TlsHandshakeTimeout { get; set => field = OptionValue.Timer(value); } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The slowest body that is waited for, in bytes a second, after <see cref="DataRateGracePeriod"/>; zero for any. Beyond: 408. Defaults
    /// to 240, as Kestrel's <c>MinRequestBodyDataRate</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public double MinRequestBodyDataRate { get; set => field = OptionValue.AtLeast(value, 0); } = 240;

    /// <summary>
    /// The slowest reader that is waited for, in bytes a second, after <see cref="DataRateGracePeriod"/>; zero for any. Beyond it the
    /// connection is aborted; so it is when all is written, and it does not take the end. Defaults to 240, as Kestrel's <c>MinResponseDataRate</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public double MinResponseDataRate { get; set => field = OptionValue.AtLeast(value, 0); } = 240;

    /// <summary>How long a body or a reader may be slower than its data rate. Defaults to 5 s, as Kestrel's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or longer than a timer can wait (24 days).</exception>
    public TimeSpan DataRateGracePeriod { get; set => field = OptionValue.Timer(value); } = TimeSpan.FromSeconds(5);
}
