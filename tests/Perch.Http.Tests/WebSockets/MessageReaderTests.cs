using System.Text;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.Tests.WebSockets;

/// <summary>From bytes to messages, by the clauses of RFC 6455.</summary>
public sealed class MessageReaderTests
{
    private static readonly byte[] Snowman = "caf\u00e9 \u2603 \U0001F600"u8.ToArray();

    // Every split of everything: two cuts at all places, and one byte at a time.
    [Fact]
    public void EverySplit_GivesTheSame()
    {
        byte[] bytes =
        [
            .. Frames.Client(Opcode.Text, "hello"u8),
            .. Frames.Part(Opcode.Text, Snowman.AsSpan(0, 4)),
            .. Frames.Client(Opcode.Ping, "a"u8),
            .. Frames.Part(Opcode.Continuation, default),
            .. Frames.Part(Opcode.Continuation, Snowman.AsSpan(4, 5)),
            .. Frames.Client(Opcode.Pong, default),
            .. Frames.Client(Opcode.Continuation, Snowman.AsSpan(9)),
            .. Frames.Client(Opcode.Binary, default),
            .. Frames.Client(Opcode.Binary, new byte[130]),
            .. Frames.Close(4001, "bye"),
            .. Frames.Client(Opcode.Text, "not read"u8),
        ];
        string expected = $"text:hello ping:a pong: text:{Encoding.UTF8.GetString(Snowman)} binary: binary:260 of 0 close:4001,bye";

        Assert.Equal(expected, MessageRun.Read(bytes));
        Assert.Equal(expected, MessageRun.Read(bytes, _ => 1));
        for (int first = 1; first < bytes.Length; first++)
        {
            for (int second = 1; second < 40; second++)
            {
                Assert.Equal(expected, MessageRun.Read(bytes, end => end == 0 ? first : second));
            }
        }
    }

