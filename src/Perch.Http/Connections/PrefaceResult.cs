namespace Perch.Http.Connections;

/// <summary>What the first bytes of a connection are.</summary>
internal enum PrefaceResult : byte
{
    /// <summary>None came in time, or before the server's stop.</summary>
    Idle = 0,

    /// <summary>
    /// Some came that could become the preface, and no more in time. Nobody can read on: a pipe shows bytes that were looked at only when
    /// more come.
    /// </summary>
    Stalled,

    /// <summary>Not the preface.</summary>
    Http1,

    /// <summary>The preface of HTTP/2.</summary>
    Http2,
}
