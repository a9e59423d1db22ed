using System.Diagnostics;
using Perch.Server.Layers;

namespace Perch.Server.Access;

/// <summary>Sees what a request is answered with, for the access log.</summary>
internal sealed class AccessRun(AccessLogWriter log, Action<ObservedRun> giveBack) : ObservedRun(giveBack)
{
    private long _start;
    private int _status;
    private long _bytes;

    private protected override void Begin()
    {
        _start = Stopwatch.GetTimestamp();
        _status = 0;
        _bytes = 0;
    }

    private protected override ValueTask OnSend(GatewayEvent message, Send send)
    {
        switch (message)
        {
            case HttpResponseStart start:
                _status = start.Status;
                break;
            case HttpResponseBody body:
                _bytes += body.Body.Length;
                break;
            case HttpFullResponse full:
                _status = full.Status;
                _bytes = full.Body.Length;
                break;
            case WebSocketAccept:
                _status = 101;
                break;
            case WebSocketHttpResponseStart denial:
                _status = denial.Status;
                break;
            case WebSocketClose when _status == 0:
                _status = 403;
                break;
        }

        return send(message);
    }

    private protected override void End(Exception? failure)
    {
        // The host answers for an app that failed before its response; a client that left got none.
        int status = _status == 0 && failure is not null and not ClientDisconnectedException ? 500 : _status;
        TimeSpan duration = Stopwatch.GetElapsedTime(_start);
        log.Write(new AccessEntry(Scope, status, _bytes, DateTimeOffset.UtcNow - duration, duration));
    }
}
