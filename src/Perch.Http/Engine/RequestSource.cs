using System.Text;
using Perch.Http.Parsing;
using Perch.Http.WebSockets.Exchange;
using Perch.Http.WebSockets.Handshake;

namespace Perch.Http.Engine;

/// <summary>
/// What a scope tells of the request that runs now, from the bytes of its head. A string that the last request of the connection had as
/// well is not made again.
/// </summary>
internal sealed class RequestSource : ScopeSource
{
    private static readonly string[] MethodNames = ["", "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

    private readonly RequestHeaders _headers = new();
    private readonly string _rootPath;
    private RepeatedText _path;
    private RepeatedText _method;
    private ReadOnlyMemory<byte> _bytes;
    private RequestHead _head;
    private bool _isWatched;
    private bool _isWebSocket;
    private IReadOnlyList<string>? _subprotocols;
    private WebSocketExchange? _webSocket;

    internal RequestSource(ConnectionFacts connection, string rootPath)
    {
        Connection = connection;
        _rootPath = rootPath;
    }

    /// <summary>The connection whose requests it tells of.</summary>
    internal ConnectionFacts Connection { get; set; }

    internal override string HttpVersion => _head.Has(HeadFacts.Http10) ? "1.0" : "1.1";

    internal override string Method => _head.Method != KnownMethod.Other
        ? MethodNames[(int)_head.Method]
        : _method.Of(_head.MethodRange.Of(_bytes.Span), static bytes => Encoding.ASCII.GetString(bytes));

    internal override string? Scheme => (_isWebSocket, Connection.IsTls) switch
    {
        (false, false) => "http",
        (false, true) => "https",
        (true, false) => "ws",
        (true, true) => "wss",
    };

    internal override string Path => _path.Of(RawPath.Span, PathText.Decode) is var path && _rootPath.Length == 0 ? path : _rootPath + path;

    internal override ReadOnlyMemory<byte> RawPath
    {
        get
        {
            if (_head.TargetForm is TargetForm.Asterisk or TargetForm.Authority)
            {
                return Slice(_head.Target);
            }

            ReadOnlyMemory<byte> target = Slice(_head.PathAndQuery);
            int query = target.Span.IndexOf((byte)'?');
            ReadOnlyMemory<byte> path = query < 0 ? target : target[..query];

            // RFC 9110 §4.2.3: the empty path of an absolute form means "/".
            return path.IsEmpty ? PathText.Slash : path;
        }
    }

    internal override ReadOnlyMemory<byte> QueryString
    {
        get
        {
            ReadOnlyMemory<byte> target = Slice(_head.PathAndQuery);
            int query = target.Span.IndexOf((byte)'?');
            return query < 0 ? default : target[(query + 1)..];
        }
    }

    internal override string RootPath => _rootPath;

    internal override HeaderList Headers => _headers;

    internal override ScopeAddress? Client => Connection.Client;

    internal override ScopeAddress? Server => Connection.Server;

    internal override IReadOnlyList<string> Subprotocols => _subprotocols ??= HandshakeRules.Subprotocols(_headers);

    internal override OfferedExtensions Offered => (_isWebSocket ? OfferedExtensions.DenialResponse : OfferedToAll) | (Connection.IsTls ? OfferedExtensions.Tls : 0);

    internal override IReadOnlyDictionary<string, object> Extensions => ExtensionNames.ToDictionary(Offered, Connection.Tls);

    internal override IDictionary<string, object?>? State =>
        Connection.Lifespan is { } lifespan ? new Dictionary<string, object?>(lifespan.State) : null;

    internal override bool HasState => Connection.Lifespan?.State.Count > 0;

    internal override CancellationToken Disconnected
    {
        get
        {
            _isWatched = true;
            return _webSocket?.Disconnected ?? Connection.Closed;
        }
    }

    /// <summary>The app asked for the token, and it has fired: what the app did then may be for that.</summary>
    internal bool HasSeenTheEnd => _isWatched && Connection.Closed.IsCancellationRequested;

    /// <summary>RFC 9110 §15.2: HTTP/1.0 has no interim responses; RFC 9112 §7.1.2: nor trailers, which need the chunked coding.</summary>
    internal OfferedExtensions OfferedToAll =>
        OfferedExtensions.PathSend | OfferedExtensions.ZeroCopySend | OfferedExtensions.FullResponse
        | (_head.Has(HeadFacts.Http10) ? 0 : OfferedExtensions.Trailers | OfferedExtensions.EarlyHint);

    /// <summary>A head has been read.</summary>
    /// <param name="bytes">The head, in memory of the connection's own that stays until the request has ended. Names in it are lower-cased when read.</param>
    /// <param name="head">Where what is in it.</param>
    /// <param name="fields">Where its fields are.</param>
    internal void Begin(Memory<byte> bytes, in RequestHead head, ulong[] fields)
    {
        _bytes = bytes;
        _head = head;
        _isWatched = false;
        _headers.Begin(bytes, head, fields);
    }

    /// <summary>There is no request: the memory of the last one may be another connection's soon.</summary>
    internal void Clear() => Begin(default, default, []);

    /// <summary>The request is a WebSocket's handshake.</summary>
    internal WebSocketExchange OpenWebSocket(IWebSocketHost host)
    {
        _isWebSocket = true;
        return _webSocket = new WebSocketExchange(host, new WebSocketScope(this));
    }

    /// <summary>The app's task has ended.</summary>
    internal void End() => EndGeneration();

    private ReadOnlyMemory<byte> Slice(ByteRange range) => _bytes[range.Start..range.End];
}
