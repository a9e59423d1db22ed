using System.Text;
using Perch.Server.Layers;

namespace Perch.Server.Observing;

/// <summary>The server's own answers below the health path.</summary>
internal sealed class HealthAnswers
{
    private static readonly HttpFullResponse Live = Answer(200, "live");
    private static readonly HttpFullResponse Ready = Answer(200, "ready");
    private static readonly HttpFullResponse Stopping = Answer(503, "stopping");

    private readonly GatewayApp _app;
    private readonly ServerState _state;
    private readonly byte[] _live;
    private readonly byte[] _ready;

    internal HealthAnswers(GatewayApp app, string path, ServerState state)
    {
        _app = app;
        _state = state;
        _live = Encoding.Latin1.GetBytes(path + "/live");
        _ready = Encoding.Latin1.GetBytes(path + "/ready");
    }

    internal Task RunAsync(Scope scope, Receive receive, Send send)
    {
        if (scope is not HttpScope { Method: "GET" or "HEAD" } http)
        {
            return _app(scope, receive, send);
        }

        ReadOnlySpan<byte> path = http.RawPath.Span;
        return path.SequenceEqual(_live) ? send(Live).AsTask()
            : path.SequenceEqual(_ready) ? send(_state.IsStopping ? Stopping : Ready).AsTask()
            : _app(scope, receive, send);
    }

    private static HttpFullResponse Answer(int status, string text) =>
        new(status, [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store")], Encoding.ASCII.GetBytes(text));
}
