using Microsoft.Extensions.Logging;

namespace Perch.Python;

/// <summary>How a Python app is found and run. Binds from configuration.</summary>
public sealed class PythonAppOptions
{
    /// <summary>The number of worker processes. Defaults to 1, as uvicorn's <c>--workers</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Workers { get; set => field = OptionValue.AtLeast(value, 1); } = 1;

    /// <summary>
    /// The interpreter: a path, or a name to be found on the <c>PATH</c>. Defaults to null: that of <c>VIRTUAL_ENV</c>, of <c>.venv</c> in the app's
    /// or the working directory, or the first <c>python3</c> or <c>python</c> on the <c>PATH</c>. It must be 3.8 or newer.
    /// </summary>
    public string? Python { get; set; }

    /// <summary>
    /// Where the app's module is looked for first; relative to the working directory. Defaults to null: the working directory, as uvicorn's
    /// <c>--app-dir</c>.
    /// </summary>
    public string? AppDirectory { get; set; }

    /// <summary>
    /// A file of <c>NAME=value</c> lines for the workers' environment; a variable that is set already keeps its value. Defaults to null: none, as
    /// uvicorn's <c>--env-file</c>.
    /// </summary>
    public string? EnvFile { get; set; }

    /// <summary>Whether the target is a function that makes the app. Defaults to false, as uvicorn's <c>--factory</c>.</summary>
    public bool Factory { get; set; }

    /// <summary>How the app is called. Defaults to <see cref="PythonInterface.Auto"/>, as uvicorn's <c>--interface</c>, which does not detect WSGI.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no value of the enum.</exception>
    public PythonInterface Interface { get; set => field = OptionValue.Defined(value); }

    /// <summary>The event loop. Defaults to <see cref="PythonLoop.Auto"/>, as uvicorn's <c>--loop</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no value of the enum.</exception>
    public PythonLoop Loop { get; set => field = OptionValue.Defined(value); }

    /// <summary>
    /// Whether the app's lifespan is run, by each worker for itself. Defaults to <see cref="LifespanMode.Auto"/>, as uvicorn's <c>--lifespan</c>; an
    /// app that fails after it has received <c>lifespan.startup</c> stops the start, though.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no value of the enum.</exception>
    public LifespanMode Lifespan { get; set => field = OptionValue.Defined(value); }

    /// <summary>The threads of a worker that run WSGI requests. Defaults to 10, as a2wsgi.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Threads { get; set => field = OptionValue.AtLeast(value, 1); } = 10;

    /// <summary>
    /// After how many requests a worker is replaced; those that it has then are let end. Defaults to null: never, as uvicorn's
    /// <c>--limit-max-requests</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int? LimitMaxRequests { get; set => field = OptionValue.AtLeast(value, 1); }

    /// <summary>
    /// How many requests at most are added, by chance, to <see cref="LimitMaxRequests"/> for each worker, so that not all are replaced at
    /// once. Defaults to 0, as uvicorn's <c>--limit-max-requests-jitter</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int LimitMaxRequestsJitter { get; set => field = OptionValue.AtLeast(value, 0); }

    /// <summary>
    /// The memory of a worker, in bytes of its resident set, above which it is replaced: a new one is started, then the old one gets no more
    /// requests, and what it still has after <see cref="DrainTimeout"/> fails. Looked at twice a second. Defaults to null: no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public long? WorkersMaxRss { get; set => field = OptionValue.AtLeast(value, 1); }

    /// <summary>
    /// How long a worker's event loop may stand still before the worker is killed and replaced. Defaults to 5 s, as uvicorn's
    /// <c>--timeout-worker-healthcheck</c>. An app that blocks its loop for longer is to raise it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public TimeSpan HealthTimeout { get; set => field = OptionValue.Timer(value); } = TimeSpan.FromSeconds(5);

    /// <summary>How long the requests of a worker that is replaced or stopped may take to end. Defaults to 30 s, as gunicorn's <c>--graceful-timeout</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan DrainTimeout { get; set => field = OptionValue.TimerOrZero(value); } = TimeSpan.FromSeconds(30);

    /// <summary>How long the app's lifespan shutdown, and the end of the process, may take before it is killed. Defaults to 10 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public TimeSpan StopTimeout { get; set => field = OptionValue.Timer(value); } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a request waits while no worker runs, because the last one has died and the next one is being started; 503 then. Defaults to 10 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan QueueTimeout { get; set => field = OptionValue.TimerOrZero(value); } = TimeSpan.FromSeconds(10);

    /// <summary>Further variables for the workers' environment; they win over those of the host. Empty by default.</summary>
    public IDictionary<string, string> Environment { get; } = new Dictionary<string, string>();

    /// <summary>
    /// Where the workers' output and what becomes of them is logged. Defaults to null: to the log of the host that the app is mounted in, or
    /// to standard error where there is none.
    /// </summary>
    public ILoggerFactory? Loggers { get; set; }
}
