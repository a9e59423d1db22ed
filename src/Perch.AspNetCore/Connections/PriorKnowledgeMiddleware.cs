using Microsoft.AspNetCore.Connections;
using Perch.Http.Connections;

namespace Perch.AspNetCore.Connections;

/// <summary>Looks at the first bytes of a connection, without consuming any, and hands it on if they are the HTTP/2 preface.</summary>
internal sealed class PriorKnowledgeMiddleware(ConnectionDelegate next, HandedOnConnections handedOn, TimeSpan idleTimeout)
{
    internal async Task OnConnectionAsync(ConnectionContext connection)
    {
        bool isHttp2;
        try
        {
            isHttp2 = await Http2Preface.IsNextAsync(connection.Transport.Input, idleTimeout, TimeProvider.System);
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

        await (isHttp2 ? handedOn.HandOnAsync(connection) : next(connection));
    }
}
