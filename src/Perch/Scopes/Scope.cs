using System.Diagnostics.CodeAnalysis;

namespace Perch;

/// <summary>
/// What is known of a connection before its events: an <see cref="HttpScope"/>, <see cref="WebSocketScope"/>,
/// <see cref="LifespanScope"/> or <see cref="TcpScope"/>. Match it by pattern.
/// </summary>
/// <remarks>
/// A scope never changes. Middleware hands on a copy with changes: <c>new HttpScope(http) { Path = "/x" }</c>. A host's scope is
/// valid until the app's task ends, and may serve another request then; to keep one, <see cref="HttpScope.Detach"/> it.
/// </remarks>
public abstract class Scope
{
    private readonly ScopeSource _source;
    private IReadOnlyDictionary<string, object>? _extensions;
    private readonly Scope? _original;
    private IDictionary<string, object?>? _state;
    private CancellationToken? _disconnected;
    private int _generation;

    private protected Scope(ScopeSource source)
    {
        _source = source;
        _generation = source.Generation;
    }

    private protected Scope([NotNull] Scope? original)
    {
        ArgumentNullException.ThrowIfNull(original);
        _source = original._source;
        _generation = original._generation;
        _extensions = original._extensions;
        _original = original;
        _disconnected = original._disconnected;
    }

    /// <summary>The ASGI name of the kind of scope: <c>"http"</c>, <c>"websocket"</c>, <c>"lifespan"</c>, <c>"tcp"</c>.</summary>
    public abstract string Type { get; }

    /// <summary>The version of the ASGI specification: <c>"3.0"</c>.</summary>
    public string AsgiVersion { get; } = "3.0";

    /// <summary>The version of the specification of this kind of scope: <c>"2.5"</c> for HTTP and WebSocket.</summary>
    public abstract string SpecVersion { get; }

    /// <summary>
    /// The extensions that the host offers here, by name (see <see cref="ExtensionNames"/>). To ask for one, <see cref="Offers"/> is
    /// faster.
    /// </summary>
    public IReadOnlyDictionary<string, object> Extensions
    {
        get => _extensions ?? Source.Extensions;
        init => _extensions = value;
    }

    /// <summary>
    /// What the app keeps across requests: filled by its lifespan startup, each request gets a shallow copy of its own, which the
    /// copies of its scope share.
    /// </summary>
    public IDictionary<string, object?> State
    {
        get => _state ??= _original?.State ?? Source.State ?? new Dictionary<string, object?>();
        init => _state = value;
    }

    /// <summary><see cref="State"/> if there can be anything in it: else null, and none is made.</summary>
    internal IDictionary<string, object?>? StateIfAny => _state ?? _original?.StateIfAny ?? (Source.HasState ? State : null);

    /// <summary>Cancelled when the client leaves. The token is made when it is first asked for.</summary>
    public CancellationToken Disconnected
    {
        get => _disconnected ?? Source.Disconnected;
        init => _disconnected = value;
    }

    /// <summary>The host's values, of the request that this scope was made for.</summary>
    internal ScopeSource Source
    {
        get
        {
            if (_generation != _source.Generation)
            {
                ThrowStale();
            }

            return _source;
        }
    }

    /// <summary>Whether the host offers an extension, by its name (see <see cref="ExtensionNames"/>).</summary>
    public bool Offers(string extension) => _extensions is { } own
        ? own.ContainsKey(extension)
        : (Source.Offered & ExtensionNames.FlagOf(extension)) != 0;

    /// <summary>The known ones of the extensions that <see cref="Offers"/> tells of.</summary>
    internal OfferedExtensions Offered => _extensions is { } own ? ExtensionNames.FlagsOf(own) : Source.Offered;

    /// <summary>The type of the scope.</summary>
    public override string ToString() => Type;

    /// <summary>For the host that reuses this scope: it is that of the request that begins now.</summary>
    private protected void Renew()
    {
        _generation = _source.Generation;
        _state = null;
    }

    /// <summary>For the host that reuses this scope: its request has ended, and what was left in its state is not kept for the time between.</summary>
    internal void DropState() => _state = null;

    private void ThrowStale() => throw new ObjectDisposedException(
        GetType().Name, "The scope's request has ended: its values belong to the host again. Detach() the scope to keep it.");
}
