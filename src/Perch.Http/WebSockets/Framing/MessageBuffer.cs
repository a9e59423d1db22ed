using System.Buffers;

namespace Perch.Http.WebSockets.Framing;

/// <summary>A message that grows, in memory that is rented while there is one.</summary>
internal struct MessageBuffer(ArrayPool<byte> pool)
{
    /// <summary>What is rented at least. A header may promise much: memory is spent on what has come.</summary>
    private const int SmallestRent = 4096;

    private byte[]? _array;

    /// <summary>The bytes that have been written.</summary>
    internal int Length { get; private set; }

    /// <summary>The bytes that have been written.</summary>
    internal readonly ReadOnlyMemory<byte> Written => _array.AsMemory(0, Length);

    /// <summary>Memory for more; <see cref="Advance"/> says how much of it is used.</summary>
    /// <param name="least">How much is needed.</param>
    /// <param name="expected">How much is to come in all: room for it is made up to four times what has come, so that little is copied again.</param>
    internal Span<byte> Reserve(int least, long expected = 0)
    {
        int needed = Length + least;
        if (_array is null || _array.Length < needed)
        {
            long wanted = expected > 0
                ? Math.Min(Math.Max(4L * Length, SmallestRent), Length + expected)
                : Math.Max(2L * Length, SmallestRent);
            byte[] larger = pool.Rent((int)Math.Min(Math.Max(wanted, needed), Array.MaxLength));
            Written.Span.CopyTo(larger);
            if (_array is not null)
            {
                pool.Return(_array);
            }

            _array = larger;
        }

        return _array.AsSpan(Length);
    }

    internal void Advance(int count) => Length += count;

    /// <summary>Cuts bytes off the end.</summary>
    internal void Cut(int count) => Length -= count;

    /// <summary>Gives the memory away, to be returned by who takes it; null if there is none.</summary>
    internal byte[]? Detach()
    {
        byte[]? array = _array;
        _array = null;
        Length = 0;
        return array;
    }

    /// <summary>Gives the memory back.</summary>
    internal void Clear()
    {
        if (Detach() is { } array)
        {
            pool.Return(array);
        }
    }
}
