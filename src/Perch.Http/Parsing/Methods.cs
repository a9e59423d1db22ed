using System.Runtime.CompilerServices;

namespace Perch.Http.Parsing;

/// <summary>Finds the known methods. RFC 9110 9.1: the method is case-sensitive.</summary>
internal static class Methods
{
    // Found by trial: the upper four bits of the product are different for the nine methods.
    private const ulong Multiplier = 0x35BF_992D_C9E9_C617;

    // By those four bits: the letters of the method, first byte lowest.
    private static ReadOnlySpan<ulong> Letters =>
    [
        0, 0, 0, 0, 0x4543415254, 0, 0x5443454E4E4F43, 0x4843544150, 0x534E4F4954504F, 0x54534F50, 0x545550, 0, 0x544547, 0x44414548, 0, 0x4554454C4544,
    ];

    private static ReadOnlySpan<byte> Kinds =>
    [
        0, 0, 0, 0,
        (byte)KnownMethod.Trace, 0, (byte)KnownMethod.Connect, (byte)KnownMethod.Patch,
        (byte)KnownMethod.Options, (byte)KnownMethod.Post, (byte)KnownMethod.Put, 0,
        (byte)KnownMethod.Get, (byte)KnownMethod.Head, 0, (byte)KnownMethod.Delete,
    ];

    /// <summary>The method whose first eight bytes (with what follows it, when it is shorter) are given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static KnownMethod Find(ulong start, int length)
    {
        // No known method has eight letters; those of a longer one would be cut to something that has.
        if (length > 7) return KnownMethod.Other;
        var letters = start & ((1UL << (length * 8)) - 1);
        var index = (int)((letters * Multiplier) >> 60);
        return Letters[index] == letters ? (KnownMethod)Kinds[index] : KnownMethod.Other;
    }

    internal static KnownMethod Find(ReadOnlySpan<byte> method)
    {
        if (method.Length > 7) return KnownMethod.Other;
        ulong start = 0;
        for (var i = 0; i < method.Length; i++) start |= (ulong)method[i] << (i * 8);
        return Find(start, method.Length);
    }
}
