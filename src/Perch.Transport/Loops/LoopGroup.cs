namespace Perch.Transport.Loops;

/// <summary>The loops of a transport. Their threads run for as long as there is a listener or a connection.</summary>
internal sealed class LoopGroup
{
    private readonly EventLoop[] _loops;
    private readonly StallWatch _watch;
    private int _users = 1;

    /// <summary>Starts the loops, for one user.</summary>
    /// <exception cref="IOException">There are no descriptors for them.</exception>
    internal LoopGroup(EventLoopTransportOptions options, TransportLog log)
    {
        RunsInline = options.InlineScheduling;
        _watch = new StallWatch(options.StallTimeout, log);
        List<EventLoop> loops = [];
        try
        {
            for (int number = 0; number < options.LoopCount; number++)
            {
                loops.Add(new EventLoop($"perch loop {number}", _watch));
            }

            _loops = [.. loops];
            _watch.Start(_loops);
        }
        catch
        {
            loops.ForEach(static loop => loop.Dispose());
            throw;
        }
    }

    /// <summary>Whether what waits for a socket goes on on the loop's thread.</summary>
    internal bool RunsInline { get; }

    /// <summary>The loop with the fewest sockets.</summary>
    internal EventLoop Pick()
    {
        EventLoop best = _loops[0];
        foreach (EventLoop loop in _loops)
        {
            best = loop.Count < best.Count ? loop : best;
        }

        return best;
    }

    /// <summary>Another user; false if the loops have ended.</summary>
    internal bool TryAcquire()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int before = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (before == users)
            {
                return true;
            }

            users = before;
        }

        return false;
    }

    /// <summary>A user less; the last one ends the loops.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _watch.Stop();
            foreach (EventLoop loop in _loops)
            {
                loop.Dispose();
            }
        }
    }
}
