using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Perch.Http.Parsing.Scanning;

namespace Perch.Http.Parsing;

/// <summary>
/// The bytes of a head, read without bounds checks. All pointer arithmetic of the parser is here.
/// </summary>
/// <remarks>
/// Safety. The caller pins the buffer for the life of the window, and <c>tail</c> is 64 bytes of its stack frame. Every position handed
/// in is
/// from 0 to <see cref="Length"/>, and the readers of 1, 2, 4 and 8 bytes are called only where that many bytes are left of it: asserted in
/// Debug builds, in which the tests run, with buffers that end at an unreadable page. A block of 64 bytes may reach past the end of
/// the buffer, only where that stays in the memory page of the buffer's last byte: memory protection works by pages of at least 4 KB, so
/// such a read
/// cannot fault, and what it reads is never used (positions from <see cref="Length"/> up count as not there).
/// </remarks>
internal readonly unsafe ref struct HeadWindow
{
    private const int PageLength = 4096;

    private readonly byte* _start;
    private readonly byte* _tail;
    private readonly int _lastWholeBlock;

    internal HeadWindow(byte* start, int length, byte* tail)
    {
        _start = start;
        _tail = tail;
        Length = length;

        // Where 64 bytes after the last one are in its page, a block at any position can be read in place.
        var end = (int)((nuint)(start + length - 1) & (PageLength - 1)) + 1;
        _lastWholeBlock = length != 0 && end + IScanIsa.BlockLength <= PageLength ? length : length - IScanIsa.BlockLength;
    }

    internal int Length { get; }

    internal ReadOnlySpan<byte> Bytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(_start, Length);
    }

    /// <summary>The 64 bytes from <paramref name="position"/>; what lies past the end is of no meaning.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> Block(int position)
    {
        Debug.Assert((uint)position <= (uint)Length);
        var block = position <= _lastWholeBlock ? _start + position : CopyTail(_start, position, Length, _tail);
        return new ReadOnlySpan<byte>(block, IScanIsa.BlockLength);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte At(int position)
    {
        Debug.Assert((uint)position < (uint)Length);
        return _start[position];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ushort UInt16(int position)
    {
        Debug.Assert(position >= 0 && position + sizeof(ushort) <= Length);
        var value = Unsafe.ReadUnaligned<ushort>(_start + position);
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint UInt32(int position)
    {
        Debug.Assert(position >= 0 && position + sizeof(uint) <= Length);
        var value = Unsafe.ReadUnaligned<uint>(_start + position);
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ulong UInt64(int position)
    {
        Debug.Assert(position >= 0 && position + sizeof(ulong) <= Length);
        var value = Unsafe.ReadUnaligned<ulong>(_start + position);
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> Slice(int start, int end)
    {
        Debug.Assert(start >= 0 && start <= end && end <= Length);
        return new ReadOnlySpan<byte>(_start + start, end - start);
    }

    // Static: a call on the window would need its address, and then it could not live in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte* CopyTail(byte* start, int position, int length, byte* tail)
    {
        // Fewer than 64 bytes are left: a position with 64 is not after the last whole block.
        var copy = new Span<byte>(tail, IScanIsa.BlockLength);
        copy.Clear();
        new ReadOnlySpan<byte>(start + position, length - position).CopyTo(copy);
        return tail;
    }
}
