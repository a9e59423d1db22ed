using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Perch.Http.Parsing.Scanning;

/// <summary>
/// The masks with 64-byte vectors: AVX-512BW. <see cref="Vector512.IsHardwareAccelerated"/> is not asked: it is false on machines that
/// have the instructions but may lower their clock for them, and the short runs of them here do not.
/// </summary>
internal readonly struct Isa512 : IScanIsa
{
    public static bool IsSupported => Avx512BW.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Lines(ReadOnlySpan<byte> block, out ulong carriageReturn, out ulong lineFeed, out ulong control)
    {
        var bytes = Vector512.Create(block);
        carriageReturn = Avx512BW.CompareEqual(bytes, Vector512.Create((byte)'\r')).ExtractMostSignificantBits();
        lineFeed = Avx512BW.CompareEqual(bytes, Vector512.Create((byte)'\n')).ExtractMostSignificantBits();
        control = (Avx512BW.CompareLessThan(bytes, Vector512.Create((byte)0x20)) | Avx512BW.CompareEqual(bytes, Vector512.Create((byte)0x7F)))
            .ExtractMostSignificantBits();
    }

    // Names are short, and a load of 64 bytes that is not aligned always touches two cache lines.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint NotToken(ReadOnlySpan<byte> block) => Isa256.NotToken(block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong NotTarget(ReadOnlySpan<byte> block) => Not(Vector512.Create(block), NibbleTables.TargetLow, NibbleTables.TargetHigh);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint NotHost(ReadOnlySpan<byte> block) => Isa256.NotHost(block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Not(Vector512<byte> bytes, ulong columnsLow, ulong columnsHigh)
    {
        // The shuffle works in each quarter of 16 bytes, so all four need the table.
        var table = Vector512.Create(
            columnsLow, columnsHigh, columnsLow, columnsHigh, columnsLow, columnsHigh, columnsLow, columnsHigh);
        var column = Avx512BW.Shuffle(table.AsByte(), bytes);
        var rows = Vector512.Create(
            NibbleTables.RowsLow, NibbleTables.RowsHigh, NibbleTables.RowsLow, NibbleTables.RowsHigh,
            NibbleTables.RowsLow, NibbleTables.RowsHigh, NibbleTables.RowsLow, NibbleTables.RowsHigh);
        var row = Avx512BW.Shuffle(rows.AsByte(), bytes >>> 4);
        return Avx512BW.CompareEqual(column & row, Vector512<byte>.Zero).ExtractMostSignificantBits();
    }
}
