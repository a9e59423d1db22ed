namespace Perch.Server;

/// <summary>The processes that share the port.</summary>
public sealed class GatewayServerProcesses
{
    /// <summary>
    /// How many processes serve. With more than one, this process starts the others with its own command line, and replaces those that end.
    /// SIGHUP replaces all, one at a time; SIGTTIN and SIGTTOU add one and take one away. Defaults to 1, as uvicorn's <c>--workers</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Workers { get; set => field = OptionValue.AtLeast(value, 1); } = 1;

    /// <summary>
    /// How long a worker may take to say that it lives; one that takes longer is killed and replaced. Defaults to 5 s, as uvicorn's
    /// <c>--timeout-worker-healthcheck</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public TimeSpan HealthCheckTimeout { get; set => field = OptionValue.Positive(value); } = TimeSpan.FromSeconds(5);

    /// <summary>The most memory of a worker (its resident set), in bytes; one that has more is replaced. Defaults to null: no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public long? MaxResidentSize { get; set => field = OptionValue.AtLeast(value, 1); }
}
