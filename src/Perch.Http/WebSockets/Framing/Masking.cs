using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Perch.Http.WebSockets.Framing;

/// <summary>
/// RFC 6455 §5.3: byte <c>i</c> of a payload is combined by XOR with byte <c>i mod 4</c> of the key. The key is a word whose bytes lie in
/// memory as they came. Every width gives the same bytes.
/// </summary>
internal static class Masking
{
    /// <summary>Unmasks from one place to another, or in place.</summary>
    /// <param name="source">The masked bytes.</param>
    /// <param name="destination">Where they go, as long at least; the same memory, or memory that does not overlap.</param>
    /// <param name="mask">The key for the first of the bytes; see <see cref="Rotate"/>.</param>
    internal static void Apply(ReadOnlySpan<byte> source, Span<byte> destination, uint mask)
    {
        if (Vector512.IsHardwareAccelerated && source.Length >= Vector512<byte>.Count)
        {
            Apply512(source, destination, mask);
        }
        else if (Vector256.IsHardwareAccelerated && source.Length >= Vector256<byte>.Count)
        {
            Apply256(source, destination, mask);
        }
        else if (Vector128.IsHardwareAccelerated && source.Length >= Vector128<byte>.Count)
        {
            Apply128(source, destination, mask);
        }
        else
        {
            ApplyScalar(source, destination, mask);
        }
    }

    /// <summary>The key for the bytes that follow as many.</summary>
    internal static uint Rotate(uint mask, long bytes)
    {
        int bits = (int)(bytes & 3) * 8;
        return BitConverter.IsLittleEndian ? BitOperations.RotateRight(mask, bits) : BitOperations.RotateLeft(mask, bits);
    }

    internal static void Apply512(ReadOnlySpan<byte> source, Span<byte> destination, uint mask)
    {
        Vector512<byte> key = Vector512.Create(mask).AsByte();
        int i = 0;
        for (; i <= source.Length - Vector512<byte>.Count; i += Vector512<byte>.Count)
        {
            (Vector512.Create(source[i..]) ^ key).CopyTo(destination[i..]);
        }

        Apply256(source[i..], destination[i..], mask);
    }

    internal static void Apply256(ReadOnlySpan<byte> source, Span<byte> destination, uint mask)
    {
        Vector256<byte> key = Vector256.Create(mask).AsByte();
        int i = 0;
        for (; i <= source.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
        {
            (Vector256.Create(source[i..]) ^ key).CopyTo(destination[i..]);
        }

        Apply128(source[i..], destination[i..], mask);
    }

    internal static void Apply128(ReadOnlySpan<byte> source, Span<byte> destination, uint mask)
    {
        Vector128<byte> key = Vector128.Create(mask).AsByte();
        int i = 0;
        for (; i <= source.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            (Vector128.Create(source[i..]) ^ key).CopyTo(destination[i..]);
        }

        ApplyScalar(source[i..], destination[i..], mask);
    }

    internal static void ApplyScalar(ReadOnlySpan<byte> source, Span<byte> destination, uint mask)
    {
        int i = 0;
        for (; i <= source.Length - sizeof(uint); i += sizeof(uint))
        {
            uint word = MemoryMarshal.Read<uint>(source[i..]) ^ mask;
            MemoryMarshal.Write(destination[i..], in word);
        }

        ReadOnlySpan<byte> key = MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in mask));
        for (int j = 0; i < source.Length; i++, j++)
        {
            destination[i] = (byte)(source[i] ^ key[j]);
        }
    }
}
