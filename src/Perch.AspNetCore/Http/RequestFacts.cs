using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Perch.Http.Connections;

namespace Perch.AspNetCore.Http;

/// <summary>What a scope tells of a request, from the features of the host's server, when it is asked for.</summary>
internal abstract class RequestFacts : ScopeSource
{
    private readonly RequestBytes _bytes = new();
    private readonly RequestHeaders _headers;
    private string? _path;
    private string? _rootPath;
    private ReadOnlyMemory<byte>? _rawPath;
    private ReadOnlyMemory<byte>? _queryString;
    private IHttpRequestLifetimeFeature? _lifetime;
    private AddressText _client;
    private AddressText _server;
    private TlsInfo? _tls;
    private bool _tlsKnown;

    private protected RequestFacts(GatewayMount mount)
    {
        Mount = mount;
        _headers = new RequestHeaders(_bytes, mount.Host.HeaderEncodings);
    }

    internal GatewayMount Mount { get; }

    internal IFeatureCollection Features { get; private set; } = null!;

    internal IHttpRequestFeature Request { get; private set; } = null!;

    internal override string HttpVersion => Request.Protocol switch
    {
        "HTTP/1.1" => "1.1",
        "HTTP/2" => "2",
        "HTTP/1.0" => "1.0",
        "HTTP/3" => "3",
        { } other => other.StartsWith("HTTP/", StringComparison.Ordinal) ? other[5..] : other,
    };

    internal override string Method => Request.Method;

    internal override string? Scheme => Request.Scheme;

    internal override string Path => _path ??= MakePath();

    internal override ReadOnlyMemory<byte> RawPath => _rawPath ??= MakeRawPath();

    internal override ReadOnlyMemory<byte> QueryString =>
        _queryString ??= Request.QueryString.Length > 1 ? _bytes.Add(Request.QueryString.AsSpan(1), Encoding.Latin1) : default;

    internal override string RootPath => _rootPath ??= Stripped.Length == 0 ? Below : Stripped + Below;

    internal override HeaderList Headers => _headers;

    /// <summary>What a proxy has taken from the front of the path.</summary>
    private string Stripped => Mount.Host.Options.RootPath;

    /// <summary>The root path in this host.</summary>
    private string Below => Mount.Prefix.RootPathOf(Request.PathBase, Request.Path);

    internal override ScopeAddress? Client => Features.Get<IHttpConnectionFeature>() is { RemoteIpAddress: { } address } connection
        ? _client.Of(address, connection.RemotePort)
        : null;

    internal override ScopeAddress? Server => Features.Get<IHttpConnectionFeature>() is { LocalIpAddress: { } address } connection
        ? _server.Of(address, connection.LocalPort)
        : (Features.Get<IConnectionEndPointFeature>()?.LocalEndPoint ?? Features.Get<IConnectionSocketFeature>()?.Socket.LocalEndPoint) switch
        {
            UnixDomainSocketEndPoint unix => new ScopeAddress(unix.ToString(), null),
            IPEndPoint ip => _server.Of(ip.Address, ip.Port),
            _ => null,
        };

    internal override OfferedExtensions Offered => OfferedByProtocol | (Tls is null ? 0 : OfferedExtensions.Tls);

    internal override IReadOnlyDictionary<string, object> Extensions => ExtensionNames.ToDictionary(Offered, Tls);

    internal override IDictionary<string, object?>? State => new Dictionary<string, object?>(Mount.Lifespan.State);

    internal override bool HasState => Mount.Lifespan.State.Count > 0;

    /// <summary>What is offered here whatever the connection.</summary>
    private protected abstract OfferedExtensions OfferedByProtocol { get; }

    private protected IHttpRequestLifetimeFeature Lifetime => _lifetime ??= Features.Get<IHttpRequestLifetimeFeature>()
        ?? throw new InvalidOperationException("The host's server has no IHttpRequestLifetimeFeature.");

    private TlsInfo? Tls
    {
        get
        {
            if (!_tlsKnown)
            {
                _tls = TlsFacts.Of(Features, Features.Get<ISslStreamFeature>()?.SslStream.LocalCertificate);
                _tlsKnown = true;
            }

            return _tls;
        }
    }

    /// <summary>The next request begins.</summary>
    private protected void BeginFacts(IFeatureCollection features, IHttpRequestFeature request)
    {
        Features = features;
        Request = request;
        _headers.Renew(Request.Headers);
    }

    /// <summary>The app's task has ended: nothing of the request is held on to.</summary>
    private protected void EndFacts()
    {
        EndGeneration();
        _headers.End();
        _bytes.Clear();
        _path = null;
        _rootPath = null;
        _rawPath = null;
        _queryString = null;
        _lifetime = null;
        _tls = null;
        _tlsKnown = false;
        Features = null!;
        Request = null!;
    }

    private string MakePath()
    {
        string pathBase = Request.PathBase;
        string path = Request.Path;

        // OPTIONS * (RFC 9112 §3.2.4): Kestrel leaves the path empty.
        path = pathBase.Length > 0 ? pathBase + path : path.Length > 0 ? path : Request.RawTarget == "*" ? "*" : "/";
        return Stripped.Length == 0 ? path : Stripped + path;
    }

    private ReadOnlyMemory<byte> MakeRawPath()
    {
        ReadOnlySpan<char> target = Request.RawTarget;
        if (target.IsEmpty)
        {
            // A server that does not keep the target, an in-memory one for instance.
            return _bytes.Add(new Microsoft.AspNetCore.Http.PathString(Request.PathBase).Add(Request.Path).ToUriComponent(), Encoding.Latin1);
        }

        int query = target.IndexOf('?');
        if (query >= 0)
        {
            target = target[..query];
        }

        if (target[0] != '/' && target.IndexOf("://") is > 0 and int scheme)
        {
            // The absolute form (RFC 9112 §3.2.2): the path is what follows the authority.
            ReadOnlySpan<char> rest = target[(scheme + 3)..];
            int slash = rest.IndexOf('/');
            target = slash < 0 ? "/" : rest[slash..];
        }

        return _bytes.Add(target, Encoding.Latin1);
    }

    /// <summary>An address as the scope has it; its text is made once for each address that is seen in a row.</summary>
    private struct AddressText
    {
        private IPAddress? _address;
        private string _text;

        internal ScopeAddress Of(IPAddress address, int port)
        {
            if (!address.Equals(_address))
            {
                _address = address;
                _text = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
            }

            return new ScopeAddress(_text, port);
        }
    }
}
