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
            run = _gateway.App(_engine.Scope, _receive, _send) ?? throw new GatewayProtocolException("The app returned null instead of a task.");
        }
        catch (Exception exception)
        {
            return FinishAsync(exception);
        }

        return run.IsCompletedSuccessfully && _engine.Order.IsComplete && !HasPending ? Task.CompletedTask : AwaitAppAsync(run);
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
        bool isComplete = _engine.Order.IsComplete && !_isTruncated;
        if (failure is null)
        {
            if (isComplete || _clientLeft)
            {
                return;
            }

            failure = new GatewayProtocolException($"The app returned before its response was complete (state '{_engine.Order.StateName}').");
        }

        if (_clientLeft && failure is ClientDisconnectedException or OperationCanceledException)
        {
            _gateway.Log.ClientLeft(_engine.Scope);
            return;
        }

        if (failure is RequestRejectedException rejected && !_engine.HasHeadOut)
        {
            _gateway.Log.RequestRejected(_engine.Scope, rejected);
            await AnswerAsync(rejected.StatusCode, rejected.Message);
            return;
        }

        if (isComplete)
        {
            _gateway.Log.AppFailed(_engine.Scope, "its response was complete already", failure);
            return;
        }

        if (_engine.HasHeadOut)
        {
            // Never end it as if it were complete: the client could not tell.
            _gateway.Log.AppFailed(_engine.Scope, "the connection is aborted, its response had started", failure);
            _engine.StopAfterRequest();
            _connection.Abort(new ConnectionAbortedException("The app failed.", failure));
            return;
        }

        _gateway.Log.AppFailed(_engine.Scope, "the client gets 500", failure);
        await AnswerAsync(500, _gateway.ShowsErrors ? failure.ToString() : "Internal Server Error");
    }
}
