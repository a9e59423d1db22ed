using Perch.Benchmarks.Load;

namespace Perch.Benchmarks.Tests.Load;

// RFC 6455 §5.2, §5.4, §5.5.
public sealed class EchoReaderTests
{
    private static readonly byte[] Whole = [0x82, 3, 1, 2, 3];
    private static readonly byte[] Fragments = [0x02, 1, 1, 0x89, 1, 9, 0x00, 0, 0x80, 2, 2, 3];
    private static readonly byte[] Pong = [0x8A, 0];

    [Fact]
    public void Messages_AreCountedWhereverTheReadsSplitThem()
    {
        byte[] bytes = [.. Whole, .. Fragments, .. Pong, .. Whole];
        for (int split = 0; split <= bytes.Length; split++)
        {
            var reader = new EchoReader(new byte[] { 1, 2, 3 });
            int consumed = reader.Read(bytes.AsSpan(0, split), out int first);
            consumed += reader.Read(bytes.AsSpan(consumed), out int second);

            Assert.Equal((bytes.Length, 3), (consumed, first + second));
        }
    }

    [Theory]
    [InlineData(32, 2)]
    [InlineData(1024, 4)]
    [InlineData(65536, 10)]
    public void EveryFormOfTheLength_IsRead(int length, int head)
    {
        byte[] message = new byte[length];
        byte[] frame = ClientFrame.Binary(message, key: 0);

        // The server's form of it: without the mask.
        frame[1] &= 0x7F;
        byte[] bytes = [.. frame.AsSpan(0, head), .. message];

        Assert.Equal(bytes.Length, new EchoReader(message).Read(bytes, out int completed));
        Assert.Equal(1, completed);
    }

    [Theory]
    [InlineData(0x82, 3, 1, 2, 4)]
    [InlineData(0x82, 2, 1, 2)]
    [InlineData(0x82, 0x83, 1, 2, 3)]
    [InlineData(0x81, 3, 1, 2, 3)]
    [InlineData(0x88, 2, 3, 0xE8)]
    [InlineData(0x80, 3, 1, 2, 3)]
    public void AWrongFrame_IsNoticed(params int[] bytes) => Assert.Throws<WrongResponseException>(
        () => new EchoReader(new byte[] { 1, 2, 3 }).Read(Array.ConvertAll(bytes, value => (byte)value), out _));

    // RFC 6455 §5.3.
    [Fact]
    public void AClientFrame_IsMasked() => Assert.Equal(
        [0x82, 0x85, 1, 2, 3, 4, 1 ^ 10, 2 ^ 20, 3 ^ 30, 4 ^ 40, 1 ^ 50], ClientFrame.Binary([10, 20, 30, 40, 50], 0x01020304));
}
