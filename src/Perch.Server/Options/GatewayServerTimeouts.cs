namespace Perch.Server;

/// <summary>How long the server waits for what.</summary>
public sealed class GatewayServerTimeouts
{
    /// <summary>How long a connection may wait for its next request. Defaults to 5 s, as uvicorn's <c>--timeout-keep-alive</c>.</summary>
    public TimeSpan KeepAlive { get; set => field = OptionValue.Timer(value); } = TimeSpan.FromSeconds(5);

    /// <summary>How long a request head may take, from its first byte. Beyond: 408. Defaults to 30 s, as Kestrel's.</summary>
    public TimeSpan RequestHead { get; set => field = OptionValue.Timer(value); } = TimeSpan.FromSeconds(30);

    /// <summary>How long a request body or a reader may be slower than its rate. Defaults to 5 s, as Kestrel's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not more than 1 s: time-outs are looked at once a second.</exception>
    public TimeSpan RateGrace
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.FromSeconds(1));
            field = value;
        }
    } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a stop waits for what runs, before it ends it; null to wait for ever. Defaults to null, as uvicorn's
    /// <c>--timeout-graceful-shutdown</c>.
    /// </summary>
    public TimeSpan? GracefulShutdown { get; set => field = value is { } time ? OptionValue.Timer(time) : null; }
}
