using System.Net.WebSockets;
using Perch.Http.Tests.Connections;
using Perch.Http.WebSockets.Compression;

namespace Perch.Http.Tests.WebSockets;

/// <summary>Compressed sessions with .NET's client, which inflates with the window that was agreed on and no larger one.</summary>
public sealed class SessionDeflateTests
{
    // RFC 7692 §7.1. Zlib, and so .NET's client, has no window of 8 bits.
    [Theory]
    [InlineData(15, false, false)]
    [InlineData(15, true, true)]
    [InlineData(9, false, true)]
    [InlineData(9, true, false)]
    [InlineData(12, false, false)]
    public async Task DotNetClient_GetsItsMessagesBack(int windowBits, bool serverNoContext, bool clientNoContext)
    {
        await using var run = new ThreadedRun(new() { DeflateThreshold = 10 }, new DeflateAgreement(serverNoContext, clientNoContext, windowBits));
        Task app = run.ServeAsync(SessionRun.EchoAsync);
        using WebSocket client = WebSocket.CreateFromStream(run.Client, new WebSocketCreationOptions
        {
            KeepAliveInterval = TimeSpan.Zero,
            DangerousDeflateOptions = new()
            {
                ServerMaxWindowBits = windowBits,
                ServerContextTakeover = !serverNoContext,
                ClientContextTakeover = !clientNoContext,
                ClientMaxWindowBits = windowBits,
            },
        });
        var random = new Random(9);
        byte[] words = new byte[2000];
        random.NextBytes(words);
        foreach (int length in new[] { 0, 5, 11, 200, 600, 5000, 100_000, 700, 3 })
        {
            // What repeats at every distance, so that a window that is kept or too large shows.
            byte[] message = [.. Enumerable.Range(0, length).Select(i => words[(i + (i / 700 * 13)) % words.Length])];
            await client.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            Assert.Equal(message, await ReceiveAsync(client).Within("the echo"));
        }

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None).Within("the close");
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseStatus);
        await app.Within("the end of the session");
    }

    private static async Task<byte[]> ReceiveAsync(WebSocket client)
    {
        using var message = new MemoryStream();
        byte[] buffer = new byte[4096];
        while (true)
        {
            ValueWebSocketReceiveResult part = await client.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                return message.ToArray();
            }
        }
    }
}
