using System.Buffers;

namespace Perch;

/// <summary>The rest of a stream in pieces of one pooled buffer, up to a limit.</summary>
internal sealed class StreamChunks(Stream stream, long? limit, int bufferSize) : IAsyncEnumerable<ReadOnlyMemory<byte>>
{
    public async IAsyncEnumerator<ReadOnlyMemory<byte>> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(bufferSize);
        try
        {
            long left = limit ?? long.MaxValue;
            while (left > 0)
            {
                Memory<byte> free = buffer.AsMemory(0, (int)Math.Min(buffer.Length, left));
                int read = await stream.ReadAsync(free, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                left -= read;
                yield return buffer.AsMemory(0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
