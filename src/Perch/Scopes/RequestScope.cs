using System.Diagnostics.CodeAnalysis;

namespace Perch;

/// <summary>What HTTP and WebSocket scopes have in common: the request they began with.</summary>
public abstract class RequestScope : Scope
{
    private readonly string? _httpVersion;
    private readonly string? _scheme;
    private readonly string? _path;
    private readonly ReadOnlyMemory<byte>? _rawPath;
    private readonly ReadOnlyMemory<byte>? _queryString;
    private readonly string? _rootPath;
    private readonly HeaderList? _headers;
    private readonly ScopeAddress? _client;
    private readonly ScopeAddress? _server;
    private readonly bool _hasClient;
    private readonly bool _hasServer;

    private protected RequestScope(ScopeSource source) : base(source) { }

    private protected RequestScope([NotNull] RequestScope? original) : base(original)
    {
        _httpVersion = original._httpVersion;
        _scheme = original._scheme;
        _path = original._path;
        _rawPath = original._rawPath;
        _queryString = original._queryString;
        _rootPath = original._rootPath;
        _headers = original._headers;
        _client = original._client;
        _server = original._server;
        _hasClient = original._hasClient;
        _hasServer = original._hasServer;
    }

    /// <inheritdoc/>
    public override string SpecVersion => "2.5";

    /// <summary><c>"1.0"</c>, <c>"1.1"</c>, <c>"2"</c> or <c>"3"</c>. Defaults to <c>"1.1"</c>.</summary>
    public string HttpVersion
    {
        get => _httpVersion ?? Source.HttpVersion;
        init => _httpVersion = value;
    }

    /// <summary>The scheme of the URL: <c>http</c>, <c>https</c>, <c>ws</c> or <c>wss</c>. Defaults to the one without TLS, as in ASGI.</summary>
    public string Scheme
    {
        get => _scheme ?? Source.Scheme ?? DefaultScheme;
        init => _scheme = value;
    }

    /// <summary>
    /// The path, percent-decoded, as UTF-8; it includes <see cref="RootPath"/>. In an ASP.NET Core host it is the host's
    /// <c>PathBase + Path</c>, so that guards in front of the app judge the same path. Defaults to <c>"/"</c>.
    /// </summary>
    public string Path
    {
        get => _path ?? Source.Path;
        init => _path = value;
    }

    /// <summary>The path as it came, without the query string, not decoded.</summary>
    public ReadOnlyMemory<byte> RawPath
    {
        get => _rawPath ?? Source.RawPath;
        init => _rawPath = value;
    }

    /// <summary>What follows the <c>?</c>, not decoded; empty if there is nothing.</summary>
    public ReadOnlyMemory<byte> QueryString
    {
        get => _queryString ?? Source.QueryString;
        init => _queryString = value;
    }

    /// <summary>Where the app is mounted, as WSGI's <c>SCRIPT_NAME</c>: a prefix of <see cref="Path"/>, without a slash at its end. Defaults to <c>""</c>.</summary>
    public string RootPath
    {
        get => _rootPath ?? Source.RootPath;
        init => _rootPath = value;
    }

    /// <summary>The headers, names in lower case, values of one name in the order of the request.</summary>
    public HeaderList Headers
    {
        get => _headers ?? Source.Headers;
        init => _headers = value;
    }

    /// <summary>The client's address, or null if the host does not know it.</summary>
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

    /// <summary>
    /// The path below <see cref="RootPath"/>: what an app routes by. <c>"/gw/a"</c> mounted at <c>"/gw"</c> gives <c>"/a"</c>, and <c>"/gw"</c> gives <c>""</c>.
    /// </summary>
    public string RoutePath
    {
        get
        {
            string path = Path;
            string root = RootPath;
            return root.Length > 0 && path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || path[root.Length] == '/')
                ? path[root.Length..]
                : path;
        }
    }

    private protected abstract string DefaultScheme { get; }
}
