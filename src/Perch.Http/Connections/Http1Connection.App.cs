using Microsoft.AspNetCore.Connections;
using Perch.Http.Engine;

namespace Perch.Http.Connections;

/// <summary>The call of the app, and what follows from how it ends.</summary>
internal sealed partial class Http1Connection
{
    /// <summary>The way that goes well does not suspend.</summary>
    private Task RunAppAsync()
    {
        BeginExchange();
        Task run;
        try
        {
            run = _gateway.App(Engine.Scope, _receive ??= ReceiveAsync, _send ??= SendAsync) ?? throw new GatewayProtocolException("The app returned null instead of a task.");
        }
        catch (Exception exception)
        {
            return AwaitAppAsync(Task.FromException(exception));
        }

        return run.IsCompletedSuccessfully && Engine.Order.IsComplete && !_isTruncated && !HasPending ? Task.CompletedTask : AwaitAppAsync(run);
    }

    private async Task AwaitAppAsync(Task run)
    {
        LeaveSynchronousPart(run);
        Exception? failure = null;
        try
        {
            await run;
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        await EndPendingAsync();
        await FinishAsync(failure);
    }

    /// <summary>Ends what the app left: an answer where there is none, an abort where there is half of one.</summary>
    private async Task FinishAsync(Exception? failure)
    {
        bool isComplete = Engine.Order.IsComplete && !_isTruncated;
        bool hasLeft = _clientLeft || Engine.HasSeenTheEnd;
        if (failure is null && isComplete)
        {
            return;
        }

        if (hasLeft && failure is null or ClientDisconnectedException or OperationCanceledException)
        {
            _gateway.Log.ClientLeft(Engine.Scope);
            CutShort(isComplete, failure);
            return;
        }

        failure ??= new GatewayProtocolException($"The app returned before its response was complete (state '{Engine.Order.StateName}').");
        if (failure is RequestRejectedException rejected)
        {
            // The client's fault, wherever it shows.
            _gateway.Log.RequestRejected(Engine.Scope, rejected);
            if (Engine.HasHeadOut)
            {
                CutShort(isComplete, failure);
                return;
            }

            await AnswerAsync(rejected.StatusCode, rejected.Message);
            return;
        }

        if (isComplete)
        {
            _gateway.Log.AppFailed(Engine.Scope, "its response was complete already", failure);
            return;
        }

        if (Engine.HasHeadOut)
        {
            _gateway.Log.AppFailed(Engine.Scope, "the connection is aborted, its response had started", failure);
            CutShort(isComplete, failure);
            return;
        }

        _gateway.Log.AppFailed(Engine.Scope, "the client gets 500", failure);
        await AnswerAsync(500, _gateway.ShowsErrors ? failure.ToString() : "Internal Server Error");
    }

    /// <summary>
    /// A response that is not whole is the last of its connection, or what follows would be taken for it; one that has begun must not
    /// end as if it were complete, or the client could not tell (RFC 9112 §6.3).
    /// </summary>
    private void CutShort(bool isComplete, Exception? failure)
    {
        if (isComplete)
        {
            return;
        }

        Engine.StopAfterRequest();
        if (Engine.HasHeadOut)
        {
            _connection.Abort(failure is null ? new("The response is incomplete.") : new ConnectionAbortedException("The response is incomplete.", failure));
        }
    }
}
