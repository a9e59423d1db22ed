using System.Text;
using Microsoft.Extensions.Logging;

namespace Perch.AspNetCore.Logging;

/// <summary>What the Kestrel path logs. Faults of an app are errors; what a client does is Debug.</summary>
internal sealed partial class GatewayLog(ILoggerFactory loggers, bool accessLog)
{
    private readonly ILogger _logger = loggers.CreateLogger("Perch.AspNetCore");
    private readonly ILogger _access = loggers.CreateLogger("Perch.Access");

    /// <summary>Whether requests are logged; read for each request, since levels change at run time.</summary>
    internal bool IsAccessEnabled => accessLog && _access.IsEnabled(LogLevel.Information);

    /// <summary>The app threw, or broke the protocol. Once for each request, whatever happens to it then.</summary>
    internal void AppFailed(RequestScope scope, string outcome, Exception exception) =>
        AppFailed(_logger, scope is HttpScope http ? http.Method : "WebSocket", RawPath(scope), outcome, exception);

    /// <summary>The app was left by its client and let the exception through.</summary>
    internal void ClientLeft(RequestScope scope) => ClientLeft(_logger, RawPath(scope));

    /// <summary>The client's request could not be read on.</summary>
    internal void RequestRejected(RequestScope scope, RequestRejectedException exception) =>
        RequestRejected(_logger, RawPath(scope), exception.StatusCode, exception.Message);

    /// <summary>A WebSocket handshake that is none.</summary>
    internal void HandshakeRefused(string path, int status, string reason) => HandshakeRefused(_logger, path, status, reason);

    /// <summary>What a client sent is no WebSocket's, or it does not answer.</summary>
    internal void WebSocketFailed(WebSocketScope scope, int code, string reason) => WebSocketFailed(_logger, RawPath(scope), code, reason);

    /// <summary>A request has been answered.</summary>
    internal void Access(HttpScope scope, int status) => Access(_access, scope.Client?.ToString() ?? "-", scope.Method, Target(scope), scope.HttpVersion, status);

    /// <summary>A WebSocket has been accepted or denied.</summary>
    internal void AccessWebSocket(WebSocketScope scope, string outcome) => AccessWebSocket(_access, scope.Client?.ToString() ?? "-", Target(scope), outcome);

    /// <summary>The path as it came: percent-encoded, so that a line is a line whatever the client asks for.</summary>
    private static string RawPath(RequestScope scope) => Encoding.Latin1.GetString(scope.RawPath.Span);

    private static string Target(RequestScope scope) =>
        scope.QueryString.IsEmpty ? RawPath(scope) : $"{RawPath(scope)}?{Encoding.Latin1.GetString(scope.QueryString.Span)}";

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path}: the app failed; {Outcome}.", EventName = "AppFailed")]
    private static partial void AppFailed(ILogger logger, string method, string path, string outcome, Exception exception);

    [LoggerMessage(2, LogLevel.Debug, "{Path}: the client left.", EventName = "ClientLeft")]
    private static partial void ClientLeft(ILogger logger, string path);

    [LoggerMessage(3, LogLevel.Debug, "{Path}: the request was rejected with {Status}: {Reason}", EventName = "RequestRejected")]
    private static partial void RequestRejected(ILogger logger, string path, int status, string reason);

    [LoggerMessage(4, LogLevel.Debug, "{Path}: the WebSocket handshake was refused with {Status}: {Reason}", EventName = "HandshakeRefused")]
    private static partial void HandshakeRefused(ILogger logger, string path, int status, string reason);

    [LoggerMessage(5, LogLevel.Information, "{Client} - \"{Method} {Target} HTTP/{Version}\" {Status}", EventName = "Access")]
    private static partial void Access(ILogger logger, string client, string method, string target, string version, int status);

    [LoggerMessage(6, LogLevel.Information, "{Client} - \"WebSocket {Target}\" [{Outcome}]", EventName = "AccessWebSocket")]
    private static partial void AccessWebSocket(ILogger logger, string client, string target, string outcome);

    [LoggerMessage(7, LogLevel.Debug, "{Path}: the WebSocket was closed with {Code}: {Reason}", EventName = "WebSocketFailed")]
    private static partial void WebSocketFailed(ILogger logger, string path, int code, string reason);

    // Next free id: 8. 20 and up are LifespanService's.
}
