using System.Buffers;

namespace Perch.Python.Bridge;

/// <summary>Memory that was read into, shared by the connection and the events in it; the last to release it gives it back.</summary>
internal sealed class ReceiveBuffer
{
    private readonly byte[] _array;
    private int _holders = 1;

    private ReceiveBuffer(int size) => _array = ArrayPool<byte>.Shared.Rent(size);

    internal Memory<byte> Memory => _array;

    /// <summary>Whether only the connection holds it, so that it may be read into again.</summary>
    internal bool IsOnlyHeldOnce => Volatile.Read(ref _holders) == 1;

    internal static ReceiveBuffer Rent(int size) => new(size);

    internal void Hold() => Interlocked.Increment(ref _holders);

    internal void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }
    }
}
