using System.Diagnostics;
using System.Globalization;
using System.Text;
using Perch.Server.Layers;

namespace Perch.Server.Observing;

/// <summary>Measures a request, and traces it as a part of what its client traces (W3C Trace Context: <c>traceparent</c>).</summary>
internal sealed class ObservedRequest(ServerInstruments instruments, Action<ObservedRun> giveBack) : ObservedRun(giveBack)
{
    private static readonly HashSet<string> KnownMethods = new(StringComparer.Ordinal)
    {
        "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE",
    };

    private long _start;
    private int _status;
    private bool _isWebSocket;
    private bool _isActive;
    private Activity? _activity;

    private protected override void Begin()
    {
        _start = Stopwatch.GetTimestamp();
        _status = 0;
        _isWebSocket = Scope is WebSocketScope;

        // A listener that comes or goes meanwhile must not leave the count wrong.
        _isActive = _isWebSocket ? instruments.WebSockets.Enabled : instruments.Active.Enabled;
        Count(1);
        _activity = instruments.Source.HasListeners() ? StartActivity() : null;
    }

    private protected override ValueTask OnSend(GatewayEvent message, Send send)
    {
        _status = message switch
        {
            HttpResponseStart start => start.Status,
            HttpFullResponse full => full.Status,
            WebSocketAccept => 101,
            WebSocketHttpResponseStart denial => denial.Status,
            WebSocketClose when _status == 0 => 403,
            _ => _status,
        };
        return send(message);
    }

    private protected override void End(Exception? failure)
    {
        bool hasFailed = failure is not null and not ClientDisconnectedException;
        int status = _status == 0 && hasFailed ? 500 : _status;
        Count(-1);
        if (instruments.Duration.Enabled)
        {
            var tags = new TagList
            {
                { "http.request.method", Method },
                { "url.scheme", Scope.Scheme },
                { "network.protocol.version", Scope.HttpVersion },
                { "http.response.status_code", status },
            };
            if (hasFailed)
            {
                tags.Add("error.type", failure!.GetType().FullName);
            }

            instruments.Duration.Record(Stopwatch.GetElapsedTime(_start).TotalSeconds, tags);
        }

        EndActivity(status, hasFailed ? failure : null);
    }

    /// <summary>A client may make up methods without end; tags may not be (semantic conventions for HTTP, <c>_OTHER</c>).</summary>
    private string Method => Scope is not HttpScope http ? "GET" : KnownMethods.Contains(http.Method) ? http.Method : "_OTHER";

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
            activity.SetTag("error.type", failure?.GetType().FullName ?? status.ToString(CultureInfo.InvariantCulture));
            activity.SetStatus(ActivityStatusCode.Error);
        }

        activity.Dispose();
        _activity = null;
    }
}
