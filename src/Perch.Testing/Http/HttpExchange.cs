using System.IO.Pipelines;
using Perch.Messages;
using Perch.Testing.Hosting;

namespace Perch.Testing.Http;

/// <summary>One request of an <see cref="HttpClient"/> and the app's response to it.</summary>
internal sealed partial class HttpExchange : AppConnection
{
    private readonly HttpMessageOrder _order = new();
    private readonly TaskCompletionSource<HttpResponseMessage> _response = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<GatewayEvent> _disconnect = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpRequestMessage _request;
    private readonly RequestBody _requestBody;
    private readonly ResponseBody _responseBody;
    private readonly GatewayExchange _seen;
    private readonly Action<HttpExchange> _ended;
    private bool _headGiven;

    // The last of the response has been taken, not only sent: until then the client can leave.
    private bool _isWhole;

    internal HttpExchange(GatewayApp app, HttpRequestMessage request, GatewayTestOptions options, Action<HttpExchange> ended)
        : base(app, RequestScopes.Of(request, options), options)
    {
        _request = request;
        _requestBody = new RequestBody(request.Content, options.BufferSize, FailRequest);
        _responseBody = new ResponseBody(options.BufferSize);
        _ended = ended;
        _seen = new GatewayExchange(() => Completion);
        request.SetExchange(_seen);
        Observe(_response.Task);
        _order.Begin(request.Method == HttpMethod.Head, Offered);
    }

    protected override string StateName => _order.StateName;

    /// <summary>The response, as soon as its head and the first of its body are there.</summary>
    internal async Task<HttpResponseMessage> GetResponseAsync(CancellationToken cancellation)
    {
        try
        {
            await WaitAsync(_response.Task, "the app's response", cancellation: cancellation).ConfigureAwait(false);
            return await _response.Task.ConfigureAwait(false);
        }
        catch
        {
            Disconnect();
            throw;
        }
    }

    /// <summary>Reads the response's body for the client. A client that gives up a read has left, as one of a socket has.</summary>
    internal async ValueTask<ReadResult> ReadAsync(PipeReader reader, CancellationToken cancellation)
    {
        if (reader.TryRead(out ReadResult ready))
        {
            return ready;
        }

        using var silence = new CancellationTokenSource(Options.Timeout, Options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellation);
        try
        {
            return await reader.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
        {
            Disconnect();
            cancellation.ThrowIfCancellationRequested();
            throw new TimeoutException(TimedOut("the next part of the response's body", Options.Timeout).Message, exception);
        }
    }

    /// <summary>The client has disposed the response.</summary>
    internal void OnResponseDisposed() => Disconnect();

    /// <summary>The client leaves. After a complete response nobody notices.</summary>
    internal void Disconnect()
    {
        lock (Gate)
        {
            if (HasClientLeft || _isWhole)
            {
                return;
            }

            MarkLeft();
        }

        EndReceive();
        CancelLeft();
    }

    protected override async ValueTask<GatewayEvent> NextEventAsync()
    {
        if (!_disconnect.Task.IsCompleted && !_requestBody.IsEnded)
        {
            if (await _requestBody.NextAsync().ConfigureAwait(false) is { } part && !_disconnect.Task.IsCompleted)
            {
                return part;
            }
        }

        return await _disconnect.Task.ConfigureAwait(false);
    }

    protected override void OnAppEnded(Exception? failure)
    {
        bool left;
        lock (Gate)
        {
            left = HasClientLeft;
            MarkLeft();
        }

        EndReceive();
        if (!_isWhole)
        {
            Fail(failure ?? new GatewayProtocolException($"The app returned before its response was complete (state '{_order.StateName}')."), left);
        }

        _ended(this);
    }

    /// <summary>The app leaves no complete response. The client must not take what there is for one.</summary>
    private void Fail(Exception failure, bool left)
    {
        if (_headGiven)
        {
            _responseBody.End(failure);
        }
        else if (left)
        {
            // Somebody may still wait: the handler was disposed under its client.
            _response.TrySetException(new HttpRequestException(HttpRequestError.ConnectionError, "The client has left.", failure));
        }
        else if (Options.RaiseAppExceptions)
        {
            _response.TrySetException(failure);
        }
        else
        {
            _response.TrySetResult(failure is RequestRejectedException rejected
                ? ResponseMessages.OwnAnswer(_request, rejected.StatusCode, rejected.Message)
                : ResponseMessages.OwnAnswer(_request, 500, "Internal Server Error"));
        }
    }

    /// <summary>The content of the request cannot be read: the client's own fault, which it is told; the app sees a client that leaves.</summary>
    private void FailRequest(Exception failure)
    {
        _response.TrySetException(failure as HttpRequestException ?? new HttpRequestException("The request's content cannot be sent.", failure));
        Disconnect();
    }

    /// <summary><c>receive</c> has nothing to wait for any more.</summary>
    private void EndReceive()
    {
        _disconnect.TrySetResult(HttpDisconnect.Instance);
        _requestBody.Abandon();
    }
}
