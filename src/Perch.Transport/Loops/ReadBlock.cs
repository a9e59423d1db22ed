using System.Buffers;

namespace Perch.Transport.Loops;

/// <summary>A block that is read into, as a piece of what a pipe's reader sees.</summary>
internal sealed class ReadBlock : ReadOnlySequenceSegment<byte>
{
    internal ReadBlock(byte[] bytes)
    {
        Bytes = bytes;
        Memory = bytes;
    }

    internal byte[] Bytes { get; }

    /// <summary>The one behind it.</summary>
    internal ReadBlock? Following => (ReadBlock?)Next;

    /// <summary>Puts another behind it, when it is full.</summary>
    internal void Append(ReadBlock next)
    {
        Next = next;
        next.RunningIndex = RunningIndex + Bytes.Length;
    }

    /// <summary>It stands alone again.</summary>
    internal void Detach()
    {
        Next = null;
        RunningIndex = 0;
    }
}
