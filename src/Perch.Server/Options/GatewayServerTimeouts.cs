namespace Perch.Server;

/// <summary>How long the server waits for what.</summary>
public sealed class GatewayServerTimeouts
{
    private TimeSpan _keepAlive = TimeSpan.FromSeconds(5);
    private TimeSpan _requestHead = TimeSpan.FromSeconds(30);
    private TimeSpan _rateGrace = TimeSpan.FromSeconds(5);
    private TimeSpan? _gracefulShutdown;

    /// <summary>How long a connection may wait for its next request. Defaults to 5 s, as uvicorn's <c>--timeout-keep-alive</c>.</summary>
    public TimeSpan KeepAlive
    {
        get => _keepAlive;
        set => _keepAlive = Positive(value);
    }

    /// <summary>How long a request head may take, from its first byte. Beyond: 408. Defaults to 30 s, as Kestrel's.</summary>
    public TimeSpan RequestHead
    {
        get => _requestHead;
        set => _requestHead = Positive(value);
    }

    /// <summary>How long a request body or a reader may be slower than its rate. Defaults to 5 s, as Kestrel's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not more than 1 s: time-outs are looked at once a second.</exception>
    public TimeSpan RateGrace
    {
        get => _rateGrace;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.FromSeconds(1));
            _rateGrace = value;
        }
    }

    /// <summary>
    /// How long a stop waits for what runs, before it ends it; null to wait for ever. Defaults to null, as uvicorn's
    /// <c>--timeout-graceful-shutdown</c>.
    /// </summary>
    public TimeSpan? GracefulShutdown
    {
        get => _gracefulShutdown;
        set => _gracefulShutdown = value is { } time ? Positive(time) : null;
    }

    private static TimeSpan Positive(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMilliseconds(int.MaxValue));
        return value;
    }
}
