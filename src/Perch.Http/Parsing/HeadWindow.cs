using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Perch.Http.Parsing.Scanning;

namespace Perch.Http.Parsing;

/// <summary>
/// The bytes of a head, read without bounds checks. All pointer arithmetic of the parser is here.
/// </summary>
/// <remarks>
/// Safety. The caller pins the buffer for the life of the window, and has asked <see cref="IsReadablePast"/> before. Every position
/// handed in is from 0 to <see cref="Length"/>, which Debug builds assert; the tests run in them, with buffers that end at an unreadable
/// page. So a read of at most 64 bytes may reach past the end of the buffer, but not into a page that may be unreadable, and what it
/// finds there is never used: positions from <see cref="Length"/> up count as not there.
/// </remarks>
internal readonly unsafe ref struct HeadWindow
{
    private const int PageLength = 4096;

    private readonly byte* _start;

    internal HeadWindow(byte* start, int length)
    {
        _start = start;
        Length = length;
    }

    /// <summary>
    /// Whether a block at any position can be read in place: 64 bytes after the last one are in its page, and memory protection works by
    /// pages of at least 4 KB.
    /// </summary>
    internal bool IsReadablePast => (int)((nuint)(_start + Length - 1) & (PageLength - 1)) < PageLength - IScanIsa.BlockLength;

    internal int Length { get; }

    internal ReadOnlySpan<byte> Bytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(_start, Length);
    }

    /// <summary>The 64 bytes from <paramref name="position"/>; what lies past the end is of no meaning.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> Block(nuint position)
    {
        Debug.Assert(position <= (uint)Length);
        return new ReadOnlySpan<byte>(_start + position, IScanIsa.BlockLength);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte At(nuint position)
    {
        Debug.Assert(position <= (uint)Length);
        return _start[position];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ushort UInt16(nuint position)
    {
        Debug.Assert(position <= (uint)Length);
        var value = Unsafe.ReadUnaligned<ushort>(_start + position);
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint UInt32(nuint position)
    {
        Debug.Assert(position <= (uint)Length);
        var value = Unsafe.ReadUnaligned<uint>(_start + position);
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ulong UInt64(nuint position)
    {
        Debug.Assert(position <= (uint)Length);
        var value = Unsafe.ReadUnaligned<ulong>(_start + position);
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }
}
