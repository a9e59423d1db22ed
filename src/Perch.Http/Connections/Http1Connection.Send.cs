using System.IO.Pipelines;
using Perch.Http.Engine;
using Perch.Http.Parsing;

namespace Perch.Http.Connections;

/// <summary>
/// From the app to the client. Whole responses of an app that does not suspend are left in the pipe until the connection has nothing
/// more to read, so that a pipeline of requests is answered in one write; everything else goes out before <c>send</c> returns.
/// </summary>
internal sealed partial class Http1Connection
{
    private const int MostUnflushed = 32 * 1024;

    // One lock for the pipe's writer: the connection's own flush may meet a send of the app on another thread.
    private readonly Lock _gate = new();
    private Task? _pendingSend;
    private Task _ownFlush = Task.CompletedTask;
    private bool _isSynchronous;
    private bool _isTruncated;
    private bool _unflushed;
    private volatile bool _appEnded;

    /// <summary>Answers are held back for the end of a pipeline, but not without bound: the client's requests are small, the answers may not be.</summary>
    private bool IsMuchUnflushed => _output.CanGetUnflushedBytes && _output.UnflushedBytes >= MostUnflushed;

    /// <summary>
    /// The transport has seen the client close. It may have closed its side alone: an app that answers at once still answers it. One that had it
    /// wait is told, as on other servers: nothing else shows that the client has left.
    /// </summary>
    private bool HasClosed => !_isSynchronous && _connection.ConnectionClosed.IsCancellationRequested;

    private void BeginExchange()
    {
        _isSynchronous = true;
        _isTruncated = false;
        _appEnded = false;
        _bodyEnded = false;
        _clientLeft = false;
        _pendingReceive = null;
        _pendingSend = null;
        _watch.BeginBody();
    }

    private ValueTask SendAsync(GatewayEvent message)
    {
        if (_pendingSend is { IsCompleted: false })
        {
            throw new GatewayProtocolException("send() was called while another call of it has not ended.");
        }

        if (_appEnded)
        {
            throw new GatewayProtocolException($"{message.Type} was sent after the app's task had ended.");
        }

        if ((_clientLeft || HasClosed) && !Engine.Order.IsComplete)
        {
            _clientLeft = true;
            Engine.StopAfterRequest();
            throw new ClientDisconnectedException();
        }

        if (message is HttpResponsePathSend or HttpResponseZeroCopySend)
        {
            _pendingSend = SendFileAsync(message);
            return new(_pendingSend);
        }

        ValueTask sending = _ownFlush.IsCompleted ? Write(message) : WriteAfterFlushAsync(message);
        if (sending.IsCompletedSuccessfully)
        {
            return default;
        }

        // No other send may begin, and the request does not end, before this one has ended.
        _pendingSend = sending.AsTask();
        return new(_pendingSend);
    }

    /// <summary>A writer over a stream (TLS) takes nothing while it flushes.</summary>
    private async ValueTask WriteAfterFlushAsync(GatewayEvent message)
    {
        await _ownFlush;
        await Write(message);
    }

    private ValueTask Write(GatewayEvent message)
    {
        if (message is HttpResponseStart)
        {
            // It waits for the body: there is nothing for the pipe.
            Engine.Write(message, _output);
            return default;
        }

        lock (_gate)
        {
            if (!Engine.Write(message, _output))
            {
                return default;
            }

            _unflushed = true;
            if (!Engine.Order.IsComplete || !_isSynchronous || IsMuchUnflushed)
            {
                return FlushAppAsync(Engine.Order.IsComplete);
            }
        }

        // The connection flushes when the app's call has returned.
        EndWait();
        return default;
    }

    private async ValueTask FlushAppAsync(bool isLast)
    {
        try
        {
            ValueTask flush;
            lock (_gate)
            {
                flush = FlushAsync();
            }

            await flush;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            _clientLeft = true;
            Engine.StopAfterRequest();
            throw exception as ClientDisconnectedException ?? new ClientDisconnectedException("The client has disconnected.", exception);
        }

        if (isLast)
        {
            EndWait();
        }
    }

    /// <summary>The app's call has returned and its task goes on: what it, or a request before it, left in the pipe is not to wait for its end.</summary>
    private void LeaveSynchronousPart(Task run)
    {
        lock (_gate)
        {
            _isSynchronous = false;
            if (_unflushed && !run.IsCompleted && _pendingSend is not { IsCompleted: false })
            {
                _ownFlush = FlushQuietlyAsync();
            }
        }
    }

    private async Task FlushQuietlyAsync()
    {
        try
        {
            await FlushAsync();
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The app learns it from its own sends, the connection from its next read.
            _clientLeft = true;
        }
    }

    /// <exception cref="ClientDisconnectedException">Nobody reads any more.</exception>
    private ValueTask FlushAsync()
    {
        _unflushed = false;
        if (_output.CanGetUnflushedBytes)
        {
            _watch.CountWritten(_output.UnflushedBytes);
        }

        ValueTask<FlushResult> flush = _output.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            return AwaitFlushAsync(flush);
        }

        return flush.Result.IsCompleted ? throw new ClientDisconnectedException() : default;
    }

    private async ValueTask AwaitFlushAsync(ValueTask<FlushResult> flush)
    {
        _watch.BeginWrite();
        FlushResult result;
        try
        {
            result = await flush;
        }
        finally
        {
            _watch.EndWrite();
        }

        if (result.IsCompleted)
        {
            throw new ClientDisconnectedException();
        }
    }

    /// <summary>Answers for the app, which has not begun a response.</summary>
    private async Task AnswerAsync(int status, string text)
    {
        try
        {
            lock (_gate)
            {
                Engine.WriteAnswer(status, text, _output);
                _unflushed = true;
            }

            await FlushAsync();
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            _gateway.Log.ClientLeft(Engine.Scope);
        }
        finally
        {
            EndWait();
        }
    }

    /// <summary>RFC 9112 §2.2, §9.6: what cannot be read is answered, and the connection closed.</summary>
    private async Task RefuseAsync(RejectReason reason)
    {
        _gateway.Log.Rejected(_connection.ConnectionId, reason);
        if (_gateway.Options.OnRefused is { } tell)
        {
            HttpScope scope = Engine.DescribeRefused(_buffer, out bool hasLine);
            tell(new RefusedRequest(scope, hasLine, reason, _watch.HeadTime));
        }

        Engine.WriteRefusal(reason, _output);
        await FlushAsync();
    }
}
