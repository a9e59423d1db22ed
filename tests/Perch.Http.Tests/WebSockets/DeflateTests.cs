using System.Buffers;
using System.IO.Compression;
using System.Text;
using Perch.Http.WebSockets;
using Perch.Http.WebSockets.Compression;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.Tests.WebSockets;

/// <summary>Compressed messages, by the clauses of RFC 7692.</summary>
public sealed class DeflateTests
{
    private static readonly DeflateAgreement Agreement = new(ServerNoContextTakeover: false, ClientNoContextTakeover: false, ServerMaxWindowBits: 15);

    // §7.2.3.1 to §7.2.3.6: the examples of the RFC.
    [Theory]
    [InlineData("F248CDC9C90700", "text:Hello")]
    [InlineData("000500FAFF48656C6C6F00", "text:Hello")]
    [InlineData("F348CDC9C9070000", "text:Hello")]
    [InlineData("F24805000000FFFFCAC9C90700", "text:Hello")]
    [InlineData("00", "text:")]
    public void Example_IsInflated(string payload, string expected)
    {
        byte[] bytes = Frames.Client(Frames.Final | Frames.Compressed | (byte)Opcode.Text, Convert.FromHexString(payload));
        Assert.Equal(expected, MessageRun.Read(bytes, Agreement));
        Assert.Equal(expected, MessageRun.Read(bytes, _ => 1, Agreement));
    }

    // §7.2.3.2: the second "Hello" refers to the first.
    [Fact]
    public void Context_IsTakenOverFromMessageToMessage()
    {
        byte[] bytes =
        [
            .. Frames.Client(Frames.Final | Frames.Compressed | (byte)Opcode.Text, Convert.FromHexString("F248CDC9C90700")),
            .. Frames.Client(Opcode.Text, "plain"u8),
            .. Frames.Client(Frames.Final | Frames.Compressed | (byte)Opcode.Text, Convert.FromHexString("F200110000")),
        ];
        Assert.Equal("text:Hello text:plain text:Hello", MessageRun.Read(bytes, Agreement));

        // §7.1.1.2: where the client has promised not to, it cannot.
        Assert.StartsWith("text:Hello text:plain !InvalidDeflate", MessageRun.Read(bytes, Agreement with { ClientNoContextTakeover = true }), StringComparison.Ordinal);
    }

    // §7.2.3.4: a final block ends the compressor's stream; the next message begins a new one.
    [Fact]
    public void MessageAfterAFinalBlock_IsInflated()
    {
        byte[] hello = Frames.Client(Frames.Final | Frames.Compressed | (byte)Opcode.Text, Convert.FromHexString("F348CDC9C9070000"));
        Assert.Equal("text:Hello text:Hello", MessageRun.Read([.. hello, .. hello], Agreement));
    }

    // §6.1: fragments are pieces of one compressed message, wherever they are cut.
    [Fact]
    public void Fragments_AreInflatedTogether()
    {
        string text = string.Concat(Enumerable.Repeat("caf\u00e9 \u2603 ", 5));
        byte[] payload = Compress(Encoding.UTF8.GetBytes(text));
        for (int cut = 0; cut <= payload.Length; cut++)
        {
            byte[] bytes =
            [
                .. Frames.Client(Frames.Compressed | (byte)Opcode.Text, payload.AsSpan(0, cut)),
                .. Frames.Client(Opcode.Ping, default),
                .. Frames.Client(Opcode.Continuation, payload.AsSpan(cut)),
            ];
            Assert.Equal($"ping: text:{text}", MessageRun.Read(bytes, Agreement));
            Assert.Equal($"ping: text:{text}", MessageRun.Read(bytes, _ => 2, Agreement));
        }
    }

    [Theory]
    [InlineData("FFFFFF", "!InvalidDeflate")]
    [InlineData("0005000000", "!InvalidDeflate")]
    public void GarbledMessage_IsRefused(string payload, string expected) => Assert.Equal(
        expected, MessageRun.Read(Frames.Client(Frames.Final | Frames.Compressed | (byte)Opcode.Text, Convert.FromHexString(payload)), Agreement));

    // RFC 6455 §8.1 holds for what was compressed.
    [Fact]
    public void InvalidText_IsRefusedWhenItIsInflated() => Assert.Equal(
        "!InvalidUtf8", MessageRun.Read(Frames.Client(Frames.Final | Frames.Compressed | (byte)Opcode.Text, Compress([0x61, 0xE2, 0x98])), Agreement));

