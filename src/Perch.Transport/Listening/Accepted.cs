using Perch.Transport.Sockets;

namespace Perch.Transport.Listening;

/// <summary>What came of an accept: a descriptor and its peer, the end of the listener (no descriptor), or why none can be had now.</summary>
internal readonly record struct Accepted(int Descriptor, PeerAddress Peer, string? Failure)
{
    internal static readonly Accepted Nothing = new(-1, default, null);

    internal bool IsConnection => Descriptor >= 0;
}
