using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Pipes;
using System.Text;

namespace Perch.Server.Workers;

/// <summary>A worker's end of the pipes to its supervisor.</summary>
[SuppressMessage("Design", "CA1001", Justification = "It lives as long as its process.")]
internal sealed class WorkerChannel
{
    private static readonly Lazy<WorkerChannel?> OfThisProcess = new(Open);

    private readonly StreamWriter _status;
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _stopRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile bool _isReady;
    private volatile bool _isOrphan;

    private WorkerChannel(string control, string status, IReadOnlyList<int> sockets, AppGeneration? generation)
    {
        Sockets = sockets;
        Generation = generation;
        var reader = new AnonymousPipeClientStream(PipeDirection.In, control);
        var writer = new AnonymousPipeClientStream(PipeDirection.Out, status);
        Descriptors.Keep(reader.SafePipeHandle.DangerousGetHandle());
        Descriptors.Keep(writer.SafePipeHandle.DangerousGetHandle());
        _status = new StreamWriter(writer) { AutoFlush = true };

        // A thread of its own: an app that blocks all of the pool's is not dead to its supervisor for that alone, but one that stops the
        // process is.
        new Thread(() => Read(new StreamReader(reader))) { IsBackground = true, Name = "perch worker control" }.Start();
    }

    /// <summary>That of this process; null if it is no worker.</summary>
    internal static WorkerChannel? Current => OfThisProcess.Value;

    /// <summary>The descriptors of the sockets to serve.</summary>
    internal IReadOnlyList<int> Sockets { get; }

    /// <summary>What to load; null for what the command line names.</summary>
    internal AppGeneration? Generation { get; }

    /// <summary>Ends when the supervisor wants the worker to stop, or has ended.</summary>
    internal Task StopRequested => _stopRequested.Task;

    /// <summary>The worker serves.</summary>
    internal void SayReady()
    {
        _isReady = true;
        Say(WorkerProtocol.Ready);
    }

    /// <summary>The worker could not start.</summary>
    internal void SayFailed(string reason) => Say($"{WorkerProtocol.Failed} {Convert.ToBase64String(Encoding.UTF8.GetBytes(reason))}");

    /// <summary>The worker ends: what a supervisor would do then, if there is none any more.</summary>
    internal void End()
    {
        if (_isOrphan)
        {
            Generation?.Leave();
        }
    }

    private static WorkerChannel? Open()
    {
        string? sockets = Environment.GetEnvironmentVariable(WorkerProtocol.SocketsVariable);
        string? control = Environment.GetEnvironmentVariable(WorkerProtocol.ControlVariable);
        string? status = Environment.GetEnvironmentVariable(WorkerProtocol.StatusVariable);
        string? app = Environment.GetEnvironmentVariable(WorkerProtocol.AppVariable);
        if (sockets is null || control is null || status is null)
        {
            return null;
        }

        // What the app starts is no worker.
        Environment.SetEnvironmentVariable(WorkerProtocol.SocketsVariable, null);
        Environment.SetEnvironmentVariable(WorkerProtocol.ControlVariable, null);
        Environment.SetEnvironmentVariable(WorkerProtocol.StatusVariable, null);
        Environment.SetEnvironmentVariable(WorkerProtocol.AppVariable, null);
        int[] descriptors = [.. sockets.Split(',').Select(static text => int.Parse(text, CultureInfo.InvariantCulture))];
        foreach (int descriptor in descriptors)
        {
            Descriptors.Keep(descriptor);
        }

        return new WorkerChannel(control, status, descriptors, app is null ? null : AppGeneration.Of(app));
    }

    private void Read(StreamReader control)
    {
        try
        {
            while (control.ReadLine() is { } line)
            {
                if (line == WorkerProtocol.Stop)
                {
                    _stopRequested.TrySetResult();
                }
                else if (line == WorkerProtocol.Ping)
                {
                    Say(string.Create(CultureInfo.InvariantCulture, $"{WorkerProtocol.Alive} {Environment.WorkingSet}"));
                }
            }
        }
        catch (IOException)
        {
            // As the end of the pipe.
        }

        _isOrphan = true;
        _stopRequested.TrySetResult();
        if (!_isReady)
        {
            // Nothing runs in it, and an app that never comes to the end of its start would stay for ever.
            End();
            Environment.Exit(0);
        }
    }

    private void Say(string line)
    {
        try
        {
            lock (_lock)
            {
                _status.WriteLine(line);
            }
        }
        catch (IOException)
        {
            // The supervisor has ended, which the other pipe says as well.
        }
    }
}
