using System.Diagnostics;
using Perch.Server.Layers;

namespace Perch.Server.Access;

/// <summary>Sees what a request is answered with, for the access log.</summary>
internal sealed class AccessRun(AccessLogWriter log, Action<ObservedRun> giveBack) : ObservedRun(giveBack)
{
    private long _start;
    private ResponseStatus _status;
    private long _bytes;

    private protected override void Begin()
    {
        _start = Stopwatch.GetTimestamp();
        _status = default;
        _bytes = 0;
    }

    private protected override ValueTask OnSend(GatewayEvent message, Send send)
    {
        _status.Note(message);
        switch (message)
        {
            case HttpResponseBody body:
                _bytes += body.Body.Length;
                break;
            case HttpFullResponse full:
                _bytes = full.Body.Length;
                break;
        }

        return send(message);
    }

    private protected override void End(Exception? failure)
    {
        TimeSpan duration = Stopwatch.GetElapsedTime(_start);
        log.Write(new AccessEntry(Scope, _status.Of(failure), _bytes, DateTimeOffset.UtcNow - duration, duration));
    }
}