    // RFC 6455 §5.2: each form of a length, in one piece and in many.
    [Theory]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(100_000)]
    public void Message_IsReadInEachLength(int length)
    {
        byte[] text = Encoding.ASCII.GetBytes(new string('x', length));
        byte[] bytes = Frames.Client(Opcode.Text, text);
        foreach (int step in new[] { bytes.Length, 4096, 1000 })
        {
            Assert.Equal($"text:{length} of x", MessageRun.Read(bytes, _ => step));
        }
    }

    // §8.1: invalid UTF-8 at every border of fragments.
    [Theory]
    [InlineData("C3")]
    [InlineData("E298")]
    [InlineData("F09F98")]
    [InlineData("61FF62")]
    [InlineData("EDA080")]
    [InlineData("F4908080")]
    [InlineData("C080")]
    [InlineData("E29828A1")]
    public void InvalidText_IsRefusedWhereverItIsCut(string hex)
    {
        byte[] text = [.. Snowman, .. Convert.FromHexString(hex)];
        for (int first = 0; first <= text.Length; first++)
        {
            for (int second = first; second <= text.Length; second++)
            {
                byte[] bytes =
                [
                    .. Frames.Part(Opcode.Text, text.AsSpan(0, first)),
                    .. Frames.Part(Opcode.Continuation, text.AsSpan(first, second - first)),
                    .. Frames.Client(Opcode.Continuation, text.AsSpan(second)),
                ];
                Assert.Equal("!InvalidUtf8", MessageRun.Read(bytes));
                Assert.Equal("!InvalidUtf8", MessageRun.Read(bytes, _ => 3));
            }
        }
    }

    // The last fragment is empty: the text is still cut inside a character.
    [Fact]
    public void TextThatIsCutInsideACharacter_IsInvalidWhenItsLastFragmentIsEmpty() => Assert.Equal(
        "!InvalidUtf8", MessageRun.Read([.. Frames.Part(Opcode.Text, [0x61, 0xE2, 0x98]), .. Frames.Client(Opcode.Continuation, default)]));

    // Fail fast: what can never be valid is not waited for to end.
    [Fact]
    public void InvalidText_IsRefusedBeforeItsFrameIsWhole()
    {
        byte[] bytes = Frames.Client(Opcode.Text, [.. "good"u8, 0xFF, .. new byte[1000]]);
        Assert.Equal("", MessageRun.Read(bytes[..12]));
        Assert.Equal("!InvalidUtf8", MessageRun.Read(bytes[..13]));
    }

    // The state of one text is not the next one's.
    [Fact]
    public void TextAfterFragments_IsJudgedAnew()
    {
        byte[] bytes =
        [
            .. Frames.Part(Opcode.Text, Snowman.AsSpan(0, 4)), .. Frames.Client(Opcode.Continuation, Snowman.AsSpan(4)),
            .. Frames.Part(Opcode.Text, "a"u8), .. Frames.Client(Opcode.Continuation, "b"u8), .. Frames.Client(Opcode.Text, Snowman),
        ];
        string text = Encoding.UTF8.GetString(Snowman);
        Assert.Equal($"text:{text} text:ab text:{text}", MessageRun.Read(bytes));
    }

    [Fact]
    public void BinaryMessage_IsNotJudged() => Assert.Equal("binary:FFC3", MessageRun.Read(Frames.Client(Opcode.Binary, [0xFF, 0xC3])));

    // §5.5.1, §7.4: bodies of close frames.
    [Theory]
    [InlineData("", "close:1005,")]
    [InlineData("03", "!TruncatedCloseCode")]
    [InlineData("03E8", "close:1000,")]
    [InlineData("03E8E29883", "close:1000,\u2603")]
    [InlineData("03E8E298", "!InvalidCloseReason")]
    [InlineData("03E8FF", "!InvalidCloseReason")]
    public void CloseFrame_IsJudged(string payload, string expected) =>
        Assert.Equal(expected, MessageRun.Read(Frames.Client(Opcode.Close, Convert.FromHexString(payload))));

    [Fact]
    public void CloseCode_IsOneThatMayBeSent()
    {
        int[] allowed = [.. Enumerable.Range(1000, 4), .. Enumerable.Range(1007, 8), 3000, 3999, 4000, 4999];
        int[] refused = [0, 1, 999, 1004, 1005, 1006, .. Enumerable.Range(1015, 10), 1100, 2000, 2999, 5000, 65535];
        foreach (int code in allowed)
        {
            Assert.Equal($"close:{code},", MessageRun.Read(Frames.Close(code)));
        }

        foreach (int code in refused)
        {
            Assert.Equal("!InvalidCloseCode", MessageRun.Read(Frames.Close(code)));
        }
    }

    // Each fault has one of the codes of §7.4.1, and a reason that a control frame can hold.
    [Fact]
    public void Fault_HasACodeAndATextThatFits()
    {
        foreach (WebSocketFault fault in Enum.GetValues<WebSocketFault>().Where(fault => fault != WebSocketFault.None))
        {
            Assert.Contains(fault.CloseCode(), new[] { 1002, 1007, 1009, 1011 });
            Assert.InRange(Encoding.UTF8.GetByteCount(fault.Text()), 1, 123);
            Assert.Matches("^[a-z0-9_]+$", fault.Tag());
        }
    }

    // A header may promise much: memory is spent on what has come.
    [Fact]
    public void LargeMessage_CostsWhatHasCome()
    {
        byte[] bytes = Frames.Client(Opcode.Binary, new byte[8 * 1024 * 1024]);
        var pool = new CountedArrays();
        using var reader = new Perch.Http.WebSockets.MessageReader(16 * 1024 * 1024, deflate: null, pool);
        System.Buffers.ReadOnlySequence<byte> input = new(bytes[..1000]);
        Assert.Equal(Perch.Http.WebSockets.MessageRead.NeedMore, reader.Read(ref input));
        Assert.InRange(pool.MostBytes, 1, 4096);
    }
}
