using System.Buffers;

namespace Perch.Http.Tests.WebSockets;

/// <summary>The memory of messages; what is out is counted, and what is given back is spoilt.</summary>
internal sealed class CountedArrays : ArrayPool<byte>
{
    private long _bytes;
    private int _rented;

    internal int Rented => Volatile.Read(ref _rented);

    /// <summary>The most bytes that were ever out at once.</summary>
    internal long MostBytes { get; private set; }

    /// <summary>What a rent throws from now on; null for nothing.</summary>
    internal Exception? Failure { get; set; }

    public override byte[] Rent(int minimumLength)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        byte[] array = new byte[minimumLength];
        Interlocked.Increment(ref _rented);
        MostBytes = Math.Max(MostBytes, Interlocked.Add(ref _bytes, array.Length));
        return array;
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        array.AsSpan().Fill(0xEE);
        Interlocked.Add(ref _bytes, -array.Length);
        Assert.True(Interlocked.Decrement(ref _rented) >= 0, "An array was given back twice.");
    }
}
