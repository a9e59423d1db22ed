using System.Buffers.Binary;
using Perch.Python.Bridge;
using Perch.Python.Marshal;

namespace Perch.Python.Tests.Bridge;

/// <summary>Frames, without a socket.</summary>
public class FrameTests
{
    [Fact]
    public void Frames_AreFoundWhereverTheReadsSplitThem()
    {
        byte[] bytes = [.. Frame(10, 'a'), .. Frame(0, 'b'), .. Frame(200_000, 'c'), .. Frame(3, 'd')];
        foreach (int step in new[] { 1, 2, 3, 5, 1000, 65536, bytes.Length })
        {
            using var frames = new FrameAssembler();
            List<int> found = [];
            for (int position = 0; position < bytes.Length;)
            {
                Memory<byte> room = frames.Room();
                int count = Math.Min(Math.Min(step, room.Length), bytes.Length - position);
                bytes.AsSpan(position, count).CopyTo(room.Span);
                frames.Advance(count);
                position += count;
                while (frames.TryTake(out ReadOnlyMemory<byte> frame))
                {
                    found.Add(frame.Length);
                    Assert.True(frame.Length == 0 || frame.Span.IndexOfAnyExcept(frame.Span[0]) < 0);
                }
            }

            Assert.Equal([10, 0, 200_000, 3], found);
        }
    }

    [Fact]
    public void MemoryThatIsHeld_IsNotReadInto()
    {
        using var frames = new FrameAssembler();
        Fill(frames, Frame(10, 'a'));
        Assert.True(frames.TryTake(out ReadOnlyMemory<byte> first));
        ReceiveBuffer holder = frames.Buffer;
        holder.Hold();
        for (int i = 0; i < 20; i++)
        {
            Fill(frames, Frame(10_000, 'z'));
            Assert.True(frames.TryTake(out _));
        }

        Assert.Equal(-1, first.Span.IndexOfAnyExcept((byte)'a'));
        holder.Release();
    }

    [Fact]
    public void FrameThatIsTooLarge_IsRefused()
    {
        using var frames = new FrameAssembler();
        byte[] head = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(head, BridgeLimits.LargestFrame + 1);
        Fill(frames, head);
        Assert.Throws<MarshalException>(() => frames.TryTake(out _));
    }

    [Fact]
    public void Events_GatherInFramesOfALimitedSize()
    {
        using var outgoing = new OutgoingFrames();
        Assert.True(outgoing.IsEmpty);
        for (int i = 0; i < 10; i++)
        {
            MarshalWriter writer = outgoing.Begin(HostEvent.Body, i, 2);
            writer.WriteBytes(new byte[100_000]);
            writer.WriteBoolean(true);
        }

        List<int> counts = [];
        List<int> streams = [];
        ReadOnlyMemory<byte> all = outgoing.Take();
        while (!all.IsEmpty)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(all.Span);
            var reader = new MarshalReader(all.Span.Slice(4, length));
            counts.Add(reader.ReadSequence());
            for (int i = 0; i < counts[^1]; i++)
            {
                Assert.Equal(4, reader.ReadSequence());
                Assert.Equal((int)HostEvent.Body, reader.ReadInt32());
                streams.Add(reader.ReadInt32());
                Assert.Equal(100_000, reader.ReadBytes().Length);
                Assert.True(reader.ReadBoolean());
            }

            Assert.True(reader.IsAtEnd);
            all = all[(4 + length)..];
        }

