using System.Buffers;
using System.IO.Pipelines;

namespace Perch.Http.Connections;

/// <summary>Looks at the first bytes of a connection, without consuming any: is it the HTTP/2 preface? (RFC 9113 §3.3, §3.4)</summary>
internal static class Http2Preface
{
    /// <summary>The first line is no request that HTTP/1.1 knows, so a prefix of it decides.</summary>
    private static ReadOnlySpan<byte> Bytes => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Waits for as many bytes as it takes to tell.</summary>
    /// <exception cref="OperationCanceledException">They did not come in time, or before the server's stop.</exception>
    internal static async ValueTask<bool> IsNextAsync(PipeReader input, TimeSpan timeout, TimeProvider time, CancellationToken stop = default)
    {
        using var idle = new CancellationTokenSource(timeout, time);
        using CancellationTokenRegistration stopping = stop.UnsafeRegister(static idle => ((CancellationTokenSource)idle!).Cancel(), idle);
        while (true)
        {
            ReadResult result = await input.ReadAsync(idle.Token);
            bool? isHttp2 = Judge(result.Buffer);
            if (isHttp2 is not null || result.IsCompleted)
            {
                input.AdvanceTo(result.Buffer.Start);
                return isHttp2 == true;
            }

            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>Whether the bytes are the preface; null if there are too few to tell.</summary>
    private static bool? Judge(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> start = stackalloc byte[Bytes.Length];
        int count = (int)Math.Min(buffer.Length, Bytes.Length);
        buffer.Slice(0, count).CopyTo(start);
        return !Bytes.StartsWith(start[..count]) ? false : count == Bytes.Length ? true : null;
    }
}
