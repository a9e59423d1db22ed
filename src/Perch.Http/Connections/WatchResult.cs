namespace Perch.Http.Connections;

/// <summary>What a look at the time leads to.</summary>
internal enum WatchResult : byte
{
    /// <summary>Nothing.</summary>
    GoOn = 0,

    /// <summary>The read that waits is ended; who waits there knows why.</summary>
    EndRead,

    /// <summary>The client does not read: the connection is cut.</summary>
    Abort,
}