        Assert.Equal([2, 2, 2, 2, 2], counts);
        Assert.Equal(Enumerable.Range(0, 10), streams);
        Assert.True(outgoing.IsEmpty);
    }

    [Fact]
    public void PartsOfABody_JoinTheEventBeforeThem()
    {
        using var outgoing = new OutgoingFrames();
        outgoing.EndWithBody(outgoing.Begin(HostEvent.Body, 7, 2), 7, "one "u8, moreBody: true);
        Assert.True(outgoing.TryJoinBody(7, "two "u8, moreBody: true));
        Assert.True(outgoing.TryJoinBody(7, "three"u8, moreBody: false));
        var reader = new MarshalReader(outgoing.Take().Span[4..]);
        Assert.Equal(1, reader.ReadSequence());
        Assert.Equal(4, reader.ReadSequence());
        Assert.Equal((int)HostEvent.Body, reader.ReadInt32());
        Assert.Equal(7, reader.ReadInt32());
        Assert.Equal("one two three"u8, reader.ReadBytes());
        Assert.False(reader.ReadBoolean());
        Assert.True(reader.IsAtEnd);
    }

    [Theory]
    [InlineData(8, true, false, 1)]
    [InlineData(7, false, false, 1)]
    [InlineData(7, true, true, 1)]
    [InlineData(7, true, false, BridgeLimits.JoinedBody)]
    public void PartOfAnotherBodyOrBehindAnotherEventOrTooMuch_JoinsNothing(int stream, bool moreBody, bool hasOther, int length)
    {
        using var outgoing = new OutgoingFrames();
        outgoing.EndWithBody(outgoing.Begin(HostEvent.Body, 7, 2), 7, "one"u8, moreBody);
        if (hasOther)
        {
            outgoing.Begin(HostEvent.Ping, 0, 1).WriteInt32(1);
        }

        Assert.False(outgoing.TryJoinBody(stream, new byte[length], moreBody: true));
    }

    /// <summary>It would be written into the other event: what a client sends would be read as an event of the host's.</summary>
    [Fact]
    public void PartOfABodyWhoseLastEventHasLeft_JoinsNoEventOfTheSameLength()
    {
        using var outgoing = new OutgoingFrames();
        outgoing.EndWithBody(outgoing.Begin(HostEvent.Body, 7, 2), 7, new byte[100], moreBody: true);
        int length = outgoing.Length;
        outgoing.Take();
        MarshalWriter other = outgoing.Begin(HostEvent.Message, 8, 2);
        other.WriteBytes(new byte[length - outgoing.Length - 10]);
        other.WriteInt32(100);
        Assert.Equal(length, outgoing.Length);
        Assert.False(outgoing.TryJoinBody(7, "two"u8, moreBody: true));
    }

    [Fact]
    public void PartOfABodyWhoseLastEventHasLeft_JoinsNothing()
    {
        using var outgoing = new OutgoingFrames();
        outgoing.EndWithBody(outgoing.Begin(HostEvent.Body, 7, 2), 7, "one"u8, moreBody: true);
        int length = outgoing.Take().Length;
        Assert.False(outgoing.TryJoinBody(7, "two"u8, moreBody: true));

        // Another frame of the same length.
        outgoing.EndWithBody(outgoing.Begin(HostEvent.Body, 8, 2), 8, "two"u8, moreBody: true);
        Assert.Equal(length, outgoing.Length);
        Assert.False(outgoing.TryJoinBody(7, "two"u8, moreBody: true));
    }

    [Fact]
    public void EventThatIsTakenBack_LeavesNothing()
    {
        using var outgoing = new OutgoingFrames();
        int before = outgoing.Length;
        outgoing.Begin(HostEvent.Ping, 0, 1);
        outgoing.TakeBack(before);
        Assert.True(outgoing.IsEmpty);
        outgoing.Begin(HostEvent.Ping, 0, 1).WriteInt32(1);
        before = outgoing.Length;
        outgoing.Begin(HostEvent.Body, 7, 2).WriteBytes(new byte[10]);
        outgoing.TakeBack(before);
        var reader = new MarshalReader(outgoing.Take().Span[4..]);
        Assert.Equal(1, reader.ReadSequence());
        reader.Skip();
        Assert.True(reader.IsAtEnd);
    }

    private static void Fill(FrameAssembler frames, byte[] bytes)
    {
        Memory<byte> room = frames.Room();
        bytes.CopyTo(room);
        frames.Advance(bytes.Length);
    }

    private static byte[] Frame(int length, char fill)
    {
        byte[] frame = new byte[4 + length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, length);
        frame.AsSpan(4).Fill((byte)fill);
        return frame;
    }
}
