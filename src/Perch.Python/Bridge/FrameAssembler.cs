using System.Buffers.Binary;

namespace Perch.Python.Bridge;

/// <summary>
/// Finds whole frames in what is read, without I/O: fill <see cref="Room"/>, say so by <see cref="Advance"/>, and take the frames with
/// <see cref="TryTake"/> until there is none.
/// </summary>
internal sealed class FrameAssembler : IDisposable
{
    private const int UsualSize = 64 * 1024;

    private ReceiveBuffer _buffer = ReceiveBuffer.Rent(UsualSize);
    private int _start;
    private int _end;

    /// <summary>The memory that the frames of <see cref="TryTake"/> are in.</summary>
    internal ReceiveBuffer Buffer => _buffer;

    /// <summary>Where to read into; never empty.</summary>
    internal Memory<byte> Room()
    {
        int wanted = Math.Max(UsualSize, NextLength() is { } length ? BridgeLimits.FrameHead + length : 0);
        if (_start > 0 || _end == _buffer.Memory.Length || wanted > _buffer.Memory.Length)
        {
            MakeRoom(wanted);
        }

        return _buffer.Memory[_end..];
    }

    /// <summary>So many bytes have been read.</summary>
    internal void Advance(int count) => _end += count;

    /// <summary>Takes the next whole frame.</summary>
    /// <exception cref="Marshal.MarshalException">A frame is larger than any may be.</exception>
    internal bool TryTake(out ReadOnlyMemory<byte> frame)
    {
        if (NextLength() is not { } length || _end - _start - BridgeLimits.FrameHead < length)
        {
            frame = default;
            return false;
        }

        frame = _buffer.Memory.Slice(_start + BridgeLimits.FrameHead, length);
        _start += BridgeLimits.FrameHead + length;
        return true;
    }

    public void Dispose() => _buffer.Release();

    private int? NextLength()
    {
        if (_end - _start < BridgeLimits.FrameHead)
        {
            return null;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(_buffer.Memory.Span[_start..]);
        return length <= BridgeLimits.LargestFrame ? (int)length : throw new Marshal.MarshalException($"A frame of {length} bytes.");
    }

    /// <summary>Moves the beginning of the next frame to the front: of the same memory, if no event is in it any more.</summary>
    private void MakeRoom(int wanted)
    {
        int rest = _end - _start;
        if (_buffer.IsOnlyHeldOnce && wanted <= _buffer.Memory.Length && _buffer.Memory.Length <= Math.Max(2 * UsualSize, wanted))
        {
            _buffer.Memory[_start.._end].CopyTo(_buffer.Memory);
        }
        else
        {
            ReceiveBuffer next = ReceiveBuffer.Rent(wanted);
            _buffer.Memory[_start.._end].CopyTo(next.Memory);
            _buffer.Release();
            _buffer = next;
        }

        _start = 0;
        _end = rest;
    }
}
