using System.IO.Pipelines;

namespace Perch.AspNetCore.Tests.Speed;

/// <summary>Takes a small response at once.</summary>
internal sealed class StubWriter : PipeWriter
{
    private readonly byte[] _buffer = new byte[4096];
    private int _count;

    internal ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _count);

    internal void Clear() => _count = 0;

    public override void Advance(int bytes) => _count += bytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer.AsMemory(_count);

    public override Span<byte> GetSpan(int sizeHint = 0) => _buffer.AsSpan(_count);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => new(default(FlushResult));

    public override void CancelPendingFlush() { }

    public override void Complete(Exception? exception = null) { }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        source.CopyTo(GetMemory());
        Advance(source.Length);
        return default;
    }
}
