namespace Perch.Server;

/// <summary>The processes that share the port.</summary>
public sealed class GatewayServerProcesses
{
    private static readonly TimeSpan DefaultHealthCheckTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many processes serve. With more than one, this process starts the others with its own command line, and replaces those that end.
    /// SIGHUP replaces all, one at a time; SIGTTIN and SIGTTOU add one and take one away. Defaults to 1, as uvicorn's <c>--workers</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Workers { get; set => field = OptionValue.AtLeast(value, 1); } = 1;

    /// <summary>
    /// How long a worker may take to say that it lives; one that takes longer is killed and replaced. When it is set, a single worker is a
    /// process of its own as well. Defaults to 5 s, as uvicorn's <c>--timeout-worker-healthcheck</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public TimeSpan HealthCheckTimeout { get; set => field = OptionValue.Timer(value); } = DefaultHealthCheckTimeout;

    /// <summary>
    /// The most memory of a worker (its resident set), in bytes; one that has more is replaced. When it is set, a single worker is a process of
    /// its own as well. Defaults to null: no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public long? MaxResidentSize { get; set => field = OptionValue.AtLeast(value, 1); }

    /// <summary>Whether workers are to be watched in a way that somebody has asked for.</summary>
    internal bool IsWatched => MaxResidentSize is not null || HealthCheckTimeout != DefaultHealthCheckTimeout;

    /// <summary>The app has processes of its own, which these settings were for: the server is one.</summary>
    internal void LeaveToTheApp()
    {
        Workers = 1;
        HealthCheckTimeout = DefaultHealthCheckTimeout;
        MaxResidentSize = null;
    }
}
