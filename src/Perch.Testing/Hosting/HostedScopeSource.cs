namespace Perch.Testing.Hosting;

/// <summary>
/// Where the scope that an app gets has its values: a scope that was made up for it. It is never reused, and stale once the app has ended.
/// </summary>
internal sealed class HostedScopeSource : ScopeSource
{
    private readonly Scope _values;
    private readonly RequestScope? _request;
    private readonly CancellationToken _disconnected;
    private readonly Dictionary<string, object?>? _state;

    internal HostedScopeSource(Scope values, OfferedExtensions offered, CancellationToken disconnected)
    {
        _values = values;
        _request = values as RequestScope;
        _disconnected = disconnected;
        Offered = offered;
        if (values is not LifespanScope)
        {
            _state = new Dictionary<string, object?>(values.State);
        }

        // Names that are not Perch's own cannot be told by a flag; the scope that carries them answers for itself then.
        var extensions = new Dictionary<string, object>(ExtensionNames.ToDictionary(offered, Tls));
        foreach ((string name, object value) in values.Extensions)
        {
            if (ExtensionNames.FlagOf(name) == OfferedExtensions.None)
            {
                extensions[name] = value;
                HasForeign = true;
            }
        }

        Extensions = extensions;
    }

    internal override string HttpVersion => _request?.HttpVersion ?? base.HttpVersion;

    internal override string Method => (_values as HttpScope)?.Method ?? base.Method;

    internal override string? Scheme => _request?.Scheme;

    internal override string Path => _request?.Path ?? base.Path;

    internal override ReadOnlyMemory<byte> RawPath => _request?.RawPath ?? default;

    internal override ReadOnlyMemory<byte> QueryString => _request?.QueryString ?? default;

    internal override string RootPath => _request?.RootPath ?? base.RootPath;

    internal override HeaderList Headers => _request?.Headers ?? base.Headers;

    internal override ScopeAddress? Client => _request is not null ? _request.Client : (_values as TcpScope)?.Client;

    internal override ScopeAddress? Server => _request is not null ? _request.Server : (_values as TcpScope)?.Server;

    internal override OfferedExtensions Offered { get; }

    internal override IReadOnlyDictionary<string, object> Extensions { get; }

    internal override IDictionary<string, object?>? State => _state;

    internal override bool HasState => _state is not null;

    internal override IReadOnlyList<string> Subprotocols => (_values as WebSocketScope)?.Subprotocols ?? base.Subprotocols;

    internal override CancellationToken Disconnected => _disconnected;

    private bool HasForeign { get; }

    private TlsInfo? Tls => _values.Extensions.GetValueOrDefault(ExtensionNames.Tls) as TlsInfo;

    /// <summary>The scope for the app. A lifespan's is handed on as it is: its state is there to be filled.</summary>
    internal Scope ToScope() => _values switch
    {
        HttpScope => HasForeign ? new HttpScope(new HttpScope(this)) { Extensions = Extensions } : new HttpScope(this),
        WebSocketScope => HasForeign ? new WebSocketScope(new WebSocketScope(this)) { Extensions = Extensions } : new WebSocketScope(this),
        TcpScope => HasForeign ? new TcpScope(new TcpScope(this)) { Extensions = Extensions } : new TcpScope(this),
        _ => _values,
    };

    /// <summary>The app's task has ended.</summary>
    internal void End() => EndGeneration();
}
