using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Perch.AspNetCore.Http;

/// <summary>From the client to the app: the request's body, then the disconnect.</summary>
internal sealed partial class HttpExchange
{
    private readonly Lock _waitLock = new();
    private HttpRequestBody _bodyEvent = new(default);
    private PipeReader? _reader;
    private SequencePosition? _consumed;
    private TaskCompletionSource<GatewayEvent>? _disconnectWait;
    private CancellationTokenRegistration _abortRegistration;
    private bool _bodyEnded;
    private bool _receiving;
    private bool _clientLeft;

    /// <summary>Whether it is known that the client has left. Asking makes the server watch for it; so not on the way that goes well.</summary>
    private bool HasClientLeft => _clientLeft || Lifetime.RequestAborted.IsCancellationRequested;

    private ValueTask<GatewayEvent> ReceiveAsync()
    {
        if (_receiving)
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

        if (_reader is null && Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            _bodyEnded = true;
            return new(HttpRequestBody.Empty);
        }

        return ReadBody();
    }

    private ValueTask<GatewayEvent> ReadBody()
    {
        try
        {
            PipeReader reader = _reader ??= (Features.Get<IRequestBodyPipeFeature>()
                ?? throw new InvalidOperationException("The host's server has no IRequestBodyPipeFeature.")).Reader;
            GiveBack(reader);
            ValueTask<ReadResult> read = reader.ReadAsync();
            if (!read.IsCompletedSuccessfully)
            {
                return ReadBodyAsync(reader, read);
            }

            return HandOut(reader, read.Result) is { } part ? new(part) : ReadBodyAsync(reader, reader.ReadAsync());
        }
        catch (Exception exception)
        {
            return new(OnReadFailed(exception));
        }
    }

    private async ValueTask<GatewayEvent> ReadBodyAsync(PipeReader reader, ValueTask<ReadResult> read)
    {
        _receiving = true;
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
        finally
        {
            _receiving = false;
        }
    }

    /// <summary>Gives the app the first segment of what was read, without a copy; null if there is nothing yet.</summary>
    private HttpRequestBody? HandOut(PipeReader reader, ReadResult result)
    {
        ReadOnlySequence<byte> buffer = result.Buffer;
        ReadOnlyMemory<byte> first = buffer.First;
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

        if (exception is IOException or OperationCanceledException)
        {
            _clientLeft = true;
            return HttpDisconnect.Instance;
        }

        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception);
        return null!;
    }

    /// <summary>A body that ends before its time: the client has left, which is not an error of the request.</summary>
    private bool IsTruncation(BadHttpRequestException exception) =>
        exception.StatusCode == StatusCodes.Status400BadRequest && Lifetime.RequestAborted.IsCancellationRequested;

    private ValueTask<GatewayEvent> WaitForDisconnect()
    {
        CancellationToken aborted = Lifetime.RequestAborted;
        lock (_waitLock)
        {
            if (aborted.IsCancellationRequested)
            {
                _clientLeft = true;
                return new(HttpDisconnect.Instance);
            }

            _receiving = true;
            _disconnectWait = new TaskCompletionSource<GatewayEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        if (_abortRegistration == default)
        {
            _abortRegistration = aborted.UnsafeRegister(static exchange => ((HttpExchange)exchange!).OnAborted(), this);
        }

        return new(_disconnectWait.Task);
    }

    private void OnAborted()
    {
        _clientLeft = true;
        EndWait();
    }

    /// <summary>The client has left, or the response is complete: <c>receive</c> has nothing to wait for.</summary>
    private void EndWait()
    {
        TaskCompletionSource<GatewayEvent>? wait;
        lock (_waitLock)
        {
            wait = _disconnectWait;
            _disconnectWait = null;
            if (wait is not null)
            {
                _receiving = false;
            }
        }

        wait?.TrySetResult(HttpDisconnect.Instance);
    }

    private void EndReceive()
    {
        _abortRegistration.Dispose();
        _abortRegistration = default;
        EndWait();
        if (_reader is { } reader)
        {
            GiveBackAtEnd(reader);
            _reader = null;
        }

        _bodyEnded = false;
        _receiving = false;
        _clientLeft = false;
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
