using System.Buffers.Binary;
using Perch.Python.Marshal;

namespace Perch.Python.Bridge;

/// <summary>
/// Events that wait to be written, in frames: a length, and a marshal list of tuples. While what was taken is being written, more
/// gathers in a second buffer. No locks of its own.
/// </summary>
internal sealed class OutgoingFrames : IDisposable
{
    // The type code of the list and its count, which is written when the frame is closed.
    private const int ListHead = 1 + sizeof(int);

    private ByteBuffer _filling = new();
    private ByteBuffer _sending = new();
    private int _frameStart;
    private int _count;

    // The body that the next part of its stream may join: where it begins, and where the last event ends that it is in.
    private int _openStream;
    private int _openStart;
    private int _openEnd;

    /// <summary>Whether nothing waits.</summary>
    internal bool IsEmpty => _filling.Length == 0;

    /// <summary>Begins an event: its kind and stream are written, its other items follow.</summary>
    internal MarshalWriter Begin(HostEvent kind, int stream, int otherItems)
    {
        if (_count > 0 && _filling.Length - _frameStart > BridgeLimits.FullFrame)
        {
            CloseFrame();
        }

        if (_count == 0)
        {
            _frameStart = _filling.Length;
            _filling.Append(BridgeLimits.FrameHead);
            new MarshalWriter(_filling).WriteList(0);
        }

        // No part of a body joins an event that another stands behind, or that is on its way.
        _openStream = 0;
        _count++;
        var writer = new MarshalWriter(_filling);
        writer.WriteTuple(2 + otherItems);
        writer.WriteInt32((int)kind);
        writer.WriteInt32(stream);
        return writer;
    }

    /// <summary>Ends an event that began with <see cref="Begin"/>, with a part of a body.</summary>
    internal void EndWithBody(MarshalWriter writer, int stream, ReadOnlySpan<byte> body, bool moreBody)
    {
        writer.WriteBytes(body);
        writer.WriteBoolean(moreBody);
        _openStream = moreBody ? stream : 0;
        _openEnd = _filling.Length;
        _openStart = _openEnd - 1 - body.Length;
    }

    /// <summary>Adds to the last event, if that is a part of the same body which is to go on, and is not large yet.</summary>
    internal bool TryJoinBody(int stream, ReadOnlySpan<byte> body, bool moreBody)
    {
        int length = _openEnd - 1 - _openStart + body.Length;
        if (_count == 0 || stream != _openStream || _openEnd != _filling.Length || length > BridgeLimits.JoinedBody)
        {
            return false;
        }

        // Whether more follows is the last byte.
        _filling.Truncate(_openEnd - 1);
        body.CopyTo(_filling.Append(body.Length));
        new MarshalWriter(_filling).WriteBoolean(moreBody);
        BinaryPrimitives.WriteInt32LittleEndian(_filling.At(_openStart - sizeof(int), sizeof(int)), length);
        _openStream = moreBody ? stream : 0;
        _openEnd = _filling.Length;
        return true;
    }

    /// <summary>Takes an event back that could not be written to its end.</summary>
    /// <param name="length">The length before it began.</param>
    internal void TakeBack(int length)
    {
        _count--;
        _filling.Truncate(_count == 0 ? _frameStart : length);
    }

    /// <summary>What has been written, for <see cref="TakeBack"/>.</summary>
    internal int Length => _filling.Length;

    /// <summary>Everything that waits, to be sent; valid until the next call.</summary>
    internal ReadOnlyMemory<byte> Take()
    {
        CloseFrame();
        (_filling, _sending) = (_sending, _filling);
        _filling.Clear();
        return _sending.Written;
    }

    public void Dispose()
    {
        _filling.Dispose();
        _sending.Dispose();
    }

    private void CloseFrame()
    {
        _openStream = 0;
        if (_count > 0)
        {
            Span<byte> head = _filling.At(_frameStart, BridgeLimits.FrameHead + ListHead);
            BinaryPrimitives.WriteInt32LittleEndian(head, _filling.Length - _frameStart - BridgeLimits.FrameHead);
            BinaryPrimitives.WriteInt32LittleEndian(head[(BridgeLimits.FrameHead + 1)..], _count);
            _count = 0;
        }
    }
}
