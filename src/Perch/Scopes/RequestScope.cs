using System.Diagnostics.CodeAnalysis;

namespace Perch;

/// <summary>What HTTP and WebSocket scopes have in common: the request they began with.</summary>
public abstract class RequestScope : Scope
{
    // Nearly every scope is its host's as it is, and a WebSocket keeps it for as long as it is open.
    private RequestChanges? _changes;

    private protected RequestScope(ScopeSource source) : base(source) { }

    private protected RequestScope([NotNull] RequestScope? original) : base(original)
    {
        _changes = original._changes is { } changes ? changes with { } : null;
    }

    /// <inheritdoc/>
    public override string SpecVersion => "2.5";

    /// <summary><c>"1.0"</c>, <c>"1.1"</c>, <c>"2"</c> or <c>"3"</c>. Defaults to <c>"1.1"</c>.</summary>
    public string HttpVersion
    {
        get => _changes?.HttpVersion ?? Source.HttpVersion;
        init => Changes.HttpVersion = value;
    }

    /// <summary>The scheme of the URL: <c>http</c>, <c>https</c>, <c>ws</c> or <c>wss</c>. Defaults to the one without TLS, as in ASGI.</summary>
    public string Scheme
    {
        get => _changes?.Scheme ?? Source.Scheme ?? DefaultScheme;
        init => Changes.Scheme = value;
    }

    /// <summary>
    /// The path, percent-decoded, as UTF-8; it includes <see cref="RootPath"/>. In an ASP.NET Core host it is the host's
    /// <c>PathBase + Path</c>, so that guards in front of the app judge the same path. Defaults to <c>"/"</c>.
    /// </summary>
    public string Path
    {
        get => _changes?.Path ?? Source.Path;
        init => Changes.Path = value;
    }

    /// <summary>The path as it came, without the query string, not decoded.</summary>
    public ReadOnlyMemory<byte> RawPath
    {
        get => _changes?.RawPath ?? Source.RawPath;
        init => Changes.RawPath = value;
    }

    /// <summary>What follows the <c>?</c>, not decoded; empty if there is nothing.</summary>
    public ReadOnlyMemory<byte> QueryString
    {
        get => _changes?.QueryString ?? Source.QueryString;
        init => Changes.QueryString = value;
    }

    /// <summary>Where the app is mounted, as WSGI's <c>SCRIPT_NAME</c>: a prefix of <see cref="Path"/>, without a slash at its end. Defaults to <c>""</c>.</summary>
    public string RootPath
    {
        get => _changes?.RootPath ?? Source.RootPath;
        init => Changes.RootPath = value;
    }

    /// <summary>The headers, names in lower case, values of one name in the order of the request.</summary>
    public HeaderList Headers
    {
        get => _changes?.Headers ?? Source.Headers;
        init => Changes.Headers = value;
    }

    /// <summary>The client's address, or null if the host does not know it.</summary>
    public ScopeAddress? Client
    {
        get => _changes is { HasClient: true } changes ? changes.Client : Source.Client;
        init
        {
            Changes.Client = value;
            Changes.HasClient = true;
        }
    }

    /// <summary>The address that the server listens on, or null if the host does not know it.</summary>
    public ScopeAddress? Server
    {
        get => _changes is { HasServer: true } changes ? changes.Server : Source.Server;
        init
        {
            Changes.Server = value;
            Changes.HasServer = true;
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

    private RequestChanges Changes => _changes ??= new RequestChanges();
}
