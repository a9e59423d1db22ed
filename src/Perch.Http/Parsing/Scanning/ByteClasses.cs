using System.Buffers;
using System.Runtime.CompilerServices;

namespace Perch.Http.Parsing.Scanning;

/// <summary>The classes of each byte: the reference for the vector tables (a test compares all 256), and what scalar code reads.</summary>
internal static class ByteClasses
{
    internal const string Alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    // RFC 9110 5.6.2: tchar
    internal const string TokenCharacters = Alphanumeric + "!#$%&'*+-.^_`|~";

    // RFC 3986 2.3: unreserved; 2.2: sub-delims
    internal const string HostCharacters = Alphanumeric + "-._~" + "!$&'()*+,;=";

    // RFC 3986 2.2: gen-delims without "#"; 2.1: "%"
    internal const string PlainTargetCharacters = HostCharacters + ":/?[]@";
    internal const string TargetCharacters = PlainTargetCharacters + "%";

    private static readonly byte[] Table = Build();

    /// <summary>What a scan over a name stops at.</summary>
    internal static readonly SearchValues<byte> Token = Values(ByteClass.Token);

    /// <summary>What a scan over a target stops at.</summary>
    internal static readonly SearchValues<byte> Target = Values(ByteClass.Target);

    /// <summary>What ends a value.</summary>
    internal static readonly SearchValues<byte> Control = Values(ByteClass.Control);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Is(byte value, ByteClass classes) => (Table[value] & (byte)classes) != 0;

    private static byte[] Build()
    {
        var table = new byte[256];
        Mark(table, TokenCharacters, ByteClass.Token);
        Mark(table, TargetCharacters, ByteClass.Target);
        Mark(table, PlainTargetCharacters, ByteClass.PlainTarget);
        Mark(table, HostCharacters, ByteClass.Host);
        Mark(table, "0123456789ABCDEFabcdef", ByteClass.Hex);
        Mark(table, "0123456789", ByteClass.Digit);
        for (var value = 0; value < 256; value++)
            if ((value < 0x20 && value != '\t') || value == 0x7F) table[value] |= (byte)ByteClass.Control;
        return table;
    }

    private static void Mark(byte[] table, string characters, ByteClass byteClass)
    {
        foreach (var character in characters) table[character] |= (byte)byteClass;
    }

    private static SearchValues<byte> Values(ByteClass byteClass)
    {
        var values = new List<byte>();
        for (var value = 0; value < 256; value++)
            if (Is((byte)value, byteClass)) values.Add((byte)value);
        return SearchValues.Create(values.ToArray());
    }
}
