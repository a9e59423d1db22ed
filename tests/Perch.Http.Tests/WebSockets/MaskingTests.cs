using System.Runtime.InteropServices;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.Tests.WebSockets;

public sealed class MaskingTests
{
    private static readonly byte[] Key = [0x37, 0xFA, 0x21, 0x3D];

    // RFC 6455 §5.3: transformed-octet-i = original-octet-i XOR masking-key-octet-(i MOD 4).
    [Fact]
    public void EveryWidth_GivesTheSame()
    {
        byte[] source = new byte[300];
        new Random(1).NextBytes(source);
        for (int length = 0; length <= source.Length; length++)
        {
            for (int offset = 0; offset < 4; offset++)
            {
                byte[] expected = [.. source.Take(length).Select((value, i) => (byte)(value ^ Key[(i + offset) % 4]))];
                uint mask = Masking.Rotate(MemoryMarshal.Read<uint>(Key), offset);
                foreach (Mask width in new Mask[] { Masking.Apply, Masking.Apply512, Masking.Apply256, Masking.Apply128, Masking.ApplyScalar })
                {
                    byte[] apart = new byte[length];
                    width(source.AsSpan(0, length), apart, mask);
                    Assert.Equal(expected, apart);

                    byte[] inPlace = source[..length];
                    width(inPlace, inPlace, mask);
                    Assert.Equal(expected, inPlace);
                }
            }
        }
    }

    private delegate void Mask(ReadOnlySpan<byte> source, Span<byte> destination, uint mask);
}
