using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Perch.AspNetCore.Http;

/// <summary>From the app to the client: the response.</summary>
internal sealed partial class HttpExchange
{
    // Where the app's call is: still in its synchronous part, there with an end that the host is to bring out, or past it.
    private const int Synchronous = 0;
    private const int EndDeferred = 1;
    private const int Suspended = 2;

    private int _phase;
    private Task? _pendingSend;
    private bool _headGiven;
    private bool _isTruncated;

    private ValueTask SendAsync(GatewayEvent message)
    {
        if (_pendingSend is { IsCompleted: false })
        {
            throw new GatewayProtocolException("send() was called while another call of it has not ended.");
        }

        if (_clientLeft && !_order.IsComplete)
        {
            throw new ClientDisconnectedException();
        }

        ValueTask sending = Dispatch(message);
        if (sending.IsCompletedSuccessfully)
        {
            return default;
        }

        // No other send may begin, and the request does not end, before this one has ended.
        _pendingSend = sending.AsTask();
        return new(_pendingSend);
    }

    private ValueTask Dispatch(GatewayEvent message)
    {
        switch (message)
        {
            case HttpResponseStart:
                _order.Accept(message);
                return default;
            case HttpResponseBody body:
                _order.Accept(body);
                return WriteBody(body.Body, body.MoreBody);
            case HttpFullResponse full:
                _order.Accept(full);
                return WriteBody(full.Body, moreBody: false);
            case HttpResponsePathSend path:
                return new(SendPathAsync(path));
            case HttpResponseZeroCopySend file:
                return new(SendFileAsync(file));
            case HttpResponseTrailers trailers:
                return SendTrailers(trailers);
            default:
                // A message that the server cannot send is not offered, and so refused.
                _order.Accept(message);
                return default;
        }
    }

    private ValueTask WriteBody(ReadOnlyMemory<byte> body, bool moreBody)
    {
        StartResponse();
        if (_order.IsBodiless)
        {
            body = default;
        }

        PipeWriter writer = _output.Writer;
        if (_order.IsComplete && !(_isHttp1 && _order.FramedLength is not null))
        {
            // The end of the message is more than its last byte: a last chunk, an END_STREAM. They leave together.
            if (!body.IsEmpty)
            {
                // Kestrel refuses even no bytes where a status has no body.
                writer.Write(body.Span);
            }

            return EndResponse();
        }

        ValueTask<FlushResult> flush = body.IsEmpty ? writer.FlushAsync() : writer.WriteAsync(body);
        if (!flush.IsCompletedSuccessfully)
        {
            return new(AwaitFlushAsync(flush));
        }

        return !flush.Result.IsCompleted && !IsAborted(always: moreBody) ? Written() : throw Left(null);
    }

    private async Task AwaitFlushAsync(ValueTask<FlushResult> flush)
    {
        await CheckFlushAsync(flush);
        await Written();
    }

    /// <exception cref="ClientDisconnectedException">The client is not there to read on.</exception>
    private async Task CheckFlushAsync(ValueTask<FlushResult> flush)
    {
        Exception? lost = null;
        try
        {
            FlushResult result = await flush;
            if (!result.IsCompleted && !IsAborted(always: true))
            {
                return;
            }
        }
        catch (Exception exception) when (IsDisconnect(exception))
        {
            lost = exception;
        }

        throw Left(lost);
    }

    private ClientDisconnectedException Left(Exception? cause)
    {
        SetClientLeft();
        return new ClientDisconnectedException("The client has disconnected.", cause);
    }

    private ValueTask Written()
    {
        if (_order.IsComplete)
        {
            EndWait();
            if (_pendingReceive is { IsCompleted: false })
            {
                _reader?.CancelPendingRead();
            }
        }

        return default;
    }

    /// <summary>
    /// Whether the server has noticed that the client is gone; its writer takes bytes without a word then. An app that streams must be
    /// told, or it never ends; one that answers at once is spared the question, which has a price.
    /// </summary>
    private bool IsAborted(bool always) => (always || _phase == Suspended) && Lifetime.RequestAborted.IsCancellationRequested;

    private bool IsDisconnect(Exception exception) => exception switch
    {
        IOException or OperationCanceledException => true,
        InvalidOperationException => Lifetime.RequestAborted.IsCancellationRequested,
        _ => false,
    };

    /// <summary>
    /// Brings out the end of the response. While the app's call has not suspended the server does it as soon as the call returns,
    /// together with its own end of the request; an app that goes on working must not hold the client up.
    /// </summary>
    private ValueTask EndResponse()
    {
        if (Interlocked.CompareExchange(ref _phase, EndDeferred, Synchronous) == Synchronous)
        {
            return Written();
        }

        // The server completes the response to a client that has left without a word.
        return IsAborted(always: false) ? throw Left(null) : new(CompleteAsync());
    }

    /// <summary>The app's call has returned: its task is not in its synchronous part any more.</summary>
    private Task LeaveSynchronousPartAsync() =>
        Interlocked.Exchange(ref _phase, Suspended) == EndDeferred ? CompleteAsync() : Task.CompletedTask;

    private async Task CompleteAsync()
    {
        try
        {
            await _output.CompleteAsync();
        }
        catch (Exception exception) when (IsDisconnect(exception))
        {
            throw Left(exception);
        }

        await Written();
    }

    private ValueTask SendTrailers(HttpResponseTrailers message)
    {
        _order.Accept(message);
        if (!_order.IsBodiless && Features.Get<IHttpResponseTrailersFeature>() is { Trailers: { IsReadOnly: false } trailers })
        {
            foreach (Header trailer in message.Headers)
            {
                string name = trailer.NameText;
                trailers[name] = StringValues.Concat(trailers[name], trailer.ValueText);
            }
        }

        return _order.IsComplete ? EndResponse() : default;
    }

    /// <summary>Gives the head to the server with the first body event, not before: until then it can still become a 500.</summary>
    private void StartResponse()
    {
        if (!_headGiven)
        {
            _headGiven = true;

            // A server may refuse a field that the message rules allow: then the response is not what the state says.
            _isTruncated = true;
            ServerHead.Apply(_order.Head!, _order.FramedLength, _response, _isHttp1);
            _isTruncated = false;
        }
    }

    /// <summary>Answers for the app, which has not begun a response.</summary>
    private async Task AnswerAsync(int status, string text)
    {
        byte[] body = Encoding.UTF8.GetBytes(text);
        if (_headGiven)
        {
            _response.Headers.Clear();
        }

        _response.StatusCode = status;
        _response.Headers.ContentType = "text/plain; charset=utf-8";
        _response.Headers.ContentLength = body.Length;
        try
        {
            if (Request.Method != "HEAD")
            {
                await _output.Writer.WriteAsync(body);
            }

            await _output.CompleteAsync();
        }
        catch (Exception exception) when (IsDisconnect(exception))
        {
            Mount.Host.Log.ClientLeft(_scope);
        }
        finally
        {
            EndWait();
        }
    }

    private void EndSend()
    {
        _phase = Synchronous;
        _pendingSend = null;
        _headGiven = false;
        _isTruncated = false;
    }
}
