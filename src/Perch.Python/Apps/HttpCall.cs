using System.Runtime.CompilerServices;
using System.Text;
using Perch.Python.Bridge;

namespace Perch.Python;

/// <summary>
/// The requests of a stream, one after the other: what the Python app sends is sent on, until its response is complete. An object serves
/// all requests of its stream.
/// </summary>
internal sealed class HttpCall(WorkerStream stream)
{
    private readonly HttpResponseBody _body = new(ReadOnlyMemory<byte>.Empty);
    private Send _send = null!;
    private bool _hasStarted;
    private bool _hasTrailers;
    private bool _isComplete;

    internal static Task RunAsync(WorkerStream stream, HttpScope scope, Receive receive, Send send)
    {
        try
        {
            Begin(stream, scope, receive);
        }
        catch (Exception exception)
        {
            stream.Leave(isComplete: false);
            return Task.FromException(exception);
        }

        return (stream.Call ??= new HttpCall(stream)).RunAsync(send);
    }

    /// <summary>Answers in place of the app.</summary>
    internal static async Task RefuseAsync(int status, string text, Send send)
    {
        await send(new HttpResponseStart(status, [("content-type", "text/plain; charset=utf-8")]));
        await send(new HttpResponseBody(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>
    /// Tells the worker of the request, with as much of its body as there is already. A client that expects 100 (Continue) is not received
    /// from before the app does (RFC 9110 §10.1.1).
    /// </summary>
    private static void Begin(WorkerStream stream, HttpScope scope, Receive receive)
    {
        if (scope.Method is not ("GET" or "HEAD") && scope.Headers.Contains("expect"))
        {
            stream.Link.SendHttp(stream.Id, scope, null);
            stream.BeginPump(scope, receive, null);
            return;
        }

        ValueTask<GatewayEvent> first = receive();
        if (!first.IsCompletedSuccessfully)
        {
            stream.Link.SendHttp(stream.Id, scope, null);
            stream.BeginPump(scope, receive, first);
            return;
        }

        var body = first.Result as HttpRequestBody;
        stream.Link.SendHttp(stream.Id, scope, body);
        if (body is null)
        {
            stream.Link.SendDisconnect(stream.Id, 1006, "");
        }

        stream.BeginPump(scope, receive, null, body is { MoreBody: true } ? BridgeLimits.Ahead : 0);
    }

    // What lives across an await of this method is allocated for every request.
    private async Task RunAsync(Send send)
    {
        _send = send;
        _hasStarted = _hasTrailers = _isComplete = false;
        try
        {
            while (!_isComplete)
            {
                if (stream.TryTake(out Incoming incoming))
                {
                    await TakeAsync(incoming);
                }
                else
                {
                    await stream.WaitAsync();
                }
            }
        }
        finally
        {
            // The last: the next request may have the stream by now, and this object.
            stream.Leave(_isComplete);
        }
    }

    /// <summary>One event serves all responses of one part. Of several parts each has its own: who stands between may hold one back until the next.</summary>
    private HttpResponseBody BodyOf(in Incoming incoming)
    {
        if (incoming.Kind != IncomingKind.Response || incoming.More)
        {
            return new HttpResponseBody(incoming.Data, incoming.More);
        }

        _body.Renew(incoming.Data);
        return _body;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask TakeAsync(Incoming incoming)
    {
        try
        {
            switch (incoming.Kind)
            {
                case IncomingKind.Response:
                    var start = (HttpResponseStart)incoming.Event;
                    _hasStarted = true;
                    _hasTrailers = start.Trailers;
                    await _send(start);
                    if (!incoming.HasBody)
                    {
                        break;
                    }

                    goto case IncomingKind.Body;
                case IncomingKind.Body:
                    await _send(BodyOf(incoming));
                    _isComplete = !incoming.More && !_hasTrailers;
                    break;
                case IncomingKind.Path:
                    await _send(new HttpResponsePathSend(incoming.Text!));
                    _isComplete = !_hasTrailers;
                    break;
                case IncomingKind.Event:
                    await _send(incoming.Event);
                    _isComplete = incoming.Event is HttpResponseTrailers { MoreTrailers: false };
                    break;
                case IncomingKind.Rejected:
                    throw incoming.Failure;
                case IncomingKind.Lost when !_hasStarted:
                    await RefuseAsync(502, "Bad Gateway", _send);
                    _isComplete = true;
                    break;
                case IncomingKind.Lost:
                    throw new PythonAppException("The worker died before the response was complete.");
                case IncomingKind.End:
                    CallEnd.Check(incoming.Text);
                    _isComplete = true;
                    break;
            }
        }
        finally
        {
            stream.Done(incoming);
        }
    }
}
