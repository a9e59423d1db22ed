using System.Diagnostics;
using System.Text;
using Perch.Server.Layers;

namespace Perch.Server.Observing;

/// <summary>Measures a request, and traces it as a part of what its client traces (W3C Trace Context: <c>traceparent</c>).</summary>
internal sealed class ObservedRequest(ServerInstruments instruments, Action<ObservedRun> giveBack) : ObservedRun(giveBack)
{
    private long _start;
    private ResponseStatus _status;
    private bool _isWebSocket;
    private bool _isActive;
    private Activity? _activity;

    private protected override void Begin()
    {
        _start = Stopwatch.GetTimestamp();
        _status = default;
        _isWebSocket = Scope is WebSocketScope;

        // A listener that comes or goes meanwhile must not leave the count wrong.
        _isActive = _isWebSocket ? instruments.WebSockets.Enabled : instruments.Active.Enabled;
        Count(1);
        _activity = instruments.Source.HasListeners() ? StartActivity() : null;
    }

    private protected override ValueTask OnSend(GatewayEvent message, Send send)
    {
        _status.Note(message);
        return send(message);
    }

    private protected override void End(Exception? failure)
    {
        bool hasFailed = ResponseStatus.IsFault(failure);
        int status = _status.Of(failure);
        Count(-1);
        instruments.RecordDuration(Scope, Method, status, Stopwatch.GetElapsedTime(_start), hasFailed ? failure : null);
        EndActivity(status, hasFailed ? failure : null);
    }

    private string Method => ServerInstruments.MethodOf(Scope);

    private void Count(int change)
    {
        if (!_isActive)
        {
            return;
        }

        if (_isWebSocket)
        {
            instruments.WebSockets.Add(change);
            return;
        }

        instruments.Active.Add(change, new TagList { { "http.request.method", Method }, { "url.scheme", Scope.Scheme } });
    }

    private Activity? StartActivity()
    {
        ActivityContext.TryParse(Scope.Headers.GetValue("traceparent"), Scope.Headers.GetValue("tracestate"), isRemote: true, out ActivityContext parent);
        Activity? activity = instruments.Source.StartActivity(Method, ActivityKind.Server, parent);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("http.request.method", Method);
            activity.SetTag("url.scheme", Scope.Scheme);
            activity.SetTag("url.path", Encoding.Latin1.GetString(Scope.RawPath.Span));
            activity.SetTag("network.protocol.version", Scope.HttpVersion);
            activity.SetTag("client.address", Scope.Client?.Host);
            if (!Scope.QueryString.IsEmpty)
            {
                activity.SetTag("url.query", Encoding.Latin1.GetString(Scope.QueryString.Span));
            }
        }

        return activity;
    }

    private void EndActivity(int status, Exception? failure)
    {
        if (_activity is not { } activity)
        {
            return;
        }

        activity.SetTag("http.response.status_code", status);
        if (failure is not null || status >= 500)
        {
            activity.SetTag("error.type", ServerInstruments.ErrorTypeOf(status, failure));
            activity.SetStatus(ActivityStatusCode.Error);
        }

        activity.Dispose();
        _activity = null;
    }
}
