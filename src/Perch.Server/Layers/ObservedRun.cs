namespace Perch.Server.Layers;

/// <summary>A run of the app whose messages a layer sees. The object is reused: its send delegate is made once.</summary>
internal abstract class ObservedRun
{
    private readonly Action<ObservedRun> _giveBack;
    private readonly Send _observed;
    private readonly Receive? _observedReceive;
    private Receive _receive = null!;
    private Send _send = null!;

    /// <param name="giveBack">Takes the object when its run has ended.</param>
    /// <param name="seesReceive">Whether <see cref="OnReceive"/> is wanted.</param>
    private protected ObservedRun(Action<ObservedRun> giveBack, bool seesReceive = false)
    {
        _giveBack = giveBack;
        _observed = message => OnSend(message, _send);
        _observedReceive = seesReceive ? () => OnReceive(_receive) : null;
    }

    /// <summary>The scope of the run.</summary>
    private protected RequestScope Scope { get; private set; } = null!;

    /// <summary>Runs the app.</summary>
    internal Task RunAsync(GatewayApp app, RequestScope scope, Receive receive, Send send)
    {
        Scope = scope;
        _receive = receive;
        _send = send;
        Begin();
        Task run;
        try
        {
            run = app(scope, _observedReceive ?? receive, _observed);
        }
        catch (Exception exception)
        {
            Finish(exception);
            throw;
        }

        if (!run.IsCompletedSuccessfully)
        {
            return AwaitAsync(run);
        }

        Finish(null);
        return run;
    }

    /// <summary>The run begins.</summary>
    private protected virtual void Begin() { }

    /// <summary>The app sends a message.</summary>
    private protected virtual ValueTask OnSend(GatewayEvent message, Send send) => send(message);

    /// <summary>The app asks for a message.</summary>
    private protected virtual ValueTask<GatewayEvent> OnReceive(Receive receive) => receive();

    /// <summary>The run has ended; nothing of it may be held on to.</summary>
    private protected virtual void End(Exception? failure) { }

    private async Task AwaitAsync(Task run)
    {
        try
        {
            await run;
        }
        catch (Exception exception)
        {
            Finish(exception);
            throw;
        }

        Finish(null);
    }

    private void Finish(Exception? failure)
    {
        End(failure);
        Scope = null!;
        _receive = null!;
        _send = null!;
        _giveBack(this);
    }
}
