using System.Buffers;

namespace Perch.Python.Marshal;

/// <summary>Bytes that grow, in a rented array that is kept from use to use.</summary>
internal sealed class ByteBuffer : IDisposable
{
    private const int Smallest = 4096;

    /// <summary>What a burst took beyond this is given back when the buffer is emptied.</summary>
    private const int LargestKept = 1024 * 1024;

    private byte[] _array = [];

    internal int Length { get; private set; }

    internal ReadOnlyMemory<byte> Written => _array.AsMemory(0, Length);

    /// <summary>Room for so many bytes more, which count as written.</summary>
    internal Span<byte> Append(int count)
    {
        if (count > _array.Length - Length)
        {
            Grow(count);
        }

        Span<byte> room = _array.AsSpan(Length, count);
        Length += count;
        return room;
    }

    /// <summary>Bytes that have been written, to be changed.</summary>
    internal Span<byte> At(int position, int count) => _array.AsSpan(position, count);

    /// <summary>Takes back what was written after a place.</summary>
    internal void Truncate(int length) => Length = Math.Min(length, Length);

    internal void Clear()
    {
        Length = 0;
        if (_array.Length > LargestKept)
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        if (_array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
            _array = [];
        }

        Length = 0;
    }

    private void Grow(int count)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(Smallest, Math.Max((long)Length + count, Length * 2L))));
        _array.AsSpan(0, Length).CopyTo(larger);
        if (_array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }

        _array = larger;
    }
}
