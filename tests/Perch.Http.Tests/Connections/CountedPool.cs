using System.Buffers;

namespace Perch.Http.Tests.Connections;

/// <summary>The memory of a test's pipes; what is out is counted.</summary>
internal sealed class CountedPool : MemoryPool<byte>
{
    private int _rented;

    internal int Rented => Volatile.Read(ref _rented);

    public override int MaxBufferSize => Shared.MaxBufferSize;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        Interlocked.Increment(ref _rented);
        return new Block(this, Shared.Rent(Math.Max(minBufferSize, 4096)));
    }

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Block(CountedPool pool, IMemoryOwner<byte> inner) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory => inner.Memory;

        public void Dispose()
        {
            Interlocked.Decrement(ref pool._rented);
            inner.Dispose();
        }
    }
}
