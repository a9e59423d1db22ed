using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Perch.Http.Parsing.Scanning;

/// <summary>The masks with 32-byte vectors: AVX2.</summary>
internal readonly struct Isa256 : IScanIsa
{
    public static bool IsSupported => Avx2.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Lines(ReadOnlySpan<byte> block, out ulong carriageReturn, out ulong lineFeed, out ulong control)
    {
        carriageReturn = Join(CarriageReturn(Part(block, 0)), CarriageReturn(Part(block, 1)));
        lineFeed = Join(LineFeed(Part(block, 0)), LineFeed(Part(block, 1)));
        control = Join(Control(Part(block, 0)), Control(Part(block, 1)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint NotToken(ReadOnlySpan<byte> block) =>
        Not(Part(block, 0), NibbleTables.TokenLow, NibbleTables.TokenHigh);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong NotTarget(ReadOnlySpan<byte> block) => Not(block, NibbleTables.TargetLow, NibbleTables.TargetHigh);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint NotHost(ReadOnlySpan<byte> block) =>
        Not(Part(block, 0), NibbleTables.HostLow, NibbleTables.HostHigh);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Part(ReadOnlySpan<byte> block, int index) => Vector256.Create(block.Slice(index * 32, 32));

    // Signed: what has the top bit is below 0x20 as well, and is taken out again.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Control(Vector256<byte> bytes)
    {
        var low = Vector256.LessThan(bytes.AsSByte(), Vector256.Create((sbyte)0x20)).AsByte() & ~bytes;
        return (low | Vector256.Equals(bytes, Vector256.Create((byte)0x7F))).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint CarriageReturn(Vector256<byte> bytes) => Vector256.Equals(bytes, Vector256.Create((byte)'\r')).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint LineFeed(Vector256<byte> bytes) => Vector256.Equals(bytes, Vector256.Create((byte)'\n')).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Not(ReadOnlySpan<byte> block, ulong columnsLow, ulong columnsHigh) =>
        Join(Not(Part(block, 0), columnsLow, columnsHigh), Not(Part(block, 1), columnsLow, columnsHigh));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Not(Vector256<byte> bytes, ulong columnsLow, ulong columnsHigh)
    {
        // The shuffle works in each half of 16 bytes, so both halves need the table.
        var column = Avx2.Shuffle(Vector256.Create(columnsLow, columnsHigh, columnsLow, columnsHigh).AsByte(), bytes);
        var rows = Vector256.Create(NibbleTables.RowsLow, NibbleTables.RowsHigh, NibbleTables.RowsLow, NibbleTables.RowsHigh);
        var row = Avx2.Shuffle(rows.AsByte(), bytes >>> 4);
        return Vector256.Equals(column & row, Vector256<byte>.Zero).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Join(uint low, uint high) => low | ((ulong)high << 32);
}
