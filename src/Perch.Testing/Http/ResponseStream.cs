using System.Buffers;
using System.IO.Pipelines;

namespace Perch.Testing.Http;

/// <summary>The body of a response as its reader sees it. To dispose it before its end is to leave.</summary>
internal sealed class ResponseStream(HttpExchange exchange, ResponseBody body) : Stream
{
    private bool _disposed;

    public override bool CanRead => !_disposed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (true)
        {
            ReadResult result = await exchange.ReadAsync(body.Reader, cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> ready = result.Buffer;
            if (!ready.IsEmpty || buffer.IsEmpty)
            {
                ready = ready.Slice(0, Math.Min(ready.Length, buffer.Length));
                ready.CopyTo(buffer.Span);
                body.Reader.AdvanceTo(ready.End);
                return (int)ready.Length;
            }

            body.Reader.AdvanceTo(ready.End);
            if (result.IsCompleted)
            {
                return body.Failure is null ? 0 : throw new HttpIOException(HttpRequestError.ResponseEnded, body.Failure.Message, body.Failure);
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            exchange.OnResponseDisposed();
            body.Reader.Complete();
        }

        base.Dispose(disposing);
    }
}
