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
    public static ulong Control(ReadOnlySpan<byte> block) => Control(Vector512.Create(block));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FieldLine(ReadOnlySpan<byte> block, out ulong notToken, out ulong control)
    {
        var bytes = Vector512.Create(block);
        notToken = Not(bytes, NibbleTables.Token);
        control = Control(bytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Target(ReadOnlySpan<byte> block, out ulong notTarget, out ulong percent)
    {
        var bytes = Vector512.Create(block);
        notTarget = Not(bytes, NibbleTables.Target);
        percent = Avx512BW.CompareEqual(bytes, Vector512.Create((byte)'%')).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StartLine(ReadOnlySpan<byte> block, out ulong notToken, out ulong notTarget, out ulong percent)
    {
        notToken = Not(Vector512.Create(block), NibbleTables.Token);
        Target(block, out notTarget, out percent);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong NotHost(ReadOnlySpan<byte> block) => Not(Vector512.Create(block), NibbleTables.Host);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Control(Vector512<byte> bytes)
    {
        var low = Avx512BW.CompareLessThan(bytes, Vector512.Create((byte)0x20)).ExtractMostSignificantBits();
        var tab = Avx512BW.CompareEqual(bytes, Vector512.Create((byte)'\t')).ExtractMostSignificantBits();
        var delete = Avx512BW.CompareEqual(bytes, Vector512.Create((byte)0x7F)).ExtractMostSignificantBits();
        return (low & ~tab) | delete;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Not(Vector512<byte> bytes, Vector128<byte> columns)
    {
        // The shuffle works in each quarter of 16 bytes, so all four need the table.
        var column = Avx512BW.Shuffle(Four(columns), bytes);
        var row = Avx512BW.Shuffle(Four(NibbleTables.Rows), bytes >>> 4);
        return Avx512BW.CompareEqual(column & row, Vector512<byte>.Zero).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Four(Vector128<byte> table) =>
        Vector512.Create(Vector256.Create(table, table), Vector256.Create(table, table));
}
