namespace Perch.Http.Connections;

/// <summary>What a connection waits for, and so which time-out holds.</summary>
internal enum Waiting : byte
{
    /// <summary>Nothing: the app works.</summary>
    ForNothing = 0,

    /// <summary>The next request, or the first.</summary>
    ForRequest,

    /// <summary>The rest of a head.</summary>
    ForHead,

    /// <summary>More of a body that the app receives.</summary>
    ForBody,

    /// <summary>The end of a body that nobody wants, or of the connection.</summary>
    ForEnd,
}
