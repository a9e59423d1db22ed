using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Perch.Http.Parsing.Scanning;

/// <summary>The masks with 16-byte vectors: SSSE3, and the vectors of ARM64.</summary>
internal readonly struct Isa128 : IScanIsa
{
    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Lines(ReadOnlySpan<byte> block, out ulong carriageReturn, out ulong lineFeed, out ulong control)
    {
        carriageReturn = Join(CarriageReturn(Part(block, 0)), CarriageReturn(Part(block, 1)), CarriageReturn(Part(block, 2)), CarriageReturn(Part(block, 3)));
        lineFeed = Join(LineFeed(Part(block, 0)), LineFeed(Part(block, 1)), LineFeed(Part(block, 2)), LineFeed(Part(block, 3)));
        control = Join(Control(Part(block, 0)), Control(Part(block, 1)), Control(Part(block, 2)), Control(Part(block, 3)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint NotToken(ReadOnlySpan<byte> block) => NotShort(block, NibbleTables.TokenLow, NibbleTables.TokenHigh);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong NotTarget(ReadOnlySpan<byte> block) => Not(block, NibbleTables.TargetLow, NibbleTables.TargetHigh);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint NotHost(ReadOnlySpan<byte> block) => NotShort(block, NibbleTables.HostLow, NibbleTables.HostHigh);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Part(ReadOnlySpan<byte> block, int index) => Vector128.Create(block.Slice(index * 16, 16));

    // Signed: what has the top bit is below 0x20 as well, and is taken out again.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Control(Vector128<byte> bytes)
    {
        var low = Vector128.LessThan(bytes.AsSByte(), Vector128.Create((sbyte)0x20)).AsByte() & ~bytes;
        return (low | Vector128.Equals(bytes, Vector128.Create((byte)0x7F))).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint CarriageReturn(Vector128<byte> bytes) => Vector128.Equals(bytes, Vector128.Create((byte)'\r')).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint LineFeed(Vector128<byte> bytes) => Vector128.Equals(bytes, Vector128.Create((byte)'\n')).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint NotShort(ReadOnlySpan<byte> block, ulong columnsLow, ulong columnsHigh) =>
        Not(Part(block, 0), columnsLow, columnsHigh) | (Not(Part(block, 1), columnsLow, columnsHigh) << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Not(ReadOnlySpan<byte> block, ulong columnsLow, ulong columnsHigh) =>
        Join(
            Not(Part(block, 0), columnsLow, columnsHigh),
            Not(Part(block, 1), columnsLow, columnsHigh),
            Not(Part(block, 2), columnsLow, columnsHigh),
            Not(Part(block, 3), columnsLow, columnsHigh));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Not(Vector128<byte> bytes, ulong columnsLow, ulong columnsHigh)
    {
        // Where the machine's shuffle takes an index from 16 up as zero (ARM64) the row of the byte must not be in it.
        var column = Vector128.ShuffleNative(Vector128.Create(columnsLow, columnsHigh).AsByte(), bytes & Vector128.Create((byte)0x8F));
        var row = Vector128.ShuffleNative(Vector128.Create(NibbleTables.RowsLow, NibbleTables.RowsHigh).AsByte(), bytes >>> 4);
        return Vector128.Equals(column & row, Vector128<byte>.Zero).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Join(uint a, uint b, uint c, uint d) => (a | (b << 16)) | ((ulong)(c | (d << 16)) << 32);
}
