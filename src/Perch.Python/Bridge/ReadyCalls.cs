using System.Collections.Concurrent;

namespace Perch.Python.Bridge;

/// <summary>
/// The calls for which something has come, continued when the transport says so: on the thread pool, or at the end of a loop's turn. A frame
/// brings answers for many: to queue each for itself costs more than to continue it. But one may block, in the code of the host: so while one
/// runs and others wait, another thread is asked for.
/// </summary>
internal sealed class ReadyCalls(IWorkerTransport transport) : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<WorkerStream> _ready = new();
    private int _isRequested;

    internal void Add(WorkerStream stream)
    {
        _ready.Enqueue(stream);
        Request();
    }

    void IThreadPoolWorkItem.Execute()
    {
        // Before the first look: what is added after the last one then asks again.
        Interlocked.Exchange(ref _isRequested, 0);
        while (_ready.TryDequeue(out WorkerStream? stream))
        {
            if (!_ready.IsEmpty)
            {
                Request();
            }

            stream.Continue();
        }
    }

    private void Request()
    {
        if (Volatile.Read(ref _isRequested) == 0 && Interlocked.Exchange(ref _isRequested, 1) == 0)
        {
            // Not where the frames are read: the host's code would hold up the events of all streams.
            transport.Schedule(this);
        }
    }
}
