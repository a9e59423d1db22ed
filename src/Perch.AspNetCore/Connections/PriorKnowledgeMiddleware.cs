using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Perch.AspNetCore.Connections;

/// <summary>Looks at the first bytes of a connection, without consuming any, and hands it on if they are the HTTP/2 preface.</summary>
internal sealed class PriorKnowledgeMiddleware(ConnectionDelegate next, HandedOnConnections handedOn, TimeSpan idleTimeout)
{
    /// <summary>RFC 9113 §3.4. The first line is no request that HTTP/1.1 knows, so a prefix of it decides.</summary>
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    internal async Task OnConnectionAsync(ConnectionContext connection)
    {
        bool? isHttp2;
        try
        {
            isHttp2 = await ReadPrefaceAsync(connection.Transport.Input);
        }
        catch (OperationCanceledException)
        {
            // A client that never says anything is not kept (as Kestrel's KeepAliveTimeout, which begins later).
            connection.Abort(new ConnectionAbortedException("The client has sent nothing."));
            return;
        }
        catch (IOException)
        {
            return;
        }

        await (isHttp2 == true ? handedOn.HandOnAsync(connection) : next(connection));
    }

    private async Task<bool?> ReadPrefaceAsync(PipeReader input)
    {
        using var idle = new CancellationTokenSource(idleTimeout);
        while (true)
        {
            ReadResult result = await input.ReadAsync(idle.Token);
            bool? isHttp2 = Judge(result.Buffer);
            if (isHttp2 is not null || result.IsCompleted)
            {
                input.AdvanceTo(result.Buffer.Start);
                return isHttp2;
            }

            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>Whether the bytes are the preface; null if there are too few to tell.</summary>
    private static bool? Judge(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> start = stackalloc byte[Preface.Length];
        int count = (int)Math.Min(buffer.Length, Preface.Length);
        buffer.Slice(0, count).CopyTo(start);
        return !Preface.StartsWith(start[..count]) ? false : count == Preface.Length ? true : null;
    }
}
