using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Perch.Http.Parsing.Scanning;

/// <summary>The masks with 16-byte vectors: SSSE3, and the vectors of ARM64.</summary>
internal readonly struct Isa128 : IScanIsa
{
    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Control(ReadOnlySpan<byte> block) =>
        Join(Control(Part(block, 0)), Control(Part(block, 1)), Control(Part(block, 2)), Control(Part(block, 3)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FieldLine(ReadOnlySpan<byte> block, out ulong notToken, out ulong control)
    {
        notToken = Not(block, NibbleTables.Token);
        control = Control(block);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Target(ReadOnlySpan<byte> block, out ulong notTarget, out ulong percent)
    {
        notTarget = Not(block, NibbleTables.Target);
        percent = Join(Percent(Part(block, 0)), Percent(Part(block, 1)), Percent(Part(block, 2)), Percent(Part(block, 3)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StartLine(ReadOnlySpan<byte> block, out ulong notToken, out ulong notTarget, out ulong percent)
    {
        notToken = Not(block, NibbleTables.Token);
        Target(block, out notTarget, out percent);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong NotHost(ReadOnlySpan<byte> block) => Not(block, NibbleTables.Host);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Part(ReadOnlySpan<byte> block, int index) => Vector128.Create(block.Slice(index * 16, 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Control(Vector128<byte> bytes)
    {
        var low = Vector128.LessThan(bytes, Vector128.Create((byte)0x20)) & ~Vector128.Equals(bytes, Vector128.Create((byte)'\t'));
        return (low | Vector128.Equals(bytes, Vector128.Create((byte)0x7F))).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Percent(Vector128<byte> bytes) => Vector128.Equals(bytes, Vector128.Create((byte)'%')).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Not(ReadOnlySpan<byte> block, Vector128<byte> columns) =>
        Join(Not(Part(block, 0), columns), Not(Part(block, 1), columns), Not(Part(block, 2), columns), Not(Part(block, 3), columns));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Not(Vector128<byte> bytes, Vector128<byte> columns)
    {
        // Where the machine's shuffle takes an index from 16 up as zero (ARM64) the row of the byte must not be in it.
        var column = Vector128.ShuffleNative(columns, bytes & Vector128.Create((byte)0x8F));
        var row = Vector128.ShuffleNative(NibbleTables.Rows, bytes >>> 4);
        return Vector128.Equals(column & row, Vector128<byte>.Zero).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Join(uint a, uint b, uint c, uint d) => (a | (b << 16)) | ((ulong)(c | (d << 16)) << 32);
}