    // A message of a few bytes that inflates to megabytes: refused at the limit, and no more memory is spent than for the limit.
    [Fact]
    public void InflatedSize_IsLimitedBeforeMemoryIsSpent()
    {
        byte[] bomb = Frames.Client(Frames.Final | Frames.Compressed | (byte)Opcode.Binary, Compress(new byte[50_000_000]));
        var pool = new CountedArrays();
        using var reader = new MessageReader(100_000, Agreement, pool);
        var input = new ReadOnlySequence<byte>(bomb);
        Assert.Equal(MessageRead.Rejected, reader.Read(ref input));
        Assert.Equal(WebSocketFault.MessageTooLarge, reader.Fault);
        Assert.InRange(pool.MostBytes, 1, 400_000);
    }

    [Theory]
    [InlineData(100_000, "binary:200000 of 0")]
    [InlineData(100_001, "!MessageTooLarge")]
    public void InflatedSize_MayBeTheLimit(int length, string expected) => Assert.Equal(
        expected, MessageRun.Read(Frames.Client(Frames.Final | Frames.Compressed | (byte)Opcode.Binary, Compress(new byte[length])), Agreement));

    // §7.2.1, with what §7.1 can agree on: any inflater reads it, and nothing refers back over the window.
    [Theory]
    [InlineData(false, 15)]
    [InlineData(true, 15)]
    [InlineData(false, 8)]
    [InlineData(true, 9)]
    [InlineData(false, 12)]
    public void Compressed_IsInflatedByOthers(bool noContext, int windowBits)
    {
        var pool = new CountedArrays();
        DeflateAgreement agreement = Agreement with { ServerNoContextTakeover = noContext, ServerMaxWindowBits = windowBits };
        using (var deflater = new Deflater(agreement, level: 6, pool))
        using (var reader = new MessageReader(100_000, Agreement with { ClientNoContextTakeover = noContext }, pool))
        {
            var random = new Random(7);
            foreach (int length in new[] { 1, 5, 255, 256, 257, 1000, 40_000, 5 })
            {
                byte[] message = [.. Enumerable.Range(0, length).Select(i => (byte)(random.Next(8) == 0 ? random.Next(256) : i / 3))];
                byte[] payload = deflater.Compress(message).ToArray();
                deflater.Release();
                AssertWindow(payload, windowBits);

                var input = new ReadOnlySequence<byte>(Frames.Client(Frames.Final | Frames.Compressed | (byte)Opcode.Binary, payload));
                Assert.Equal(MessageRead.Message, reader.Read(ref input));
                Assert.Equal(message, reader.Message.Data.ToArray());
                pool.Return(reader.Message.Rented!);
            }
        }

        Assert.Equal(0, pool.Rented);
    }

    // §7.1.1: with the context the second of two equal messages is short, without it is as long as the first.
    [Fact]
    public void ServerContext_IsKeptOnlyWhereItIsAgreed()
    {
        byte[] message = new byte[600];
        new Random(1).NextBytes(message);
        foreach (bool noContext in new[] { true, false })
        {
            using var deflater = new Deflater(Agreement with { ServerNoContextTakeover = noContext }, level: 6, new CountedArrays());
            int first = deflater.Compress(message).Length;
            deflater.Release();
            int second = deflater.Compress(message).Length;
            deflater.Release();
            Assert.Equal(noContext, first == second);
            Assert.Equal(!noContext, second < 50);
        }
    }

    /// <summary>Nothing refers further back than the window: .NET's inflater has no other window than 32 KiB, and would not notice.</summary>
    private static void AssertWindow(byte[] payload, int windowBits)
    {
        if (windowBits == 15)
        {
            return;
        }

        // Each piece inflates on its own, so that nothing in it refers to another, and none is longer than the window.
        byte[] whole = [.. payload, 0x00, 0x00, 0xFF, 0xFF];
        int start = 0;
        for (int i = 4; i <= whole.Length; i++)
        {
            if (whole.AsSpan(i - 4, 4).SequenceEqual<byte>([0x00, 0x00, 0xFF, 0xFF]) && TryInflate(whole[start..i]) is { Length: > 0 } piece)
            {
                Assert.InRange(piece.Length, 1, 1 << windowBits);
                start = i;
            }
        }

        Assert.Equal(whole.Length, start);
    }

    private static byte[]? TryInflate(byte[] piece)
    {
        try
        {
            using var inflated = new MemoryStream();
            using var stream = new DeflateStream(new MemoryStream(piece), CompressionMode.Decompress);
            stream.CopyTo(inflated);
            return inflated.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static byte[] Compress(byte[] message)
    {
        using var deflater = new Deflater(Agreement, level: 6, new CountedArrays());
        return deflater.Compress(message).ToArray();
    }
}
