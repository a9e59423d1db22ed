using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Perch.Transport;

/// <summary>Options of the event-loop transport.</summary>
public sealed class EventLoopTransportOptions
{
    /// <summary>The loops, and with them the threads that serve connections. Defaults to the number of processors, at most 16, as Kestrel's queues for sockets.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1 or more than 1024.</exception>
    public int LoopCount
    {
        get;
        set => field = OptionValue.Between(value, 1, 1024);
    }
    = Math.Min(Environment.ProcessorCount, 16);

    /// <summary>The connections that the kernel holds for a listener that has not accepted them yet. Defaults to 512, as Kestrel's socket transport.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int Backlog
    {
        get;
        set => field = OptionValue.AtLeast(value, 1);
    }
    = 512;

    /// <summary>Whether small writes leave at once (TCP_NODELAY). Defaults to true, as Kestrel's socket transport.</summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>
    /// Whether an app goes on on its loop's thread, with no way over the thread pool. An app that blocks holds the other connections of its loop up
    /// for <see cref="StallTimeout"/>, then another thread goes on with them. Defaults to true.
    /// </summary>
    public bool InlineScheduling { get; set; } = true;

    /// <summary>
    /// How long an app may hold its loop's thread before another takes the loop over, at least; twice that at most. Of each loop 256 threads may be
    /// held at a time. The next app that blocks keeps the loop, and all its connections wait until one of those apps goes on: the log says so as a
    /// warning. Defaults to 20 ms.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than a millisecond.</exception>
    public TimeSpan StallTimeout
    {
        get;
        set => field = OptionValue.Timer(OptionValue.AtLeast(value, TimeSpan.FromMilliseconds(1)));
    }
    = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Makes the socket that a listener listens on, bound. Defaults to <see cref="SocketTransportOptions.CreateDefaultBoundListenSocket"/>: both
    /// families for an address of IPv6Any, the permissions of the process's umask for a Unix socket.
    /// </summary>
    public Func<EndPoint, Socket> CreateBoundListenSocket { get; set; } = SocketTransportOptions.CreateDefaultBoundListenSocket;
}
