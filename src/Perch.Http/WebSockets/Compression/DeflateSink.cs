using Perch.Http.WebSockets.Framing;

namespace Perch.Http.WebSockets.Compression;

/// <summary>Where a <see cref="System.IO.Compression.DeflateStream"/> writes what it has compressed.</summary>
internal sealed class DeflateSink(MessageBuffer buffer) : Stream
{
    private MessageBuffer _buffer = buffer;

    /// <summary>What has been written.</summary>
    internal ReadOnlyMemory<byte> Written => _buffer.Written;

    /// <summary>Whether what is written is dropped: a compressor that is disposed of ends its stream, which nobody wants.</summary>
    internal bool IsClosed { get; set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    internal void Cut(int count) => _buffer.Cut(count);

    /// <summary>Gives the memory back.</summary>
    internal void Clear() => _buffer.Clear();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!IsClosed)
        {
            buffer.CopyTo(_buffer.Reserve(buffer.Length));
            _buffer.Advance(buffer.Length);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
