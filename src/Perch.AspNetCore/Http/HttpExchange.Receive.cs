using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Perch.AspNetCore.Http;

/// <summary>From the client to the app: the request's body, then the disconnect.</summary>
internal sealed partial class HttpExchange
{
    /// <summary>Far longer than Kestrel needs, so that only a server that never tells is not waited for.</summary>
    private static readonly TimeSpan AbortNotice = TimeSpan.FromSeconds(1);

    private readonly Lock _waitLock = new();
    private HttpRequestBody _bodyEvent = new(default);
    private PipeReader? _reader;
    private SequencePosition? _consumed;
    private TaskCompletionSource<GatewayEvent>? _disconnectWait;
    private Task<GatewayEvent>? _pendingReceive;
    private CancellationTokenRegistration _abortRegistration;
    private bool _bodyEnded;
    private bool _clientLeft;
    private bool _readFailed;
    private CancellationTokenSource? _disconnected;

    internal override CancellationToken Disconnected
    {
        get
        {
            CancellationTokenSource disconnected;
            lock (_waitLock)
            {
                disconnected = _disconnected ??= CancellationTokenSource.CreateLinkedTokenSource(Lifetime.RequestAborted);
            }

            if (_clientLeft)
            {
                _ = disconnected.CancelAsync();
            }

            return disconnected.Token;
        }
    }

    /// <summary>Whether it is known that the client has left. Asking makes the server watch for it; so not on the way that goes well.</summary>
    private bool HasClientLeft => _clientLeft || Lifetime.RequestAborted.IsCancellationRequested;

    private ValueTask<GatewayEvent> ReceiveAsync()
    {
        if (_pendingReceive is { IsCompleted: false })
        {
            throw new GatewayProtocolException("receive() was called while another call of it waits.");
        }

        if (_clientLeft || _order.IsComplete)
        {
            return new(HttpDisconnect.Instance);
        }

        if (_bodyEnded)
        {
            return WaitForDisconnect();
        }

        if (_reader is null && CanHaveNoBody)
        {
            _bodyEnded = true;
            return new(HttpRequestBody.Empty);
        }

        return ReadBody();
    }

    /// <summary>Whether the server knows that there is no body. Kestrel's request is that feature itself, which saves the search for it.</summary>
    private bool CanHaveNoBody =>
        (Request as IHttpRequestBodyDetectionFeature ?? Features.Find<IHttpRequestBodyDetectionFeature>()) is { CanHaveBody: false };

    private ValueTask<GatewayEvent> ReadBody()
    {
        try
        {
            PipeReader reader = _reader ??= Features.Get<IRequestBodyPipeFeature>()?.Reader ?? PipeReader.Create(Request.Body);
            GiveBack(reader);
            ValueTask<ReadResult> read = reader.ReadAsync();
            if (!read.IsCompletedSuccessfully)
            {
                return WaitForBody(reader, read);
            }

            return HandOut(reader, read.Result) is { } part ? new(part) : WaitForBody(reader, reader.ReadAsync());
        }
        catch (Exception exception)
        {
            return new(OnReadFailed(exception));
        }
    }

    private ValueTask<GatewayEvent> WaitForBody(PipeReader reader, ValueTask<ReadResult> read)
    {
        _pendingReceive = ReadBodyAsync(reader, read);
        if (_order.IsComplete)
        {
            // The response was completed meanwhile, by a send() that did not see this wait.
            reader.CancelPendingRead();
        }

        return new(_pendingReceive);
    }

    private async Task<GatewayEvent> ReadBodyAsync(PipeReader reader, ValueTask<ReadResult> read)
    {
        try
        {
            while (true)
            {
                if (HandOut(reader, await read) is { } part)
                {
                    return part;
                }

                read = reader.ReadAsync();
            }
        }
        catch (Exception exception)
        {
            return OnReadFailed(exception);
        }
    }

    /// <summary>Gives the app the first segment of what was read, without a copy; null if there is nothing yet.</summary>
    private GatewayEvent? HandOut(PipeReader reader, ReadResult result)
    {
        ReadOnlySequence<byte> buffer = result.Buffer;
        ReadOnlyMemory<byte> first = buffer.First;
        if (result.IsCanceled)
        {
            // The response is whole, or the app left this call behind; see EndPendingAsync.
            reader.AdvanceTo(buffer.Start);
            return HttpDisconnect.Instance;
        }

        if (first.IsEmpty)
        {
            if (!result.IsCompleted)
            {
                reader.AdvanceTo(buffer.Start, buffer.End);
                return null;
            }

            _bodyEnded = true;
            reader.AdvanceTo(buffer.End);
            return HttpRequestBody.Empty;
        }

        _consumed = buffer.GetPosition(first.Length);
        bool more = !result.IsCompleted || first.Length < buffer.Length;
        _bodyEnded = !more;
        if (Mount.Host.ReuseScopes)
        {
            _bodyEvent.Renew(first, more);
            return _bodyEvent;
        }

        return _bodyEvent = new HttpRequestBody(first, more);
    }

