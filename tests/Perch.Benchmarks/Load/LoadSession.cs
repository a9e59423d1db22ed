using System.Diagnostics;
using System.Net;

namespace Perch.Benchmarks.Load;

/// <summary>
/// The connections to one server for one scenario, kept open from round to round, and driven by the calling thread alone. It
/// allocates nothing while it runs.
/// </summary>
internal sealed class LoadSession : IDisposable
{
    private const int SilenceMilliseconds = 10_000;

    private readonly LoadConnection[] _connections;
    private readonly SocketReadiness _readiness;
    private readonly LatencyHistogram _latencies = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly int _depth;

    internal LoadSession(IPEndPoint server, Dialogue dialogue, int connections, int depth)
    {
        _depth = depth;
        _connections = new LoadConnection[connections];
        var tape = new RequestTape(dialogue.Requests, depth);
        for (int i = 0; i < connections; i++)
        {
            _connections[i] = new LoadConnection(server, dialogue, tape, i);
        }

        _readiness = SocketReadiness.Create([.. _connections.Select(connection => connection.Socket)]);
    }

    /// <summary>Loads the server until the budget is used up and every request has its answer.</summary>
    /// <exception cref="WrongResponseException">An answer is wrong, or does not come.</exception>
    internal LoadResult Run(LoadBudget budget)
    {
        _latencies.Clear();
        int done = 0;
        int busy = 0;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < _connections.Length; i++)
        {
            busy += Begin(i, ref budget) ? 1 : 0;
        }

        while (busy > 0)
        {
            ReadOnlySpan<int> ready = _readiness.Wait(SilenceMilliseconds);
            if (ready.IsEmpty)
            {
                throw new WrongResponseException($"No answer for {SilenceMilliseconds / 1000} seconds.");
            }

            foreach (int index in ready)
            {
                LoadConnection connection = _connections[index];
                if (connection.HasUnsent)
                {
                    connection.SendOn();
                    _readiness.WatchWrite(index, connection.HasUnsent);
                }

                // A connection that waits for nothing is read only to learn that the server has closed it.
                bool waits = connection.InFlight > 0;
                done += connection.Receive(_buffer, _latencies);
                if (waits && connection.InFlight == 0 && !Begin(index, ref budget))
                {
                    busy--;
                }
            }
        }

        return new LoadResult(done, Stopwatch.GetElapsedTime(start).TotalSeconds, _latencies.Percentile(0.5), _latencies.Percentile(0.99));
    }

    private bool Begin(int index, ref LoadBudget budget)
    {
        int count = budget.Take(_depth);
        if (count == 0)
        {
            return false;
        }

        _connections[index].Begin(count);
        if (_connections[index].HasUnsent)
        {
            _readiness.WatchWrite(index, watch: true);
        }

        return true;
    }

    public void Dispose()
    {
        _readiness.Dispose();
        foreach (LoadConnection connection in _connections)
        {
            connection.Dispose();
        }
    }
}
