using System.Buffers;
using System.Collections.Concurrent;

namespace Perch.Http.Tests.Connections;

/// <summary>The memory of a test's pipes; what is out is counted.</summary>
internal sealed class CountedPool : MemoryPool<byte>
{
    private readonly ConcurrentBag<Block> _free = [];
    private int _rented;

    internal int Rented => Volatile.Read(ref _rented);

    public override int MaxBufferSize => Shared.MaxBufferSize;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        Interlocked.Increment(ref _rented);
        return minBufferSize <= Block.Size && _free.TryTake(out Block? block) ? block : new Block(this, new byte[Math.Max(minBufferSize, Block.Size)]);
    }

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Block(CountedPool pool, byte[] bytes) : IMemoryOwner<byte>
    {
        internal const int Size = 4096;

        public Memory<byte> Memory => bytes;

        public void Dispose()
        {
            Interlocked.Decrement(ref pool._rented);
            pool._free.Add(this);
        }
    }
}
