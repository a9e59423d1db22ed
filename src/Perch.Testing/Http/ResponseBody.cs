using System.IO.Pipelines;

namespace Perch.Testing.Http;

/// <summary>The body of a response on its way to the client; <c>send</c> waits for the reader when it is full.</summary>
internal sealed class ResponseBody(int bufferSize)
{
    private readonly Pipe _pipe = new(new PipeOptions(
        pauseWriterThreshold: bufferSize, resumeWriterThreshold: (bufferSize + 1) / 2, useSynchronizationContext: false));

    /// <summary>What the client reads instead of an end, after the bytes that were sent.</summary>
    internal Exception? Failure { get; private set; }

    internal PipeReader Reader => _pipe.Reader;

    /// <summary>Whether the client still reads, after it has taken the bytes.</summary>
    internal async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            // No more than fits: a part of any size must not make the buffer larger than it was said to be.
            int length = Math.Min(bytes.Length, bufferSize);
            FlushResult result = await _pipe.Writer.WriteAsync(bytes[..length]).ConfigureAwait(false);
            if (result.IsCompleted)
            {
                return false;
            }

            bytes = bytes[length..];
        }

        return true;
    }

    /// <summary>No more comes. With a failure the client is told so, and does not take the body for complete.</summary>
    internal void End(Exception? failure = null)
    {
        Failure = failure;
        _pipe.Writer.Complete();
    }
}
