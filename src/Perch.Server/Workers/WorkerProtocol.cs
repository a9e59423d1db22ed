namespace Perch.Server.Workers;

/// <summary>The lines between a supervisor and its workers, and the variables that a worker finds them by.</summary>
internal static class WorkerProtocol
{
    /// <summary>The descriptors of the sockets, separated by commas.</summary>
    internal const string SocketsVariable = "PERCH_WORKER_SOCKETS";

    /// <summary>The pipe that the worker reads.</summary>
    internal const string ControlVariable = "PERCH_WORKER_CONTROL";

    /// <summary>The pipe that the worker writes.</summary>
    internal const string StatusVariable = "PERCH_WORKER_STATUS";

    /// <summary>The path of the assembly to load in the place of what the command line names.</summary>
    internal const string AppVariable = "PERCH_WORKER_APP";

    /// <summary>To a worker: say that you live.</summary>
    internal const string Ping = "ping";

    /// <summary>To a worker: finish what runs, and end. The end of the pipe means the same.</summary>
    internal const string Stop = "stop";

    /// <summary>From a worker: it serves.</summary>
    internal const string Ready = "ready";

    /// <summary>From a worker: it lives; a blank and its resident set follow.</summary>
    internal const string Alive = "alive";

    /// <summary>From a worker: it could not start; a blank and the reason follow, base64 of UTF-8.</summary>
    internal const string Failed = "failed";
}
