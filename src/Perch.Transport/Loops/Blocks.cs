using System.Buffers;

namespace Perch.Transport.Loops;

/// <summary>The memory of reads and writes: blocks of one size, of which as many are kept as a busy server needs; larger ones are the shared pool's.</summary>
internal static class Blocks
{
    /// <summary>What one read takes at most: requests with a body of some kilobytes in one piece.</summary>
    internal const int Size = 16 * 1024;

    /// <summary>8 MB.</summary>
    internal const int MostKept = 512;

    private static readonly Stack<byte[]> Kept = new();
    private static readonly Lock Gate = new();

    internal static byte[] Take()
    {
        lock (Gate)
        {
            if (Kept.TryPop(out byte[]? block))
            {
                return block;
            }
        }

        return GC.AllocateUninitializedArray<byte>(Size);
    }

    internal static byte[] TakeLarge(int size) => ArrayPool<byte>.Shared.Rent(size);

    internal static void Give(byte[] block)
    {
        if (block.Length != Size)
        {
            ArrayPool<byte>.Shared.Return(block);
            return;
        }

        lock (Gate)
        {
            if (Kept.Count < MostKept)
            {
                Kept.Push(block);
            }
        }
    }
}
