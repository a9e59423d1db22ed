using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Perch.Http.Engine;
using Perch.Http.Parsing;
using Perch.Http.WebSockets.Exchange;
using Perch.Loops;

namespace Perch.Http.Connections;

/// <summary>Time-outs, the server's stop, and what is left in the input when there is nobody to read it.</summary>
internal sealed partial class Http1Connection
{
    private readonly ConnectionWatch _watch;

    /// <summary>A second has passed.</summary>
    internal void OnTick(double seconds)
    {
        switch (_watch.Tick(seconds))
        {
            case WatchResult.EndRead:
                _input.CancelPendingRead();
                break;
            case WatchResult.Abort:
                _gateway.Log.ReaderTooSlow(_connection.ConnectionId);
                _connection.Abort(new ConnectionAbortedException("The client reads too slowly."));
                break;
        }
    }

    /// <summary>The server stops: the request that runs is the last, and a connection that waits for one is closed.</summary>
    internal void Stop()
    {
        _facts.IsStopping = true;
        if (_watch.EndWaitForRequest())
        {
            _input.CancelPendingRead();
        }

        WebSocketExchange? webSocket;
        lock (_gate)
        {
            webSocket = _webSocket;
        }

        webSocket?.Stop();
    }

    /// <summary>
    /// An app may end with a receive() or send() that it does not wait for. Both are over before the connection goes on.
    /// </summary>
    private async Task EndPendingAsync()
    {
        EndWait();
        _appEnded = true;
        if (_pendingReceive is { IsCompleted: false } receive)
        {
            _input.CancelPendingRead();
            await ((Task)receive).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_pendingSend is { IsCompleted: false } send)
        {
            await send.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _ownFlush;
        _closedRegistration.Dispose();
        _closedRegistration = default;
    }

    /// <summary>Reads the rest of a body that the app did not want, up to the limit and no longer than the grace period.</summary>
    private async Task DrainAsync()
    {
        long left = _gateway.Options.Limits.MaxDrainSize;
        if (_unflushed)
        {
            // The client may wait for the answer before it sends on.
            await FlushAsync();
        }

        _watch.Wait(Waiting.ForEnd);
        while (left >= 0)
        {
            if (!_hasBuffer && !await ReadRestAsync())
            {
                break;
            }

            switch (Engine.ReadBody(ref _buffer, out ReadOnlyMemory<byte> data))
            {
                case EngineRead.Body:
                    left -= data.Length;
                    break;
                case EngineRead.NeedMore when !_inputEnded:
                    _input.AdvanceTo(_buffer.Start, _buffer.End);
                    _hasBuffer = false;
                    break;
                case EngineRead.Rejected:
                    _gateway.Log.Rejected(_connection.ConnectionId, Engine.Rejection);
                    left = -1;
                    break;
                default:
                    left = -1;
                    break;
            }

            if (Engine.IsBodyRead)
            {
                break;
            }
        }

        _watch.Done();
    }

    private async ValueTask<bool> ReadRestAsync()
    {
        ReadResult result = await _input.ReadAsync();
        _buffer = result.Buffer;
        _hasBuffer = true;
        _inputEnded = result.IsCompleted;
        return !result.IsCanceled;
    }

    /// <summary>
    /// RFC 9112 §9.6: closing while the client sends would reset the connection, and the answer with it. What still comes is thrown away
    /// for a while; a client that has what it wanted closes by itself.
    /// </summary>
    private async Task EndAsync()
    {
        if (_unflushed)
        {
            await FlushAsync();
        }

        if (_rented is not { ClosesGently: true } || _inputEnded || _facts.IsStopping)
        {
            return;
        }

        if (!_facts.IsTls && _connection.Features.Get<IHalfCloseFeature>() is not null)
        {
            // First its own side, as the clause says: the client sees the end now, not when the time is over.
            await _output.CompleteAsync();
        }

        long left = _gateway.Options.Limits.MaxDrainSize;
        _watch.Wait(Waiting.ForEnd);
        while (left > 0)
        {
            if (!_hasBuffer && !await ReadRestAsync())
            {
                break;
            }

            left -= _buffer.Length;
            _input.AdvanceTo(_buffer.End);
            _hasBuffer = false;
            if (_inputEnded)
            {
                break;
            }
        }

        _watch.Done();
    }
}
