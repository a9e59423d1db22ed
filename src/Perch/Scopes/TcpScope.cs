using System.Diagnostics.CodeAnalysis;

namespace Perch;

/// <summary>
/// The scope of a raw byte connection: <c>tcp</c>, Perch's own. The events are <see cref="TcpReceive"/>, <see cref="TcpDisconnect"/>,
/// <see cref="TcpSend"/> and <see cref="TcpClose"/>.
/// </summary>
public sealed class TcpScope : Scope
{
    private readonly ScopeAddress? _client;
    private readonly ScopeAddress? _server;
    private readonly bool _hasClient;
    private readonly bool _hasServer;

    /// <summary>Creates a scope of your own, for a test or to call another app.</summary>
    public TcpScope() : base(ScopeSource.Defaults) { }

    /// <summary>Creates a copy, to be handed on with changes.</summary>
    public TcpScope(TcpScope original) : base(original)
    {
        _client = original._client;
        _server = original._server;
        _hasClient = original._hasClient;
        _hasServer = original._hasServer;
    }

    internal TcpScope(ScopeSource source) : base(source) { }

    /// <inheritdoc/>
    public override string Type => "tcp";

    /// <inheritdoc/>
    public override string SpecVersion => "1.0";

    /// <summary>The peer's address, or null if the host does not know it.</summary>
    public ScopeAddress? Client
    {
        get => _hasClient ? _client : Source.Client;
        init
        {
            _client = value;
            _hasClient = true;
        }
    }

    /// <summary>The address that the server listens on, or null if the host does not know it.</summary>
    public ScopeAddress? Server
    {
        get => _hasServer ? _server : Source.Server;
        init
        {
            _server = value;
            _hasServer = true;
        }
    }

    /// <summary>The TLS connection, or null without TLS: the extension <c>tls</c>.</summary>
    public TlsInfo? Tls => Offers(ExtensionNames.Tls) ? Extensions.GetValueOrDefault(ExtensionNames.Tls) as TlsInfo : null;
}
