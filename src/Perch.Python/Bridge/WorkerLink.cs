using Perch.Python.Marshal;

namespace Perch.Python.Bridge;

/// <summary>
/// The connection to a worker:
/// <list type="number">
/// <item><see cref="RunAsync"/> reads frames and hands their events to their streams, until the worker is gone;</item>
/// <item>what is to be written gathers while a write is under way; whoever adds to an idle connection writes;</item>
/// <item>at the end every stream is told.</item>
/// </list>
/// </summary>
internal sealed partial class WorkerLink(IWorkerTransport transport, IWorkerEvents worker) : IDisposable
{
    /// <summary>The streams that are kept for requests to come.</summary>
    private const int MostIdle = 256;

    private readonly Lock _streamLock = new();
    private readonly Dictionary<int, WorkerStream> _streams = [];
    private readonly Stack<WorkerStream> _idle = [];
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _lastStream;
    private int _active;
    private volatile bool _isDraining;
    private volatile bool _isOver;

    /// <summary>The calls that are to go on.</summary>
    internal ReadyCalls Calls { get; } = new(transport);

    /// <summary>The streams that a worker has, its app's calls that go on behind a complete response included.</summary>
    internal int Active => Volatile.Read(ref _active);

    /// <summary>Whether streams can be opened still. Outside the lock: what it was a moment ago.</summary>
    internal bool IsOpen => !_isOver && !_isDraining;

    /// <summary>The streams there have been.</summary>
    internal int Opened { get; private set; }

    /// <summary>The streams that were open when the worker was gone.</summary>
    internal int Lost { get; private set; }

    /// <summary>Opens a stream.</summary>
    /// <returns>The stream, or null if the worker is gone, or about to go.</returns>
    internal WorkerStream? Open(bool isWebSocket)
    {
        lock (_streamLock)
        {
            if (!IsOpen)
            {
                return null;
            }

            // Once around, after two thousand million requests, numbers may be in use still.
            do
            {
                _lastStream = _lastStream == int.MaxValue ? 1 : _lastStream + 1;
            }
            while (_streams.ContainsKey(_lastStream));

            WorkerStream stream = _idle.TryPop(out WorkerStream? idle) ? idle : new WorkerStream(this);
            stream.Begin(_lastStream, isWebSocket);
            _streams.Add(_lastStream, stream);
            Volatile.Write(ref _active, _streams.Count);
            Opened++;
            return stream;
        }
    }

    /// <summary>Both sides of a stream are over.</summary>
    internal void Remove(int id)
    {
        lock (_streamLock)
        {
            if (_streams.Remove(id, out WorkerStream? stream) && _idle.Count < MostIdle && stream.IsIdle)
            {
                _idle.Push(stream);
            }

            Volatile.Write(ref _active, _streams.Count);
            EndDrain();
        }
    }

    /// <summary>Reads until the worker closes, or sends what no worker sends.</summary>
    /// <exception cref="MarshalException">It did the latter.</exception>
    internal async Task RunAsync()
    {
        using var frames = new FrameAssembler();
        try
        {
            while (true)
            {
                int count = await transport.ReadAsync(frames.Room());
                if (count == 0)
                {
                    return;
                }

                frames.Advance(count);
                while (frames.TryTake(out ReadOnlyMemory<byte> frame))
                {
                    ReadFrame(frame, frames.Buffer);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // Reset, or disposed of: it is gone.
        }
        finally
        {
            End();
        }
    }

    /// <summary>Opens no further stream: the worker is gone, and what it has sent is read to its end.</summary>
    internal void TakeNoMore()
    {
        lock (_streamLock)
        {
            _isDraining = true;
        }
    }

    /// <summary>
    /// Opens no further stream. The WebSockets are told that their worker is about to be replaced; requests are left to end by themselves.
    /// </summary>
    /// <returns>A task that ends when no stream is left.</returns>
    internal Task DrainAsync()
    {
        lock (_streamLock)
        {
            _isDraining = true;
            EndDrain();
        }

        foreach (WorkerStream stream in All())
        {
            stream.Post(new Incoming(IncomingKind.Restart));
        }

        return _drained.Task;
    }

    /// <summary>Looks at the streams, now and then: those that are open for long have their clients watched.</summary>
    internal void WatchClients()
    {
        foreach (WorkerStream stream in Active == 0 ? [] : All())
        {
            stream.WatchClient();
        }
    }

    public void Dispose()
    {
        End();
        transport.Dispose();
        lock (_outgoingLock)
        {
            if (!_isWriting)
            {
                _outgoing.Dispose();
            }
        }
    }

    private WorkerStream? Find(int id)
    {
        lock (_streamLock)
        {
            return _streams.GetValueOrDefault(id);
        }
    }

    private void EndDrain()
    {
        if (_isDraining && _streams.Count == 0)
        {
            _drained.TrySetResult();
        }
    }

    private WorkerStream[] All()
    {
        lock (_streamLock)
        {
            return [.. _streams.Values];
        }
    }

    private void End()
    {
        lock (_streamLock)
        {
            Lost = _isOver ? Lost : _streams.Count;
            _isOver = true;
        }

        foreach (WorkerStream stream in All())
        {
            stream.Post(new Incoming(IncomingKind.Lost));
            Remove(stream.Id);
        }
    }
}
