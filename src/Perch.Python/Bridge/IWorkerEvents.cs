namespace Perch.Python.Bridge;

/// <summary>What a worker says of itself, rather than of a stream. Called while frames are read: none of it may wait.</summary>
internal interface IWorkerEvents
{
    /// <summary>The app has started.</summary>
    void OnReady(string pythonVersion, string loop, string appInterface);

    /// <summary>The app cannot be served.</summary>
    void OnFailed(string message, string details);

    /// <summary>The app has been stopped.</summary>
    /// <param name="failure">How its shutdown failed, or null.</param>
    void OnStopped(string? failure);

    /// <summary>The answer to a ping: the worker's loop runs.</summary>
    void OnPong();

    /// <summary>The worker was told to end by somebody else.</summary>
    void OnLeaving();

    /// <summary>The app failed when nobody waited for it any more: its response was complete, or its client had left.</summary>
    void OnLateFailure(string traceback);
}
