using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using System.Text;

namespace Perch.Server.Workers;

/// <summary>A worker, as its supervisor sees it.</summary>
internal sealed class WorkerProcess : IDisposable
{
    /// <summary>How long one may take to end that is no longer wanted and does not serve: those that are about to do so end well.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly AnonymousPipeServerStream _control = new(PipeDirection.Out, HandleInheritability.Inheritable);
    private readonly AnonymousPipeServerStream _status = new(PipeDirection.In, HandleInheritability.Inheritable);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _pingedAt;
    private long _residentSize;

    private WorkerProcess(ProcessStartInfo start)
    {
        Descriptors.Keep(_control.SafePipeHandle.DangerousGetHandle());
        Descriptors.Keep(_status.SafePipeHandle.DangerousGetHandle());
        start.Environment[WorkerProtocol.ControlVariable] = _control.GetClientHandleAsString();
        start.Environment[WorkerProtocol.StatusVariable] = _status.GetClientHandleAsString();
        _process = Process.Start(start) ?? throw new GatewayServerStartException($"{start.FileName} could not be started.");
        _control.DisposeLocalCopyOfClientHandle();
        _status.DisposeLocalCopyOfClientHandle();
        Exited = WaitForEndAsync();
    }

    internal int Id => _process.Id;

    /// <summary>Ends when the worker serves; never if it does not get there.</summary>
    internal Task Ready => _ready.Task;

    internal bool IsReady => _ready.Task.IsCompleted;

    /// <summary>Ends when its process has ended, and what it had to say has been read.</summary>
    internal Task Exited { get; }

    /// <summary>Why it could not start, if it said so.</summary>
    internal string? Failure { get; private set; }

    internal int ExitCode => _process.ExitCode;

    /// <summary>It was told to stop.</summary>
    internal bool IsStopping { get; private set; }

    /// <summary>How long it has not answered; nothing before it serves, for an app may take its time to start.</summary>
    internal TimeSpan Silence => IsReady && Volatile.Read(ref _pingedAt) is > 0 and var pingedAt
        ? TimeSpan.FromMilliseconds(Environment.TickCount64 - pingedAt)
        : TimeSpan.Zero;

    /// <summary>Its memory, in bytes, when it last said so.</summary>
    internal long ResidentSize => Volatile.Read(ref _residentSize);

    /// <summary>Starts one.</summary>
    /// <param name="sockets">The descriptors of the sockets to serve.</param>
    /// <param name="generation">What to load instead of what its command line names; null for that.</param>
    internal static WorkerProcess Start(IEnumerable<nint> sockets, AppGeneration? generation)
    {
        ProcessStartInfo start = OwnCommand();
        start.Environment[WorkerProtocol.AppVariable] = generation?.Assembly;
        start.Environment[WorkerProtocol.SocketsVariable] = string.Join(',', sockets);
        return new WorkerProcess(start);
    }

    /// <summary>Asks it to say that it lives.</summary>
    internal void Ping()
    {
        if (IsReady && Interlocked.CompareExchange(ref _pingedAt, Environment.TickCount64, 0) == 0)
        {
            Write(WorkerProtocol.Ping);
        }
    }

    /// <summary>Asks it to finish what runs, and to end.</summary>
    internal void Stop()
    {
        IsStopping = true;
        Write(WorkerProtocol.Stop);
    }

    /// <summary>Asks one that does not serve yet to end. An app that cannot hear that while it starts is not waited for.</summary>
    internal void GiveUp()
    {
        Stop();
        _ = KillUnlessReadyAsync();
    }

    /// <summary>Ends it now.</summary>
    internal void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    public void Dispose()
    {
        _control.Dispose();
        _status.Dispose();
        _process.Dispose();
    }

    /// <summary>The command line that this process was started with.</summary>
    private static ProcessStartInfo OwnCommand()
    {
        string program = Environment.ProcessPath!;
        string[] arguments = Environment.GetCommandLineArgs();
        bool isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        return new ProcessStartInfo(program, isHost ? arguments : arguments[1..]);
    }

    private async Task KillUnlessReadyAsync()
    {
        if (await Task.WhenAny(Exited, Ready, Task.Delay(StartPatience)) is var first && first != Exited && first != Ready)
        {
            Kill();
        }
    }

    private async Task WaitForEndAsync()
    {
        await ReadAsync();
        await _process.WaitForExitAsync();
    }

    private async Task ReadAsync()
    {
        using var reader = new StreamReader(_status, leaveOpen: true);
        while (await ReadLineAsync(reader) is { } line)
        {
            switch (line.Split(' '))
            {
                case [WorkerProtocol.Ready]:
                    _ready.TrySetResult();
                    break;
                case [WorkerProtocol.Alive, var size]:
                    Volatile.Write(ref _pingedAt, 0);
                    Volatile.Write(ref _residentSize, long.Parse(size, CultureInfo.InvariantCulture));
                    break;
                case [WorkerProtocol.Failed, var reason]:
                    Failure = Encoding.UTF8.GetString(Convert.FromBase64String(reason));
                    break;
            }
        }
    }

    /// <summary>A pipe that breaks has ended.</summary>
    private static async Task<string?> ReadLineAsync(StreamReader reader)
    {
        try
        {
            return await reader.ReadLineAsync();
        }
        catch (IOException)
        {
            return null;
        }
    }

    private void Write(string line)
    {
        try
        {
            _control.Write(Encoding.ASCII.GetBytes(line + "\n"));
        }
        catch (IOException)
        {
            // It has ended, which is seen elsewhere.
        }
    }
}
