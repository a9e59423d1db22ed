using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Perch.Benchmarks.Cli;

namespace Perch.Benchmarks.Workloads;

/// <summary>Whole messages in, the same messages out.</summary>
internal sealed class WebSocketWorkload : Workload
{
    // As ASP.NET Core's documentation has it; larger messages grow it once, for the connection.
    private const int FirstBuffer = 4 * 1024;

    private static readonly WebSocketAccept Accept = new();

    internal override string Name => "websocket";

    internal override async Task RunGatewayAsync(Scope scope, Receive receive, Send send)
    {
        if (scope is not WebSocketScope)
        {
            throw new UnsupportedScopeException(scope);
        }

        await receive();
        await send(Accept);
        while (await receive() is WebSocketReceive message)
        {
            await send(WebSocketSend.Echo(message));
        }
    }

    internal override async Task RunDelegateAsync(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[FirstBuffer];
        int length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                return;
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                await socket.SendAsync(buffer.AsMemory(0, length), part.MessageType, endOfMessage: true, CancellationToken.None);
                length = 0;
            }
            else if (length == buffer.Length)
            {
                Array.Resize(ref buffer, length * 2);
            }
        }
    }

    internal override Task RunFeaturesAsync(IFeatureCollection features) => throw NotServed();

    internal override void MapMinimalApi(WebApplication app) => throw NotServed();

    private static UsageException NotServed() => new("A WebSocket is served by an app or by a RequestDelegate.");
}
