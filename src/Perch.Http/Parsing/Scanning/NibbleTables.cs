using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Perch.Http.Parsing.Scanning;

/// <summary>
/// A set of ASCII bytes as two tables of 16. The upper half of a byte selects one bit for each of the rows 0x20 to 0x70, the lower half
/// the rows in which that column is a member: a byte is in the set when the two have a bit in common. A byte from 0x80 up finds
/// nothing in the lower table, because a shuffle answers zero for an index with the sign bit.
/// </summary>
internal static class NibbleTables
{
    internal static Vector128<byte> Rows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Create((byte)0, 0, 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /// <summary><see cref="ByteClass.Token"/>.</summary>
    internal static Vector128<byte> Token
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Create(
            (byte)0x3A, 0x3F, 0x3E, 0x3F, 0x3F, 0x3F, 0x3F, 0x3F, 0x3E, 0x3E, 0x3D, 0x15, 0x34, 0x15, 0x3D, 0x1C);
    }

    /// <summary><see cref="ByteClass.Target"/>.</summary>
    internal static Vector128<byte> Target
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Create(
            (byte)0x2E, 0x3F, 0x3E, 0x3E, 0x3F, 0x3F, 0x3F, 0x3F, 0x3F, 0x3F, 0x3F, 0x1F, 0x15, 0x1F, 0x35, 0x1F);
    }

    /// <summary><see cref="ByteClass.Host"/>.</summary>
    internal static Vector128<byte> Host
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Create(
            (byte)0x2A, 0x3F, 0x3E, 0x3E, 0x3F, 0x3E, 0x3F, 0x3F, 0x3F, 0x3F, 0x3D, 0x17, 0x15, 0x17, 0x35, 0x1C);
    }
}
