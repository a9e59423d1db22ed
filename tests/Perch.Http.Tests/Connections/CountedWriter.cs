using System.IO.Pipelines;

namespace Perch.Http.Tests.Connections;

/// <summary>A connection's output that counts the flushes that carried bytes, and its completions.</summary>
internal sealed class CountedWriter(PipeWriter inner) : PipeWriter
{
    private int _flushes;
    private int _completions;
    private bool _written;

    internal int Flushes => Volatile.Read(ref _flushes);

    /// <summary>How often it was completed.</summary>
    internal int Completions => Volatile.Read(ref _completions);

    /// <summary>What memory is not to be had for.</summary>
    internal Exception? Failure { get; set; }

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes)
    {
        _written |= bytes > 0;
        inner.Advance(bytes);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => Failure is null ? inner.GetMemory(sizeHint) : throw Failure;

    public override Span<byte> GetSpan(int sizeHint = 0) => Failure is null ? inner.GetSpan(sizeHint) : throw Failure;

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        Interlocked.Increment(ref _completions);
        inner.Complete(exception);
    }

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
