using System.Buffers;
using Perch.Http.Parsing;
using Perch.Messages;

namespace Perch.Http.Engine;

/// <summary>
/// One HTTP/1.1 connection without its I/O: bytes in, events for the app; messages of the app in, bytes out. It does not know who feeds
/// it: pipes, an event loop, or a test. A driver does, for each request:
/// <list type="number">
/// <item><see cref="ReadHead"/> until there is a request;</item>
/// <item>calls the app with <see cref="Scope"/>; for its receives <see cref="ReadBody"/>, for its sends <see cref="Write"/>;</item>
/// <item><see cref="EndRequest"/>: whether the connection goes on.</item>
/// </list>
/// </summary>
internal sealed partial class Http1Engine
{
    private readonly HttpGatewayOptions _options;
    private readonly HeadLimits _headLimits;
    private readonly IHeadParser _parser;
    private readonly DateLine _date;
    private readonly BodyLimits _bodyLimits;
    private RequestHead _head;
    private HeadStorage _storage;
    private bool _isDone;

    internal Http1Engine(HttpGatewayOptions options, ConnectionFacts connection, IHeadParser parser, DateLine date)
    {
        _options = options;
        HttpGatewayLimits limits = options.Limits;
        _headLimits = new HeadLimits(limits.MaxRequestLineSize, limits.MaxRequestHeadersTotalSize, limits.MaxRequestHeaderCount);
        _bodyLimits = new BodyLimits(
            limits.MaxRequestBodySize ?? long.MaxValue, limits.MaxChunkExtensionSize, limits.MaxTrailerSize, limits.MaxRequestHeaderCount);
        _parser = parser;
        _date = date;
        Source = new RequestSource(connection, options.RootPath);
        Scope = new HttpScope(Source);
    }

    /// <summary>The scope of the request that runs now.</summary>
    internal HttpScope Scope { get; private set; }

    /// <summary>What that scope tells; for a WebSocket it outlives the engine.</summary>
    internal RequestSource Source { get; }

    /// <summary>The order of its messages.</summary>
    internal HttpMessageOrder Order { get; } = new();

    /// <summary>Why the input is refused.</summary>
    internal RejectReason Rejection { get; private set; }

    /// <summary>Whether bytes of a head have come, and not all: a connection that ends or idles here is not just idle.</summary>
    internal bool IsInsideHead => _storage.Length > 0 && !_isRequest;

    /// <summary>It has memory of a pool.</summary>
    internal bool HoldsMemory => _storage.IsRented;

    /// <summary>The connection carries no further request: what is being answered is its last.</summary>
    internal void StopAfterRequest() => _isDone = true;

    private bool IsLast => _isDone || Source.Connection.IsStopping;

    /// <summary>The app may know that the client has left: it asked for the token that says so.</summary>
    internal bool HasSeenTheEnd => Source.HasSeenTheEnd;

    /// <summary>The client may be sending still when its last answer goes out: see RFC 9112 §9.6.</summary>
    internal bool ClosesGently => Rejection != RejectReason.None || !IsBodyRead || (_isWebSocket && !_isUpgraded);

    /// <summary>The app left a part of the body that may be read and thrown away, for the connection to go on.</summary>
    internal bool MayDrain => !IsBodyRead && _keepAlive && !IsLast;

    /// <summary>
    /// (3) The app's task has ended. False if the connection does not go on: its last answer said so, or what the client still sends of
    /// the body cannot be told from the next request.
    /// </summary>
    internal bool EndRequest()
    {
        EndScope();
        _storage.Clear();
        return !IsLast && _keepAlive && IsBodyRead;
    }

    /// <summary>Serves a connection from now on: a new one, or one that waits for a request while others have its engine.</summary>
    internal void Attach(ConnectionFacts connection) => Source.Connection = connection;

    /// <summary>Leaves a connection that waits for a request; what the next one may be answered by is not of the last.</summary>
    internal void Detach()
    {
        _head = default;
        _storage.Trim();
        Scope.DropState();
        Source.Clear();
        Source.Connection = ConnectionFacts.None;
    }

    /// <summary>What is known of a request whose head is refused: its line, if that came and was right (RFC 9112 §3).</summary>
    /// <param name="input">What the head was read from.</param>
    /// <param name="hasLine">Whether it has one.</param>
    internal HttpScope DescribeRefused(in ReadOnlySequence<byte> input, out bool hasLine)
    {
        hasLine = _head.Position > 0;
        if (!hasLine)
        {
            return Source.Connection.DescribeRefused();
        }

        // With memory of its own: it outlives the connection.
        RequestHead line = _head;
        line.FieldCount = 0;
        ReadOnlyMemory<byte> bytes = _storage.Length > 0 ? _storage.Bytes : input.First;
        var source = new RequestSource(Source.Connection, _options.RootPath);
        source.Begin(bytes[..line.Position].ToArray(), line, []);
        return new HttpScope(source);
    }

    /// <summary>The connection is over.</summary>
    internal void Close()
    {
        if (_isRequest)
        {
            EndScope();
        }

        _storage.Return();
    }
}
