namespace Perch.Server.Layers;

/// <summary>What a server's layers know of it.</summary>
internal sealed class ServerState : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _stopRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastRequest = Environment.TickCount64;

    /// <summary>Fires when the server begins to stop: it accepts no more.</summary>
    internal CancellationToken Stopping => _stopping.Token;

    /// <summary>Whether the server is stopping.</summary>
    internal bool IsStopping => _stopping.IsCancellationRequested;

    /// <summary>Ends when the server itself asks for its stop.</summary>
    internal Task StopRequested => _stopRequested.Task;

    /// <summary>How long ago the last request began, while the server stops.</summary>
    internal TimeSpan Quiet => TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _lastRequest));

    /// <summary>The server asks for its stop.</summary>
    internal void RequestStop() => _stopRequested.TrySetResult();

    /// <summary>The server stops.</summary>
    internal void BeginStop()
    {
        NoteRequest();
        _stopping.Cancel();
    }

    /// <summary>A request begins.</summary>
    internal void NoteRequest() => Volatile.Write(ref _lastRequest, Environment.TickCount64);

    public void Dispose() => _stopping.Dispose();
}
