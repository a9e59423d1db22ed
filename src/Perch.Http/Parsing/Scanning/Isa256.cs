using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Perch.Http.Parsing.Scanning;

/// <summary>The masks with 32-byte vectors: AVX2.</summary>
internal readonly struct Isa256 : IScanIsa
{
    public static bool IsSupported => Avx2.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Control(ReadOnlySpan<byte> block) => Join(Control(Part(block, 0)), Control(Part(block, 1)));

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
        percent = Join(Percent(Part(block, 0)), Percent(Part(block, 1)));
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
    private static Vector256<byte> Part(ReadOnlySpan<byte> block, int index) => Vector256.Create(block.Slice(index * 32, 32));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Control(Vector256<byte> bytes)
    {
        var low = Vector256.LessThan(bytes, Vector256.Create((byte)0x20)) & ~Vector256.Equals(bytes, Vector256.Create((byte)'\t'));
        return (low | Vector256.Equals(bytes, Vector256.Create((byte)0x7F))).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Percent(Vector256<byte> bytes) => Vector256.Equals(bytes, Vector256.Create((byte)'%')).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Not(ReadOnlySpan<byte> block, Vector128<byte> columns) =>
        Join(Not(Part(block, 0), columns), Not(Part(block, 1), columns));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Not(Vector256<byte> bytes, Vector128<byte> columns)
    {
        // The shuffle works in each half of 16 bytes, so both halves need the table.
        var column = Avx2.Shuffle(Vector256.Create(columns, columns), bytes);
        var row = Avx2.Shuffle(Vector256.Create(NibbleTables.Rows, NibbleTables.Rows), bytes >>> 4);
        return Vector256.Equals(column & row, Vector256<byte>.Zero).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Join(uint low, uint high) => low | ((ulong)high << 32);
}
