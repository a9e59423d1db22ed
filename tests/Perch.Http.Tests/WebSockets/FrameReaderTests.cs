using System.Runtime.InteropServices;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.Tests.WebSockets;

/// <summary>Headers alone, by the clauses of RFC 6455 §5.</summary>
public sealed class FrameReaderTests
{
    private const long Limit = 100_000;

    /// <summary>What is wrong with the first frame of a connection, and how many bytes show it.</summary>
    public static TheoryData<string, string, int> Faults => new()
    {
        // §5.2: RSV1 to RSV3 are 0 without an extension that defines them.
        { "C180", nameof(WebSocketFault.ReservedBit), 1 },
        { "A180", nameof(WebSocketFault.ReservedBit), 1 },
        { "9180", nameof(WebSocketFault.ReservedBit), 1 },
        { "C980", nameof(WebSocketFault.ReservedBit), 1 },
        { "E880", nameof(WebSocketFault.ReservedBit), 1 },
        { "C080", nameof(WebSocketFault.ReservedBit), 1 },

        // §5.2: the opcodes that are reserved.
        { "8380", nameof(WebSocketFault.ReservedOpcode), 1 },
        { "8480", nameof(WebSocketFault.ReservedOpcode), 1 },
        { "8580", nameof(WebSocketFault.ReservedOpcode), 1 },
        { "8680", nameof(WebSocketFault.ReservedOpcode), 1 },
        { "8780", nameof(WebSocketFault.ReservedOpcode), 1 },
        { "8B80", nameof(WebSocketFault.ReservedOpcode), 1 },
        { "8C80", nameof(WebSocketFault.ReservedOpcode), 1 },
        { "8D80", nameof(WebSocketFault.ReservedOpcode), 1 },
        { "8E80", nameof(WebSocketFault.ReservedOpcode), 1 },
        { "8F80", nameof(WebSocketFault.ReservedOpcode), 1 },

        // §5.1: a client masks.
        { "8100", nameof(WebSocketFault.NotMasked), 2 },
        { "8905", nameof(WebSocketFault.NotMasked), 2 },

        // §5.4: a continuation continues something.
        { "8080", nameof(WebSocketFault.UnexpectedContinuation), 1 },
        { "0080", nameof(WebSocketFault.UnexpectedContinuation), 1 },

        // §5.5: a control frame is not fragmented, and has 125 bytes at most.
        { "0880", nameof(WebSocketFault.FragmentedControlFrame), 1 },
        { "0980", nameof(WebSocketFault.FragmentedControlFrame), 1 },
        { "0A80", nameof(WebSocketFault.FragmentedControlFrame), 1 },
        { "88FE", nameof(WebSocketFault.LargeControlFrame), 2 },
        { "89FF", nameof(WebSocketFault.LargeControlFrame), 2 },

        // §5.2: the shortest form, and no sign.
        { "82FE007D", nameof(WebSocketFault.LongLength), 4 },
        { "82FE0000", nameof(WebSocketFault.LongLength), 4 },
        { "82FF000000000000FFFF", nameof(WebSocketFault.LongLength), 10 },
        { "82FF0000000000000000", nameof(WebSocketFault.LongLength), 10 },
        { "82FF8000000000000001", nameof(WebSocketFault.NegativeLength), 10 },
        { "82FFFFFFFFFFFFFFFFFF", nameof(WebSocketFault.NegativeLength), 10 },

        // §7.4.1, 1009: by the header.
        { "82FF00000000000186A1", nameof(WebSocketFault.MessageTooLarge), 10 },
        { "81FF7FFFFFFFFFFFFFFF", nameof(WebSocketFault.MessageTooLarge), 10 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Fault_IsSeenByTheByteThatShowsIt(string header, string fault, int shownBy)
    {
        byte[] bytes = Convert.FromHexString(header);
        for (int count = 0; count <= bytes.Length; count++)
        {
            var reader = new FrameReader(Limit, allowsCompressed: false);
            FrameStatus status = reader.Read(bytes.AsSpan(0, count), out _, out _, out WebSocketFault seen);
            Assert.Equal(count < shownBy ? FrameStatus.NeedMore : FrameStatus.Rejected, status);
            Assert.Equal(count < shownBy ? nameof(WebSocketFault.None) : fault, seen.ToString());
        }
    }

    // §5.2: the three forms of a length, at their ends.
    [Theory]
    [InlineData(0, 6)]
    [InlineData(125, 6)]
    [InlineData(126, 8)]
    [InlineData(65535, 8)]
    [InlineData(65536, 14)]
    [InlineData(100_000, 14)]
    public void Length_IsReadInEachForm(int length, int headerLength)
    {
        byte[] frame = Frames.Client(Opcode.Binary, new byte[length]);
        for (int count = 0; count < headerLength; count++)
        {
            var early = new FrameReader(Limit, allowsCompressed: false);
            Assert.Equal(FrameStatus.NeedMore, early.Read(frame.AsSpan(0, count), out _, out _, out _));
        }

        var reader = new FrameReader(Limit, allowsCompressed: false);
        Assert.Equal(FrameStatus.Done, reader.Read(frame.AsSpan(0, headerLength), out FrameHeader header, out int taken, out _));
        Assert.Equal(headerLength, taken);
        Assert.Equal(
            new FrameHeader(Opcode.Binary, IsFinal: true, IsCompressed: false, length, MemoryMarshal.Read<uint>(frame.AsSpan(headerLength - 4))), header);
    }

    // §5.4: fragments of two messages are not interleaved; control frames may stand between them.
    [Theory]
    [InlineData("text+ continuation+ ping continuation text", nameof(WebSocketFault.None))]
    [InlineData("text+ text", nameof(WebSocketFault.MissingContinuation))]
    [InlineData("text+ ping binary+", nameof(WebSocketFault.MissingContinuation))]
    [InlineData("binary+ continuation continuation", nameof(WebSocketFault.UnexpectedContinuation))]
    [InlineData("text continuation", nameof(WebSocketFault.UnexpectedContinuation))]
    [InlineData("ping continuation", nameof(WebSocketFault.UnexpectedContinuation))]
    public void Sequence_IsJudged(string frames, string fault)
    {
        var reader = new FrameReader(Limit, allowsCompressed: false);
        Assert.Equal(fault, ReadAll(ref reader, frames, payload: 10));
    }

    // The limit is that of the message, its fragments joined; the next message has it anew.
    [Theory]
    [InlineData("binary+ continuation binary+ continuation", 50_000, nameof(WebSocketFault.None))]
    [InlineData("binary+ ping continuation+ continuation", 50_000, nameof(WebSocketFault.MessageTooLarge))]
    [InlineData("binary+ continuation", 50_001, nameof(WebSocketFault.MessageTooLarge))]
    [InlineData("binary binary binary", 100_000, nameof(WebSocketFault.None))]
    public void Size_IsThatOfTheMessage(string frames, int payload, string fault)
    {
        var reader = new FrameReader(Limit, allowsCompressed: false);
        Assert.Equal(fault, ReadAll(ref reader, frames, payload));
    }

    // RFC 7692 §6: RSV1 on the first fragment, and on no other.
    [Theory]
    [InlineData("text*", nameof(WebSocketFault.None))]
    [InlineData("text*+ continuation", nameof(WebSocketFault.None))]
    [InlineData("text*+ continuation*", nameof(WebSocketFault.ReservedBit))]
    [InlineData("text+ continuation*", nameof(WebSocketFault.ReservedBit))]
    [InlineData("ping*", nameof(WebSocketFault.ReservedBit))]
    [InlineData("close*", nameof(WebSocketFault.ReservedBit))]
    public void CompressedBit_IsTheFirstFragments(string frames, string fault)
    {
        var reader = new FrameReader(Limit, allowsCompressed: true);
        Assert.Equal(fault, ReadAll(ref reader, frames, payload: 10));
    }

    // What is inflated is counted then; but a message that inflates to nothing is not to go on for ever.
    [Fact]
    public void CompressedMessage_IsBoundedOnTheWireAsWell()
    {
        var reader = new FrameReader(Limit, allowsCompressed: true);
        Assert.Equal(nameof(WebSocketFault.None), ReadAll(ref reader, "binary*+ continuation+", 55_000));
        Assert.Equal(nameof(WebSocketFault.MessageTooLarge), ReadAll(ref reader, "continuation+", 55_000));
    }

    private static string ReadAll(ref FrameReader reader, string frames, int payload)
    {
        foreach (string frame in frames.Split(' '))
        {
            Opcode opcode = Enum.Parse<Opcode>(frame.TrimEnd('+', '*'), ignoreCase: true);
            byte first = (byte)((frame.EndsWith('+') ? 0 : Frames.Final) | (frame.Contains('*', StringComparison.Ordinal) ? Frames.Compressed : 0) | (byte)opcode);
            byte[] bytes = Frames.Client(first, new byte[opcode >= Opcode.Close ? 5 : payload]);
            if (reader.Read(bytes, out _, out _, out WebSocketFault fault) != FrameStatus.Done)
            {
                return fault.ToString();
            }
        }

        return nameof(WebSocketFault.None);
    }
}
