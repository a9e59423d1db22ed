using System.Buffers;
using Perch.Http.Parsing;

namespace Perch.Http.Engine;

/// <summary>
/// The memory of one head: its bytes and the table of its fields. It is the engine's, which a connection has from the first byte of a
/// request until it waits for the next one; one that idles has none.
/// </summary>
internal struct HeadStorage
{
    private const int FirstSize = 1024;

    // The entries for HeadLimits.Default, as a pool of arrays rounds them up.
    private const int UsualFields = 128;

    private byte[]? _bytes;
    private ulong[]? _fields;

    internal int Length { get; private set; }

    internal readonly ulong[] Fields => _fields!;

    internal readonly Memory<byte> Bytes => _bytes.AsMemory(0, Length);

    internal readonly bool IsRented => _bytes is not null;

    internal void Rent(int maxFields)
    {
        _bytes ??= ArrayPool<byte>.Shared.Rent(FirstSize);
        _fields ??= ArrayPool<ulong>.Shared.Rent(maxFields);
        Length = 0;
    }

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        if (Length + bytes.Length > _bytes!.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Length + bytes.Length));
            _bytes.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Cuts off what has been appended past the end of the head.</summary>
    internal void Cut(int length) => Length = length;

    /// <summary>The next head is about to come.</summary>
    internal void Clear() => Length = 0;

    /// <summary>
    /// The engine has no connection any more, but is kept. What heads of the usual size need stays with it: the shared pool keeps too few
    /// arrays for more requests at once than some dozens.
    /// </summary>
    internal void Trim()
    {
        if (_bytes?.Length > FirstSize || _fields?.Length > UsualFields)
        {
            Return();
        }

        Length = 0;
    }

    internal void Return()
    {
        if (_bytes is not null)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            ArrayPool<ulong>.Shared.Return(_fields!);
            _bytes = null;
            _fields = null;
            Length = 0;
        }
    }
}
