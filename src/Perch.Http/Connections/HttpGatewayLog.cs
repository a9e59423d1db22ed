using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Logging;
using Perch.Http.Parsing;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.Connections;

/// <summary>What the raw path logs and counts. Faults of an app are errors; what a client does is Debug.</summary>
internal sealed partial class HttpGatewayLog
{
    /// <summary>The name of the meter.</summary>
    internal const string MeterName = "Perch.Http";

    private readonly ILogger _logger;
    private readonly Counter<long> _rejections;

    internal HttpGatewayLog(ILogger logger, IMeterFactory? meters)
    {
        _logger = logger;
        Meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _rejections = Meter.CreateCounter<long>("perch.http.rejections", "{rejection}", "Input that was refused, by reason.");
    }

    /// <summary>All counters of the raw path are in it.</summary>
    internal Meter Meter { get; }

    /// <summary>Input was refused.</summary>
    internal void Rejected(string connectionId, RejectReason reason)
    {
        _rejections.Add(1, new KeyValuePair<string, object?>("reason", reason.Tag()));
        Rejected(_logger, connectionId, reason.Name(), reason.StatusCode());
    }

    /// <summary>The app threw, or broke the protocol. Once for each request, whatever happens to it then.</summary>
    internal void AppFailed(RequestScope scope, string outcome, Exception exception) =>
        AppFailed(_logger, scope is HttpScope http ? http.Method : "WebSocket", RawPath(scope), outcome, exception);

    /// <summary>The app was left by its client and let the exception through.</summary>
    internal void ClientLeft(RequestScope scope) => ClientLeft(_logger, RawPath(scope));

    /// <summary>The app let through that the client's request could not be read on.</summary>
    internal void RequestRejected(HttpScope scope, RequestRejectedException exception) =>
        RequestRejected(_logger, RawPath(scope), exception.StatusCode, exception.Message);

    /// <summary>The connection is gone.</summary>
    internal void ConnectionLost(string connectionId, string reason) => ConnectionLost(_logger, connectionId, reason);

    /// <summary>A client does not take what it asked for.</summary>
    internal void ReaderTooSlow(string connectionId) => ReaderTooSlow(_logger, connectionId);

    /// <summary>A client and the server do not come to terms about TLS, or not in time.</summary>
    internal void HandshakeFailed(string connectionId, string reason) => HandshakeFailed(_logger, connectionId, reason);

    /// <summary>Something is wrong with Perch.</summary>
    internal void ConnectionFailed(string connectionId, Exception exception) => ConnectionFailed(_logger, connectionId, exception);

    /// <summary>A listener's transport has failed.</summary>
    internal void AcceptFailed(string endPoint, Exception exception) => AcceptFailed(_logger, endPoint, exception);

    /// <summary>A WebSocket has been accepted or denied.</summary>
    internal void WebSocketAnswered(WebSocketScope scope, string answer) => WebSocketAnswered(_logger, RawPath(scope), answer);

    /// <summary>What a client sent is no WebSocket's, or it does not answer.</summary>
    internal void WebSocketFailed(WebSocketScope scope, WebSocketFault fault)
    {
        _rejections.Add(1, new KeyValuePair<string, object?>("reason", fault.Tag()));
        WebSocketFailed(_logger, RawPath(scope), fault.CloseCode(), fault.Text());
    }

    /// <summary>The path as it came: percent-encoded, so that a line is a line whatever the client asks for.</summary>
    private static string RawPath(RequestScope scope) => Encoding.Latin1.GetString(scope.RawPath.Span);

    [LoggerMessage(50, LogLevel.Debug, "Connection {ConnectionId}: refused, {Reason} ({Status}).", EventName = "Rejected")]
    private static partial void Rejected(ILogger logger, string connectionId, string reason, int status);

    [LoggerMessage(51, LogLevel.Error, "{Method} {Path}: the app failed; {Outcome}.", EventName = "AppFailed")]
    private static partial void AppFailed(ILogger logger, string method, string path, string outcome, Exception exception);

    [LoggerMessage(52, LogLevel.Debug, "{Path}: the client left.", EventName = "ClientLeft")]
    private static partial void ClientLeft(ILogger logger, string path);

    [LoggerMessage(53, LogLevel.Debug, "{Path}: the request was rejected with {Status}: {Reason}", EventName = "RequestRejected")]
    private static partial void RequestRejected(ILogger logger, string path, int status, string reason);

    [LoggerMessage(54, LogLevel.Debug, "Connection {ConnectionId}: lost, {Reason}", EventName = "ConnectionLost")]
    private static partial void ConnectionLost(ILogger logger, string connectionId, string reason);

    [LoggerMessage(55, LogLevel.Debug, "Connection {ConnectionId}: the client reads too slowly.", EventName = "ReaderTooSlow")]
    private static partial void ReaderTooSlow(ILogger logger, string connectionId);

    [LoggerMessage(56, LogLevel.Error, "Connection {ConnectionId}: an error of Perch.", EventName = "ConnectionFailed")]
    private static partial void ConnectionFailed(ILogger logger, string connectionId, Exception exception);

    [LoggerMessage(57, LogLevel.Debug, "{Path}: the WebSocket's handshake was answered: {Answer}.", EventName = "WebSocketAnswered")]
    private static partial void WebSocketAnswered(ILogger logger, string path, string answer);

    [LoggerMessage(58, LogLevel.Debug, "{Path}: the WebSocket was closed with {Code}: {Reason}", EventName = "WebSocketFailed")]
    private static partial void WebSocketFailed(ILogger logger, string path, int code, string reason);

    [LoggerMessage(59, LogLevel.Debug, "Connection {ConnectionId}: no TLS, {Reason}", EventName = "HandshakeFailed")]
    private static partial void HandshakeFailed(ILogger logger, string connectionId, string reason);

    [LoggerMessage(60, LogLevel.Critical, "{EndPoint}: no connection is accepted any more.", EventName = "AcceptFailed")]
    private static partial void AcceptFailed(ILogger logger, string endPoint, Exception exception);

    // Next free id: 61. 40 to 49 are TcpConnection's.
}
