namespace Perch.Http.Parsing.Scanning;

/// <summary>
/// A set of ASCII bytes as two tables of 16. The upper half of a byte selects one bit for each of the rows 0x20 to 0x70, the lower half
/// the rows in which that column is a member: a byte is in the set when the two have a bit in common. A byte from 0x80 up finds
/// nothing in the lower table, because a shuffle answers zero for an index with the sign bit. Each table is two words, its first byte
/// lowest, because only whole words fold to one constant in every width.
/// </summary>
internal static class NibbleTables
{
    /// <summary>The bit of each upper half.</summary>
    internal const ulong RowsLow = 0x2010_0804_0201_0000;
    internal const ulong RowsHigh = 0x0000_0000_0000_0000;

    /// <summary>The columns of <see cref="ByteClass.Token"/>.</summary>
    internal const ulong TokenLow = 0x3F3F_3F3F_3F3E_3F3A;
    internal const ulong TokenHigh = 0x1C3D_1534_153D_3E3E;

    /// <summary>The columns of <see cref="ByteClass.PlainTarget"/>.</summary>
    internal const ulong TargetLow = 0x3F3F_3E3F_3E3E_3F2E;
    internal const ulong TargetHigh = 0x1F35_1F15_1F3F_3F3F;

    /// <summary>The columns of <see cref="ByteClass.Host"/>.</summary>
    internal const ulong HostLow = 0x3F3F_3E3F_3E3E_3F2A;
    internal const ulong HostHigh = 0x1C35_1715_173D_3F3F;
}