    /// <summary>The app has received again: the memory of the last event is the server's.</summary>
    private void GiveBack(PipeReader reader)
    {
        if (_consumed is { } position)
        {
            _consumed = null;
            if (!Mount.Host.ReuseScopes)
            {
                _bodyEvent.Retire();
            }

            reader.AdvanceTo(position);
        }
    }

    private HttpDisconnect OnReadFailed(Exception exception)
    {
        _bodyEnded = true;
        if (exception is BadHttpRequestException bad && !IsTruncation(bad))
        {
            throw new RequestRejectedException(bad.StatusCode, bad.Message, bad);
        }

        if (exception is IOException { InnerException: OverflowException } overflow)
        {
            // How Kestrel says that a chunk size is beyond all numbers.
            throw new RequestRejectedException(StatusCodes.Status400BadRequest, overflow.Message, overflow);
        }

        if (exception is IOException or OperationCanceledException)
        {
            _readFailed = true;
            SetClientLeft();
            return HttpDisconnect.Instance;
        }

        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception);
        return null!;
    }

    /// <summary>
    /// A body that ends before its time: the client has left, which is not an error of the request. Kestrel cancels its token then, but
    /// on another thread, so perhaps only later. A body with a Content-Length has no other way to be malformed; of a chunked one it says so.
    /// </summary>
    private bool IsTruncation(BadHttpRequestException exception) => exception.StatusCode == StatusCodes.Status400BadRequest
        && (Request.Headers.ContentLength is not null
            || exception.Message == "Chunked request incomplete."
            || Lifetime.RequestAborted.IsCancellationRequested);

    /// <summary>Tells the app, whichever way the server has told us: it may cancel its own token later, or not at all if the app ends first.</summary>
    private void SetClientLeft()
    {
        CancellationTokenSource? disconnected;
        lock (_waitLock)
        {
            _clientLeft = true;
            disconnected = _disconnected;
        }

        // Not here and now: what the app has registered is not to run inside its receive() or send(), nor to throw out of it.
        _ = disconnected?.CancelAsync();
    }

    private ValueTask<GatewayEvent> WaitForDisconnect()
    {
        var wait = new TaskCompletionSource<GatewayEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waitLock)
        {
            // Looked at again, now that nobody ends a wait unseen.
            if (_clientLeft || _order.IsComplete)
            {
                return new(HttpDisconnect.Instance);
            }

            _disconnectWait = wait;
        }

        if (_abortRegistration == default)
        {
            _abortRegistration = Lifetime.RequestAborted.UnsafeRegister(static exchange => ((HttpExchange)exchange!).OnAborted(), this);
        }

        return new(_pendingReceive = wait.Task);
    }

    private void OnAborted()
    {
        SetClientLeft();
        EndWait();
    }

    /// <summary>The client has left, or the response is complete: <c>receive</c> has nothing to wait for.</summary>
    private void EndWait()
    {
        // What ended the wait has been noted; a receive() on another thread sees that, or we see its wait.
        Interlocked.MemoryBarrier();
        if (_disconnectWait is null)
        {
            return;
        }

        TaskCompletionSource<GatewayEvent>? wait;
        lock (_waitLock)
        {
            wait = _disconnectWait;
            _disconnectWait = null;
        }

        wait?.TrySetResult(HttpDisconnect.Instance);
    }

    /// <summary>
    /// An app may end with a receive() or send() that it does not wait for. Both are over before the server goes on and this object
    /// serves another request.
    /// </summary>
    private async Task EndPendingAsync()
    {
        EndWait();
        if (_pendingReceive is { IsCompleted: false } receive)
        {
            _reader!.CancelPendingRead();
            await ((Task)receive).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_pendingSend is { IsCompleted: false } send)
        {
            await send.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// The app has ended, and with it the memory of its last event. Not later: the server reads over what is left of the body before it
    /// is done with the request, and cannot while a part of it is still out.
    /// </summary>
    private void EndReading()
    {
        if (_reader is { } reader)
        {
            GiveBackAtEnd(reader);
        }
    }

    /// <summary>
    /// A read fails a little before Kestrel notes that the connection is lost. A request that ends in between has the rest of its body
    /// drained, which Kestrel finds impossible after the failed read, and logs as an error: so it does not end before.
    /// </summary>
    private async ValueTask SeeAbortAsync()
    {
        if (_readFailed && !Lifetime.RequestAborted.IsCancellationRequested)
        {
            await Task.Delay(AbortNotice, Lifetime.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void EndReceive()
    {
        _abortRegistration.Dispose();
        _abortRegistration = default;
        _pendingReceive = null;
        _consumed = null;
        _reader = null;
        if (_disconnected is { IsCancellationRequested: false } disconnected)
        {
            // One that is cancelled may still have callbacks to run.
            disconnected.Dispose();
        }

        _disconnected = null;
        _bodyEnded = false;
        _clientLeft = false;
        _readFailed = false;
    }

    private void GiveBackAtEnd(PipeReader reader)
    {
        try
        {
            GiveBack(reader);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The server has ended the body already, a broken connection for instance; there is nothing to give back.
        }
    }
}
