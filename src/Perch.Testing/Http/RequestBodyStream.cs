using System.IO.Pipelines;

namespace Perch.Testing.Http;

/// <summary>Where the content of a request writes itself to. It waits while the app does not receive.</summary>
internal sealed class RequestBodyStream(PipeWriter writer, long? declared, CancellationToken abandoned) : Stream
{
    private long _written;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _written += buffer.Length;
        if (_written > declared)
        {
            throw new HttpRequestException($"The request's content is longer than its Content-Length: {_written} bytes of {declared}.");
        }

        // Not every content hands on the token that it is given, and one that waits here for a reader would wait for ever.
        FlushResult result = await writer.WriteAsync(buffer, abandoned).ConfigureAwait(false);
        if (result.IsCompleted)
        {
            throw new IOException("The request has ended; nobody reads the rest of its content.");
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <exception cref="HttpRequestException">The content was shorter than declared.</exception>
    internal void CheckComplete()
    {
        if (_written < declared)
        {
            throw new HttpRequestException($"The request's content is shorter than its Content-Length: {_written} bytes of {declared}.");
        }
    }

    public override void Flush() { }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
