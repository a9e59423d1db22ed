namespace Perch.Server;

/// <summary>Where the server listens. Several kinds may be given at once.</summary>
public sealed class GatewayServerBinding
{
    /// <summary>Where a server listens that is told nothing.</summary>
    private static readonly IReadOnlyList<string> DefaultHosts = ["127.0.0.1"];

    /// <summary>
    /// The addresses to listen on: IPv4, IPv6 (<c>::</c> takes IPv4 as well), or names, each for all of its addresses. Defaults to
    /// <c>127.0.0.1</c>, as uvicorn's <c>--host</c>; to none if there is a Unix socket or a file descriptor.
    /// </summary>
    /// <exception cref="ArgumentException">One is empty.</exception>
    public IReadOnlyList<string> Hosts { get; set => field = NoneEmpty(value); } = DefaultHosts;

    /// <summary>The port, the same on all hosts; 0 picks one that is free. Defaults to 8000, as uvicorn's <c>--port</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 0, or more than 65535.</exception>
    public int Port { get; set => field = OptionValue.Between(value, 0, 65535); } = 8000;

    /// <summary>
    /// Unix sockets to listen on, by their paths. A socket that nobody listens on any more is replaced. Defaults to none, as uvicorn's
    /// <c>--uds</c>.
    /// </summary>
    /// <exception cref="ArgumentException">One is empty.</exception>
    public IReadOnlyList<string> UnixSockets { get; set => field = NoneEmpty(value); } = [];

    /// <summary>Who may connect to the Unix sockets, as a file's mode. Defaults to 0600: the user alone.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has other bits than those of 0777.</exception>
    public UnixFileMode UnixSocketMode
    {
        get;
        set => field = (UnixFileMode)OptionValue.Between((int)value, 0, 0x1FF);
    } = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Sockets that the process was started with, by their file descriptors. Those of systemd's socket activation are taken without being
    /// named. Defaults to none, as uvicorn's <c>--fd</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">One is less than 0.</exception>
    public IReadOnlyList<int> FileDescriptors
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (int descriptor in value)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(descriptor, nameof(value));
            }

            field = value;
        }
    } = [];

    /// <summary>How many connections may wait to be accepted. Defaults to 2048, as uvicorn's <c>--backlog</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Backlog { get; set => field = OptionValue.AtLeast(value, 1); } = 2048;

    /// <summary>
    /// What serves the sockets, whichever HTTP stack is above them. Defaults to <see cref="GatewayTransport.Auto"/>, as uvicorn's <c>--loop</c>
    /// takes uvloop where it is.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no value of the enum.</exception>
    public GatewayTransport Transport { get; set => field = OptionValue.Defined(value); } = GatewayTransport.Auto;

    /// <summary>
    /// The event loops that serve the connections, where <see cref="Transport"/> has them; null for one for each processor, at most 16. Defaults to
    /// null; in the <c>perch</c> command beside a Python app's workers to those that the workers leave, and to half of the processors at least.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or more than 1024.</exception>
    public int? EventLoops { get; set => field = value is { } count ? OptionValue.Between(count, 1, 1024) : null; }

    /// <summary>Whether somebody has said which hosts.</summary>
    internal bool HasOwnHosts => Hosts != DefaultHosts;

    private static IReadOnlyList<string> NoneEmpty(IReadOnlyList<string> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        foreach (string one in value)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(one, nameof(value));
        }

        return value;
    }
}
