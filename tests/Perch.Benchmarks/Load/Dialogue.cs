using System.Net.Sockets;

namespace Perch.Benchmarks.Load;

/// <summary>What a client says on a connection, and what it must hear.</summary>
internal abstract class Dialogue
{
    /// <summary>The bytes of the requests. A connection sends them in turn, over and over.</summary>
    internal abstract IReadOnlyList<ReadOnlyMemory<byte>> Requests { get; }

    /// <summary>What tables call one of them.</summary>
    internal abstract string Unit { get; }

    /// <summary>What comes before the first request of a connection, which still blocks.</summary>
    /// <exception cref="WrongResponseException">The server does not agree.</exception>
    internal virtual void Open(Socket socket) { }

    /// <summary>Makes a reader for a connection.</summary>
    /// <param name="first">With which of the requests the connection begins.</param>
    internal abstract AnswerReader NewReader(int first);
}
