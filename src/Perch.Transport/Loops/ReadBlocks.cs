namespace Perch.Transport.Loops;

/// <summary>The blocks that are read into: as many are kept as a busy server needs.</summary>
internal static class ReadBlocks
{
    /// <summary>A read after one that filled its block.</summary>
    internal const int LargeSize = 64 * 1024;

    private static readonly Stack<ReadBlock> Kept = new();
    private static readonly Lock Gate = new();

    internal static ReadBlock Take()
    {
        lock (Gate)
        {
            if (Kept.TryPop(out ReadBlock? block))
            {
                return block;
            }
        }

        return new ReadBlock(Blocks.Take());
    }

    internal static ReadBlock TakeLarge() => new(Blocks.TakeLarge(LargeSize));

    internal static void Give(ReadBlock block)
    {
        if (block.Bytes.Length == Blocks.Size)
        {
            lock (Gate)
            {
                if (Kept.Count < Blocks.MostKept)
                {
                    Kept.Push(block);
                    return;
                }
            }
        }

        Blocks.Give(block.Bytes);
    }
}
