namespace Perch.Server;

/// <summary>Limits on what clients can make grow.</summary>
public sealed class GatewayServerLimits
{
    private int? _concurrency;
    private int? _maxRequests;
    private int _maxRequestsJitter;
    private int _requestLine = 8 * 1024;
    private int _requestHead = 32 * 1024;
    private int _requestFields = 100;
    private long _requestBody = 30_000_000;
    private int _chunkExtensions = 8 * 1024;
    private double _requestBodyRate = 240;
    private double _responseRate = 240;

    /// <summary>
    /// The most requests and WebSockets at a time; null for no limit. Beyond: 503 at once. Defaults to null, as uvicorn's
    /// <c>--limit-concurrency</c>.
    /// </summary>
    public int? Concurrency
    {
        get => _concurrency;
        set => _concurrency = value is { } count ? AtLeast(count, 1) : null;
    }

    /// <summary>
    /// After how many requests the server stops, for whoever started it to start it again; null for never. Defaults to null, as uvicorn's
    /// <c>--limit-max-requests</c>.
    /// </summary>
    public int? MaxRequests
    {
        get => _maxRequests;
        set => _maxRequests = value is { } count ? AtLeast(count, 1) : null;
    }

    /// <summary>
    /// The most that is added to <see cref="MaxRequests"/>, picked at random: several servers do not stop at a time. Defaults to 0, as
    /// uvicorn's <c>--limit-max-requests-jitter</c>.
    /// </summary>
    public int MaxRequestsJitter
    {
        get => _maxRequestsJitter;
        set => _maxRequestsJitter = AtLeast(value, 0);
    }

    /// <summary>The longest request line, in bytes. Beyond: 414. Defaults to 8 KiB, as Kestrel's.</summary>
    public int RequestLine
    {
        get => _requestLine;
        set => _requestLine = AtLeast(value, 1);
    }

    /// <summary>The largest request head, in bytes, request line included. Beyond: 431. Defaults to 32 KiB, as Kestrel's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or more than 2 MiB.</exception>
    public int RequestHead
    {
        get => _requestHead;
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 2 * 1024 * 1024);
            _requestHead = AtLeast(value, 1);
        }
    }

    /// <summary>The most header fields of a request. Beyond: 431. Defaults to 100, as Kestrel's.</summary>
    public int RequestFields
    {
        get => _requestFields;
        set => _requestFields = AtLeast(value, 1);
    }

    /// <summary>The largest request body, in bytes; 0 for no limit. Beyond: 413. Defaults to 30,000,000, as Kestrel's.</summary>
    public long RequestBody
    {
        get => _requestBody;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _requestBody = value;
        }
    }

    /// <summary>The most bytes of chunk extensions in a request body. Beyond: 413. Defaults to 8 KiB. Kestrel's HTTP stack has no such limit.</summary>
    public int ChunkExtensions
    {
        get => _chunkExtensions;
        set => _chunkExtensions = AtLeast(value, 0);
    }

    /// <summary>
    /// The slowest request body that is waited for, in bytes a second, after <see cref="GatewayServerTimeouts.RateGrace"/>; 0 for any. Beyond:
    /// 408. Defaults to 240, as Kestrel's.
    /// </summary>
    public double RequestBodyRate
    {
        get => _requestBodyRate;
        set => _requestBodyRate = NotNegative(value);
    }

    /// <summary>
    /// The slowest reader of a response that is waited for, in bytes a second, after <see cref="GatewayServerTimeouts.RateGrace"/>; 0 for any.
    /// Beyond it the connection is aborted. Defaults to 240, as Kestrel's.
    /// </summary>
    public double ResponseRate
    {
        get => _responseRate;
        set => _responseRate = NotNegative(value);
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
}
