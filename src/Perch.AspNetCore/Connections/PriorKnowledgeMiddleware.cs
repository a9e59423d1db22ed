using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Perch.Http.Connections;
using Perch.Http.Parsing;

namespace Perch.AspNetCore.Connections;

/// <summary>Hands a connection on if its first bytes are the HTTP/2 preface; nothing is consumed.</summary>
internal sealed class PriorKnowledgeMiddleware(ConnectionDelegate next, HandedOnConnections handedOn, KestrelServerLimits limits)
{
    internal async Task OnConnectionAsync(ConnectionContext connection)
    {
        // What Kestrel does with an idle connection, once it reads from it: it goes after KeepAliveTimeout, and when the server stops.
        CancellationToken stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        PrefaceResult preface;
        try
        {
            preface = await Http2Preface.ReadAsync(
                connection.Transport.Input, limits.KeepAliveTimeout, limits.RequestHeadersTimeout, TimeProvider.System, stopping);
        }
        catch (IOException)
        {
            return;
        }

        switch (preface)
        {
            case PrefaceResult.Http2:
                await handedOn.HandOnAsync(connection);
                break;
            case PrefaceResult.Http1:
                await next(connection);
                break;
            case PrefaceResult.Stalled:
                await AnswerTimeoutAsync(connection.Transport.Output);
                break;
        }
    }

    /// <summary>RFC 9110 §15.5.9: it has begun like a head. As Kestrel has it: no body.</summary>
    private static async Task AnswerTimeoutAsync(PipeWriter output)
    {
        ResponseWriter.StatusLine(ref output, StatusCodes.Status408RequestTimeout);
        ResponseWriter.ContentLength(ref output, 0);
        ResponseWriter.ConnectionClose(ref output);
        ResponseWriter.Date(ref output, new DateLine(TimeProvider.System));
        ResponseWriter.EndOfHead(ref output);
        await output.FlushAsync();
    }
}
