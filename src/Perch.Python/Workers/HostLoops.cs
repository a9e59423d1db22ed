namespace Perch.Python.Workers;

/// <summary>The event loops of a host that serves a Python app alone.</summary>
internal static class HostLoops
{
    /// <summary>More bring nothing, as Kestrel's queues for sockets.</summary>
    private const int Most = 16;

    /// <summary>
    /// How many there should be: what the workers leave of the processors, and half of them at least. A loop feeds several workers; with
    /// one more than needed each worker gets its requests in smaller portions, and is woken for each of them.
    /// </summary>
    internal static int Beside(int workers, int processors) => Math.Min(Most, Math.Max(processors - workers, (processors + 1) / 2));
}
