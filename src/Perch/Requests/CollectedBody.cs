using System.Buffers;

namespace Perch;

/// <summary>
/// A whole request body for the moment it is worked on. A body that came in one event stays in the event's memory: nothing else may be
/// received before this is disposed.
/// </summary>
internal readonly struct CollectedBody(ReadOnlyMemory<byte> bytes, byte[]? rented) : IDisposable
{
    private const int FirstBuffer = 16 * 1024;

    internal ReadOnlyMemory<byte> Bytes => bytes;

    public void Dispose()
    {
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    internal static async ValueTask<CollectedBody> ReadAsync(Receive receive, long maxBytes, CancellationToken cancellation)
    {
        HttpRequestBody part = await BodyParts.NextAsync(receive, cancellation).ConfigureAwait(false);
        Check(part.Body.Length, maxBytes);
        if (!part.MoreBody)
        {
            return new CollectedBody(part.Body, null);
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBuffer, part.Body.Length));
        try
        {
            part.Body.CopyTo(buffer);
            int length = part.Body.Length;
            while (part.MoreBody)
            {
                part = await BodyParts.NextAsync(receive, cancellation).ConfigureAwait(false);
                Check((long)length + part.Body.Length, maxBytes);
                buffer = Append(buffer, length, part.Body.Span);
                length += part.Body.Length;
            }

            return new CollectedBody(buffer.AsMemory(0, length), buffer);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    private static byte[] Append(byte[] buffer, int length, ReadOnlySpan<byte> part)
    {
        if (buffer.Length - length < part.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(2L * buffer.Length, (long)length + part.Length)));
            buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        part.CopyTo(buffer.AsSpan(length));
        return buffer;
    }

    private static void Check(long length, long maxBytes)
    {
        if (length > maxBytes || length > Array.MaxLength)
        {
            throw BodyParts.TooLarge(maxBytes);
        }
    }
}
