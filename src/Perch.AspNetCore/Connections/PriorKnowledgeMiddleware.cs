using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Perch.AspNetCore.Connections;

/// <summary>Looks at the first bytes of a connection, without consuming any, and hands it on if they are the HTTP/2 preface.</summary>
internal sealed class PriorKnowledgeMiddleware(ConnectionDelegate next, HandedOnConnections handedOn, KestrelServerLimits limits)
{
    /// <summary>RFC 9113 §3.4. The first line is no request that HTTP/1.1 knows, so a prefix of it decides.</summary>
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Longer than a timer can be set to.</summary>
    private static readonly TimeSpan Forever = TimeSpan.FromMilliseconds(int.MaxValue);

    internal async Task OnConnectionAsync(ConnectionContext connection)
    {
        bool? isHttp2;
        try
        {
            isHttp2 = await ReadPrefaceAsync(connection);
        }
        catch (OperationCanceledException)
        {
            // The client has said nothing for too long, or the server stops.
            return;
        }
        catch (IOException)
        {
            return;
        }

        await (isHttp2 == true ? handedOn.HandOnAsync(connection) : next(connection));
    }

    private async Task<bool?> ReadPrefaceAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;

        // What Kestrel does with an idle connection, once it reads from it: it goes after KeepAliveTimeout, and when the server stops.
        CancellationToken stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        if (limits.KeepAliveTimeout < Forever)
        {
            idle.CancelAfter(limits.KeepAliveTimeout);
        }

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
