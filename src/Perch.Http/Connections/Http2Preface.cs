using System.Buffers;
using System.IO.Pipelines;

namespace Perch.Http.Connections;

/// <summary>Looks at the first bytes of a connection, without consuming any: is it the HTTP/2 preface? (RFC 9113 §3.3, §3.4)</summary>
internal static class Http2Preface
{
    /// <summary>About what a timer can be set to; a time-out that is longer, or infinite, is as good as this.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>The first line is no request that HTTP/1.1 knows, so a prefix of it decides.</summary>
    private static ReadOnlySpan<byte> Bytes => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Waits for as many bytes as it takes to tell.</summary>
    /// <param name="input">The connection's input.</param>
    /// <param name="idle">How long the first byte may take.</param>
    /// <param name="head">How long the others may take after it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">The server stops.</param>
    internal static async ValueTask<PrefaceResult> ReadAsync(PipeReader input, TimeSpan idle, TimeSpan head, TimeProvider time, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(Timer(idle), time);
        using CancellationTokenRegistration stopping = stop.UnsafeRegister(static timeout => ((CancellationTokenSource)timeout!).Cancel(), timeout);
        bool hasBegun = false;
        while (true)
        {
            ReadResult result;
            try
            {
                result = await input.ReadAsync(timeout.Token);
            }
            catch (OperationCanceledException) when (timeout.IsCancellationRequested)
            {
                return hasBegun && !stop.IsCancellationRequested ? PrefaceResult.Stalled : PrefaceResult.Idle;
            }

            bool? isHttp2 = Judge(result.Buffer);
            if (isHttp2 is not null || result.IsCompleted)
            {
                input.AdvanceTo(result.Buffer.Start);
                return isHttp2 == true ? PrefaceResult.Http2 : PrefaceResult.Http1;
            }

            if (!hasBegun && !result.Buffer.IsEmpty)
            {
                hasBegun = true;
                timeout.CancelAfter(Timer(head));
            }

            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static TimeSpan Timer(TimeSpan timeout) => timeout < Longest && timeout != Timeout.InfiniteTimeSpan ? timeout : Longest;

    /// <summary>Whether the bytes are the preface; null if there are too few to tell.</summary>
    private static bool? Judge(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> start = stackalloc byte[Bytes.Length];
        int count = (int)Math.Min(buffer.Length, Bytes.Length);
        buffer.Slice(0, count).CopyTo(start);
        return !Bytes.StartsWith(start[..count]) ? false : count == Bytes.Length ? true : null;
    }
}
