using Microsoft.AspNetCore.Http.Features;
using Perch.Messages;

namespace Perch.AspNetCore.Http;

/// <summary>
/// One request and its response on the server's HTTP stack. The object is reused: it owns its scope, its receive and send delegates
/// and its body event.
/// <list type="number">
/// <item><see cref="BeginAlone"/>: the server has read the head of a request;</item>
/// <item><see cref="RunAsync"/>: the app is called, and what it leaves undone is ended;</item>
/// <item><see cref="End"/>: nothing of the request is held on to.</item>
/// </list>
/// </summary>
internal sealed partial class HttpExchange : RequestFacts
{
    private readonly HttpMessageOrder _order = new();
    private readonly HttpScope _scope;
    private readonly Receive _receive;
    private readonly Send _send;
    private IHttpResponseFeature _response = null!;
    private IHttpResponseBodyFeature _output = null!;
    private bool _isHttp1;

    internal HttpExchange(GatewayMount mount) : base(mount)
    {
        _scope = new HttpScope(this);
        _receive = ReceiveAsync;
        _send = SendAsync;
    }

    private protected override OfferedExtensions OfferedByProtocol =>
        OfferedExtensions.PathSend | OfferedExtensions.ZeroCopySend | OfferedExtensions.FullResponse | (_isHttp1 ? 0 : OfferedExtensions.Trailers);

    /// <summary>(1) A request has come through a pipeline, whose middleware may have put features of its own in place of the server's.</summary>
    internal void Begin(IFeatureCollection features, IHttpRequestFeature request) =>
        Begin(features, request, features.FindRequired<IHttpResponseFeature>(), features.FindRequired<IHttpResponseBodyFeature>());

    /// <summary>(1) A request has come from the server itself: the collection mostly is the features, which saves looking for them.</summary>
    internal void BeginAlone(IFeatureCollection features) => Begin(
        features,
        features as IHttpRequestFeature ?? features.FindRequired<IHttpRequestFeature>(),
        features as IHttpResponseFeature ?? features.FindRequired<IHttpResponseFeature>(),
        features as IHttpResponseBodyFeature ?? features.FindRequired<IHttpResponseBodyFeature>());

    private void Begin(IFeatureCollection features, IHttpRequestFeature request, IHttpResponseFeature response, IHttpResponseBodyFeature output)
    {
        Interlocked.Increment(ref Mount.Host.RunningCount);
        BeginFacts(features, request);
        _response = response;
        _output = output;

        // "HTTP/2" and "HTTP/3" have trailers wherever a server has the feature for them; on HTTP/1.1 Kestrel has none.
        _isHttp1 = request.Protocol is { Length: 8 } protocol && protocol[5] == '1';
        _order.Begin(request.Method == "HEAD", OfferedByProtocol);
        _scope.Renew();
    }

    /// <summary>(2) Runs the app. The policy on exceptions is here and in <see cref="FinishAsync"/>; the way that goes well does not suspend.</summary>
    internal Task RunAsync()
    {
        Task run;
        try
        {
            run = Mount.App(_scope, _receive, _send) ?? throw new GatewayProtocolException("The app returned null instead of a task.");
        }
        catch (Exception exception)
        {
            run = Task.FromException(exception);
        }

        if (run.IsCompletedSuccessfully && _order.IsComplete && !HasPending && !Mount.Host.Log.IsAccessEnabled)
        {
            // An end of the response that is still to be brought out is the server's, which ends the request now.
            EndReading();
            return Task.CompletedTask;
        }

        return AwaitAppAsync(run);
    }

    /// <summary>(3) The server is done with the request.</summary>
    internal void End()
    {
        _order.End();
        EndReceive();
        EndSend();
        EndFacts();
        _response = null!;
        _output = null!;
        Interlocked.Decrement(ref Mount.Host.RunningCount);
    }

    private bool HasPending => _pendingReceive is { IsCompleted: false } || _pendingSend is { IsCompleted: false };

    private async Task AwaitAppAsync(Task run)
    {
        Exception? failure = null;
        try
        {
            await LeaveSynchronousPartAsync();
        }
        catch (ClientDisconnectedException)
        {
            // The app is told by receive; the request does not end before its task does.
        }

        try
        {
            await run;
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        await EndPendingAsync();
        EndReading();
        await SeeAbortAsync();
        await FinishAsync(failure);
    }

    /// <summary>Ends what the app left: an answer where there is none, an abort where there is half of one.</summary>
    private async Task FinishAsync(Exception? failure)
    {
        if (failure is not null)
        {
            await FailAsync(failure);
        }
        else if (!_order.IsComplete && !HasClientLeft)
        {
            await FailAsync(new GatewayProtocolException(
                $"The app returned before its response was complete (state '{_order.StateName}')."));
        }

        if (Mount.Host.Log.IsAccessEnabled)
        {
            Mount.Host.Log.Access(_scope, _response.StatusCode);
        }
    }

    private Task FailAsync(Exception failure)
    {
        if (HasClientLeft && failure is ClientDisconnectedException or OperationCanceledException)
        {
            Mount.Host.Log.ClientLeft(_scope);
            return Task.CompletedTask;
        }

        if (failure is RequestRejectedException rejected && (!_order.IsComplete || _isTruncated))
        {
            Mount.Host.Log.RequestRejected(_scope, rejected);
            if (!_response.HasStarted)
            {
                return AnswerAsync(rejected.StatusCode, rejected.Message);
            }

            Lifetime.Abort();
            return Task.CompletedTask;
        }

        if (_order.IsComplete && !_isTruncated)
        {
            Mount.Host.Log.AppFailed(_scope, "its response was complete already", failure);
            return Task.CompletedTask;
        }

        if (_response.HasStarted)
        {
            // Never end it as if it were complete: the client could not tell.
            Mount.Host.Log.AppFailed(_scope, "the connection is aborted, its response had started", failure);
            Lifetime.Abort();
            return Task.CompletedTask;
        }

        Mount.Host.Log.AppFailed(_scope, "the client gets 500", failure);
        return AnswerAsync(500, Mount.Host.IsDevelopment ? failure.ToString() : "Internal Server Error");
    }
}
