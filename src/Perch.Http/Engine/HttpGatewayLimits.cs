using Perch.Http.Parsing;

namespace Perch.Http;

/// <summary>Limits and time-outs of the raw path. A limit that is hit gives 414, 431, 413, 408 or 503, and the connection is closed.</summary>
public sealed class HttpGatewayLimits
{
    private int _maxRequestLineSize = 8 * 1024;
    private int _maxRequestHeadersTotalSize = 32 * 1024;
    private int _maxRequestHeaderCount = 100;
    private long? _maxRequestBodySize = 30_000_000;
    private int _maxChunkExtensionSize = 8 * 1024;
    private int _maxTrailerSize = 8 * 1024;
    private int _maxDrainSize = 64 * 1024;
    private int? _maxConnections;
    private TimeSpan _keepAliveTimeout = TimeSpan.FromSeconds(130);
    private TimeSpan _requestHeadersTimeout = TimeSpan.FromSeconds(30);
    private TimeSpan _dataRateGracePeriod = TimeSpan.FromSeconds(5);
    private TimeSpan _tlsHandshakeTimeout = TimeSpan.FromSeconds(10);
    private double _minRequestBodyDataRate = 240;
    private double _minResponseDataRate = 240;

    /// <summary>The longest request line, in bytes. Beyond: 414. Defaults to 8 KiB, as Kestrel's.</summary>
    public int MaxRequestLineSize
    {
        get => _maxRequestLineSize;
        set => _maxRequestLineSize = AtLeast(value, 1);
    }

    /// <summary>The largest head, in bytes, request line included. Beyond: 431. Defaults to 32 KiB, as Kestrel's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or more than 2 MiB.</exception>
    public int MaxRequestHeadersTotalSize
    {
        get => _maxRequestHeadersTotalSize;
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, HeadLimits.HighestMaxHeadBytes);
            _maxRequestHeadersTotalSize = AtLeast(value, 1);
        }
    }

    /// <summary>The most header fields. Beyond: 431. Defaults to 100, as Kestrel's.</summary>
    public int MaxRequestHeaderCount
    {
        get => _maxRequestHeaderCount;
        set => _maxRequestHeaderCount = AtLeast(value, 1);
    }

    /// <summary>The largest body, in bytes; null for no limit. Beyond: 413. Defaults to 30,000,000, as Kestrel's.</summary>
    public long? MaxRequestBodySize
    {
        get => _maxRequestBodySize;
        set
        {
            if (value is { } bytes)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(bytes);
            }

            _maxRequestBodySize = value;
        }
    }

    /// <summary>The most bytes of chunk extensions in a body. Beyond: 413. Defaults to 8 KiB, as a request line.</summary>
    public int MaxChunkExtensionSize
    {
        get => _maxChunkExtensionSize;
        set => _maxChunkExtensionSize = AtLeast(value, 0);
    }

    /// <summary>The largest trailer section, in bytes. Beyond: 431. Defaults to 8 KiB, as a request line.</summary>
    public int MaxTrailerSize
    {
        get => _maxTrailerSize;
        set => _maxTrailerSize = AtLeast(value, 2);
    }

    /// <summary>
    /// How much of a body that the app did not read is read and thrown away, in bytes, so that the connection can be kept, or the client
    /// get the answer before it is closed. Defaults to 64 KiB, as uvicorn's flow-control window.
    /// </summary>
    public int MaxDrainSize
    {
        get => _maxDrainSize;
        set => _maxDrainSize = AtLeast(value, 0);
    }

    /// <summary>The most connections of an endpoint; null for no limit. Beyond: 503. Defaults to null, as Kestrel's.</summary>
    public int? MaxConnections
    {
        get => _maxConnections;
        set => _maxConnections = value is { } count ? AtLeast(count, 1) : null;
    }

    /// <summary>How long a connection may wait for its next request. Defaults to 130 s, as Kestrel's.</summary>
    public TimeSpan KeepAliveTimeout
    {
        get => _keepAliveTimeout;
        set => _keepAliveTimeout = Positive(value);
    }

    /// <summary>How long a head may take, from its first byte. Beyond: 408. Defaults to 30 s, as Kestrel's.</summary>
    public TimeSpan RequestHeadersTimeout
    {
        get => _requestHeadersTimeout;
        set => _requestHeadersTimeout = Positive(value);
    }

    /// <summary>
    /// How long a TLS handshake may take on a bare listener; beyond, the connection is closed. Defaults to 10 s, as Kestrel's
    /// <c>HandshakeTimeout</c>, which holds behind <c>UseHttps</c>.
    /// </summary>
    public TimeSpan TlsHandshakeTimeout
    {
        get => _tlsHandshakeTimeout;
        set => _tlsHandshakeTimeout = Positive(value);
    }

    /// <summary>
    /// The slowest body that is waited for, in bytes a second, after <see cref="DataRateGracePeriod"/>; zero for any. Beyond: 408. Defaults
    /// to 240, as Kestrel's <c>MinRequestBodyDataRate</c>.
    /// </summary>
    public double MinRequestBodyDataRate
    {
        get => _minRequestBodyDataRate;
        set => _minRequestBodyDataRate = NotNegative(value);
    }

    /// <summary>
    /// The slowest reader that is waited for, in bytes a second, after <see cref="DataRateGracePeriod"/>; zero for any. Beyond it the
    /// connection is aborted; so it is when all is written, and it does not take the end. Defaults to 240, as Kestrel's <c>MinResponseDataRate</c>.
    /// </summary>
    public double MinResponseDataRate
    {
        get => _minResponseDataRate;
        set => _minResponseDataRate = NotNegative(value);
    }

    /// <summary>How long a body or a reader may be slower than its data rate. Defaults to 5 s, as Kestrel's.</summary>
    public TimeSpan DataRateGracePeriod
    {
        get => _dataRateGracePeriod;
        set => _dataRateGracePeriod = Positive(value);
    }

    private static int AtLeast(int value, int least)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        return value;
    }

    private static double NotNegative(double value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return value;
    }

    private static TimeSpan Positive(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        return value;
    }
}
