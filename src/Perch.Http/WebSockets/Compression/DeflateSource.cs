namespace Perch.Http.WebSockets.Compression;

/// <summary>What a <see cref="System.IO.Compression.DeflateStream"/> inflates: memory that it is fed with.</summary>
internal sealed class DeflateSource : Stream
{
    private ReadOnlyMemory<byte> _bytes;

    /// <summary>Whether it was asked for more than it was fed with.</summary>
    internal bool IsExhausted { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    internal void Feed(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes;
        IsExhausted = false;
    }

    public override int Read(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _bytes.Length);
        IsExhausted |= count == 0;
        _bytes.Span[..count].CopyTo(buffer);
        _bytes = _bytes[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
