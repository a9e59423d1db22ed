namespace Perch.Server;

/// <summary>The processes that share the port.</summary>
public sealed class GatewayServerProcesses
{
    private int _workers = 1;
    private TimeSpan _healthCheckTimeout = TimeSpan.FromSeconds(5);
    private long? _maxResidentSize;

    /// <summary>
    /// How many processes serve. With more than one, this process starts the others with its own command line, and replaces those that end.
    /// SIGHUP replaces all, one at a time; SIGTTIN and SIGTTOU add one and take one away. Defaults to 1, as uvicorn's <c>--workers</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Workers
    {
        get => _workers;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _workers = value;
        }
    }

    /// <summary>
    /// How long a worker may take to say that it lives; one that takes longer is killed and replaced. Defaults to 5 s, as uvicorn's
    /// <c>--timeout-worker-healthcheck</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public TimeSpan HealthCheckTimeout
    {
        get => _healthCheckTimeout;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            _healthCheckTimeout = value;
        }
    }

    /// <summary>The most memory of a worker (its resident set), in bytes; one that has more is replaced. Defaults to null: no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public long? MaxResidentSize
    {
        get => _maxResidentSize;
        set
        {
            if (value is { } bytes)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
            }

            _maxResidentSize = value;
        }
    }
}
