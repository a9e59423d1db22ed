namespace Perch.Testing;

/// <summary>How an app is driven in memory. Every part of the driver takes the same options; each says which parts heed it.</summary>
public sealed class GatewayTestOptions
{
    /// <summary>
    /// How long the app may leave a test waiting: for its next message, the head of its response, each part of the body, its answer to
    /// a handshake, its end. Then a <see cref="TimeoutException"/> says what was awaited. <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> is for
    /// a debugger. Defaults to 5 s: asgiref's <c>ApplicationCommunicator</c> has 1 s, which a busy build machine can need for nothing.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive and not infinite.</exception>
    public TimeSpan Timeout
    {
        get;
        set
        {
            if (value != System.Threading.Timeout.InfiniteTimeSpan)
            {
                ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            }

            field = value;
        }
    } = TimeSpan.FromSeconds(5);

    /// <summary>The clock of all time-outs. Defaults to <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = TimeProvider.System;

    /// <summary>
    /// Of an HTTP client: whether what the app throws before its response can be seen comes out of the client's call, instead of a 500.
    /// Defaults to true, as <c>raise_server_exceptions</c> of Starlette's <c>TestClient</c>.
    /// </summary>
    public bool RaiseAppExceptions { get; set; } = true;

    /// <summary>
    /// Where the app is mounted: the scope's <c>root_path</c>, and a prefix of the paths that are asked for. Defaults to <c>""</c>, as in ASGI.
    /// </summary>
    /// <exception cref="ArgumentException">It does not begin with a slash, or it ends with one.</exception>
    public string RootPath { get; set => field = OptionValue.RootPath(value); } = "";

    /// <summary>The client's address in the scope. Defaults to <c>("testclient", 50000)</c>, as Starlette's <c>TestClient</c>.</summary>
    public ScopeAddress? Client { get; set; } = new("testclient", 50000);

    /// <summary>What is offered in the scope as the TLS connection, the extension <c>tls</c>. Defaults to null: not offered.</summary>
    public TlsInfo? Tls { get; set; }

    /// <summary>
    /// The extensions to offer, by name (see <see cref="ExtensionNames"/>): fewer of them test what an app does without. Defaults to
    /// null: all that the kind of scope has, <c>http.response.debug</c> among them.
    /// </summary>
    public IReadOnlyCollection<string>? Extensions { get; set; }

    /// <summary>
    /// The state that the app's lifespan left (<see cref="LifespanManager.State"/>); each request gets a shallow copy (ASGI Lifespan 2.0,
    /// "Lifespan State"). Defaults to null: each begins with an empty one.
    /// </summary>
    public IDictionary<string, object?>? State { get; set; }

    /// <summary>
    /// Of an HTTP client: the bytes of a body, in either direction, that may wait for the other side; whoever sends more waits. Defaults to
    /// 65,536, as Kestrel's <c>MaxResponseBufferSize</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int BufferSize { get; set => field = OptionValue.AtLeast(value, 1); } = 64 * 1024;

    /// <summary>
    /// Of a WebSocket client: how many messages of the app may wait for the client, before the app's <c>send</c> does. Defaults to 256:
    /// more than a test leaves unread on purpose, and about what a socket's buffers hold.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxQueuedMessages { get; set => field = OptionValue.AtLeast(value, 1); } = 256;

    /// <summary>
    /// Of an HTTP client: called with the values of the link fields of each early hint (RFC 8297), before the response. Defaults to null;
    /// <see cref="GatewayExchange.EarlyHints"/> keeps them in any case.
    /// </summary>
    public Action<HttpRequestMessage, IReadOnlyList<string>>? OnEarlyHint { get; set; }

    /// <summary>A copy that has a state, if these have none: the caller's options are the caller's.</summary>
    internal GatewayTestOptions WithState(IDictionary<string, object?> state)
    {
        var copy = (GatewayTestOptions)MemberwiseClone();
        copy.State ??= state;
        return copy;
    }
}
