using System.IO.Pipelines;
using Perch.Http.Engine;
using Perch.Http.Parsing;

namespace Perch.Http.Connections;

/// <summary>From the client to the app: the request's body, then the disconnect.</summary>
internal sealed partial class Http1Connection
{
    private HttpRequestBody? _bodyEvent;
    private TaskCompletionSource<GatewayEvent>? _disconnectWait;
    private Task<GatewayEvent>? _pendingReceive;
    private CancellationTokenRegistration _closedRegistration;
    private bool _bodyEnded;
    private volatile bool _clientLeft;

    private bool HasPending => _pendingReceive is { IsCompleted: false } || _pendingSend is { IsCompleted: false };

    private ValueTask<GatewayEvent> ReceiveAsync()
    {
        if (_pendingReceive is { IsCompleted: false })
        {
            throw new GatewayProtocolException("receive() was called while another call of it waits.");
        }

        if (_clientLeft || _appEnded || Engine.Order.IsComplete)
        {
            return new(HttpDisconnect.Instance);
        }

        if (_bodyEnded)
        {
            return WaitForDisconnect();
        }

        if (Engine.IsBodyRead)
        {
            _bodyEnded = true;
            return new(HttpRequestBody.Empty);
        }

        return _hasBuffer && TryHandOut() is { } part ? new(part) : new(_pendingReceive = ReadBodyAsync());
    }

    private async Task<GatewayEvent> ReadBodyAsync()
    {
        while (true)
        {
            if (_hasBuffer)
            {
                _input.AdvanceTo(_buffer.Start, _buffer.End);
                _hasBuffer = false;
            }

            if (_inputEnded)
            {
                return OnTruncated();
            }

            ReadResult result;
            try
            {
                if (_unflushed || Engine.OwesContinue)
                {
                    await BeforeBodyAsync();
                }

                _watch.Wait(Waiting.ForBody);
                result = await _input.ReadAsync();
                _watch.Done();
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                return OnLeft();
            }

            _buffer = result.Buffer;
            _hasBuffer = true;
            _inputEnded = result.IsCompleted;
            if (result.IsCanceled)
            {
                if (_watch.Fired == Waiting.ForBody)
                {
                    throw Rejected(RejectReason.BodyTooSlow);
                }

                if (_appEnded)
                {
                    return HttpDisconnect.Instance;
                }

                // Meant for a read that had ended already.
            }

            if (TryHandOut() is { } part)
            {
                return part;
            }
        }
    }

    private HttpRequestBody? TryHandOut()
    {
        switch (Engine.ReadBody(ref _buffer, out ReadOnlyMemory<byte> data))
        {
            case EngineRead.Body:
                _watch.Count(data.Length);
                _bodyEnded = Engine.IsBodyRead;
                _bodyEvent ??= new HttpRequestBody(default);
                _bodyEvent.Renew(data, !_bodyEnded);
                return _bodyEvent;
            case EngineRead.EndOfBody:
                _bodyEnded = true;
                return HttpRequestBody.Empty;
            case EngineRead.Rejected:
                throw Rejected(Engine.Rejection);
            default:
                return null;
        }
    }

    /// <summary>What the client waits for before it sends the body: answers to the requests before, and 100.</summary>
    private async Task BeforeBodyAsync()
    {
        // One write at a time: a writer over a stream (TLS) takes none while it flushes.
        while (FlushThatRuns() is { } running)
        {
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lock (_gate)
        {
            if (Engine.OwesContinue)
            {
                Engine.WriteContinue(_output);
                _unflushed = true;
            }

            if (_unflushed)
            {
                _ownFlush = FlushQuietlyAsync();
            }
        }

        await _ownFlush;
        if (_clientLeft)
        {
            throw new ClientDisconnectedException();
        }
    }

    private Task? FlushThatRuns() => !_ownFlush.IsCompleted ? _ownFlush : _pendingSend is { IsCompleted: false } send ? send : null;

    private RequestRejectedException Rejected(RejectReason reason)
    {
        _bodyEnded = true;
        Engine.StopAfterRequest();
        _gateway.Log.Rejected(_connection.ConnectionId, reason);
        return new RequestRejectedException(reason.StatusCode(), reason.Text());
    }

    private HttpDisconnect OnTruncated()
    {
        _gateway.Log.Rejected(_connection.ConnectionId, RejectReason.TruncatedBody);
        return OnLeft();
    }

    private HttpDisconnect OnLeft()
    {
        _bodyEnded = true;
        _clientLeft = true;
        Engine.StopAfterRequest();
        return HttpDisconnect.Instance;
    }

    private ValueTask<GatewayEvent> WaitForDisconnect()
    {
        var wait = new TaskCompletionSource<GatewayEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            // Looked at again, now that nobody ends a wait unseen.
            if (_clientLeft || Engine.Order.IsComplete)
            {
                return new(HttpDisconnect.Instance);
            }

            _disconnectWait = wait;
        }

        if (_closedRegistration == default)
        {
            _closedRegistration = _connection.ConnectionClosed.UnsafeRegister(static connection => ((Http1Connection)connection!).OnClosed(), this);
        }

        return new(_pendingReceive = wait.Task);
    }

    /// <summary>The transport has seen the end of the connection, or of the client's side of it.</summary>
    private void OnClosed()
    {
        lock (_gate)
        {
            if (_disconnectWait is null)
            {
                return;
            }

            _clientLeft = true;
        }

        EndWait();
    }

    /// <summary>The client has left, or the response is complete: <c>receive</c> has nothing to wait for.</summary>
    private void EndWait()
    {
        if (_disconnectWait is null)
        {
            return;
        }

        TaskCompletionSource<GatewayEvent>? wait;
        lock (_gate)
        {
            wait = _disconnectWait;
            _disconnectWait = null;
        }

        wait?.TrySetResult(HttpDisconnect.Instance);
    }
}
