using System.IO.Pipelines;

namespace Perch.Http.Tests.Connections;

/// <summary>A connection's output that counts the flushes that carried bytes.</summary>
internal sealed class CountedWriter(PipeWriter inner) : PipeWriter
{
    private int _flushes;
    private bool _written;

    internal int Flushes => Volatile.Read(ref _flushes);

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes)
    {
        _written |= bytes > 0;
        inner.Advance(bytes);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_written)
        {
            _written = false;
            Interlocked.Increment(ref _flushes);
        }

        return inner.FlushAsync(cancellationToken);
    }
}
