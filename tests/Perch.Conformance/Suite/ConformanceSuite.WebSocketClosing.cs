using System.Text.Json;
using Perch.Conformance.Clients;
using Perch.Conformance.Hosts;

namespace Perch.Conformance.Suite;

public abstract partial class ConformanceSuite
{
    /// <summary>Every way of a WebSocket, with the closes that an app ends it by.</summary>
    public static TheoryData<WebSocketTransport, string, int, string> ClosesOfTheApp
    {
        get
        {
            var data = new TheoryData<WebSocketTransport, string, int, string>();
            foreach (WebSocketTransport transport in Enum.GetValues<WebSocketTransport>())
            {
                data.Add(transport, "/close", 1000, "");
                data.Add(transport, "/close?code=1001&reason=away", 1001, "away");
                data.Add(transport, "/close?code=4321&reason=caf%C3%A9%20%E2%98%83", 4321, "caf\u00e9 \u2603");
                data.Add(transport, "/return", 1000, "");
                data.Add(transport, "/raise-after", 1011, "");

                // A code that cannot be sent is the app's error.
                data.Add(transport, "/close?code=1005", 1011, "");
                data.Add(transport, "/close?code=999", 1011, "");
            }

            return data;
        }
    }

    /// <summary>Every way of a WebSocket, with the closes that a client ends it by.</summary>
    public static TheoryData<WebSocketTransport, int, string> ClosesOfTheClient
    {
        get
        {
            var data = new TheoryData<WebSocketTransport, int, string>();
            foreach (WebSocketTransport transport in Enum.GetValues<WebSocketTransport>())
            {
                data.Add(transport, 1000, "");
                data.Add(transport, 1001, "leaving");
                data.Add(transport, 4999, "caf\u00e9");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(ClosesOfTheApp))]
    public async Task WebSocket_TellsTheClientHowItEnds(WebSocketTransport transport, string target, int code, string reason)
    {
        using WebSocketClient client = await WebSocketClient.ConnectAsync(App, transport, target);
        (int actual, string actualReason) = await client.ReceiveCloseAsync();

        Assert.Equal(code, actual);
        if (code != 1011)
        {
            Assert.Equal(reason, actualReason);
        }

        Assert.DoesNotContain("detail", actualReason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ClosesOfTheClient))]
    public async Task WebSocket_TellsTheAppHowItEnds(WebSocketTransport transport, int code, string reason)
    {
        string id = NewId();
        using WebSocketClient client = await WebSocketClient.ConnectAsync(App, transport, $"/echo?id={id}");
        await client.CloseAsync(code, reason);

        Assert.Equal(code, (int)client.Socket.CloseStatus!.Value);
        await AssertDisconnectAsync(id, code, reason);
    }

    [Fact]
    public async Task WebSocket_CloseWithoutCodeIs1005ForTheApp()
    {
        string id = NewId();
        using RawWebSocket client = await ConnectWebSocketAsync($"/echo?id={id}");
        await client.SendAsync(WebSocketFrame.Close, []);

        await client.ReadCloseAsync();
        Assert.Equal("", await client.Client.ReadToEndAsync());
        await AssertDisconnectAsync(id, Host.Has(Offers.OwnWebSocketEngine) ? 1005 : 1000, "");
    }

    [Theory]
    [InlineData(WebSocketTransport.Http2)]
    [InlineData(WebSocketTransport.Http2Tls)]
    public async Task WebSocket_LostStreamIs1006ForTheApp(WebSocketTransport transport)
    {
        string id = NewId();
        using WebSocketClient client = await WebSocketClient.ConnectAsync(App, transport, $"/echo?id={id}");
        await client.SendAsync("hello");
        Assert.Equal("hello", await client.ReceiveTextAsync());
        client.Socket.Abort();

        await AssertDisconnectAsync(id, 1006, "");
    }

    [Fact]
    public async Task WebSocket_TheAppSeesItsOwnClose()
    {
        string id = NewId();
        using WebSocketClient client = await WebSocketClient.ConnectAsync(App, WebSocketTransport.Http1, $"/close?code=4001&reason=mine&id={id}");
        Assert.Equal((4001, "mine"), await client.ReceiveCloseAsync());

        JsonElement disconnect = await DisconnectOfAsync(App, id);
        Assert.Equal(4001, disconnect.GetProperty("code").GetInt32());
        Assert.StartsWith("raised ", disconnect.GetProperty("send_after").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WebSocket_ConnectionEndsAfterTheCloses()
    {
        using RawWebSocket byApp = await ConnectWebSocketAsync("/close?code=4001");
        WebSocketFrame close = await byApp.ReadCloseAsync();
        await byApp.SendAsync(WebSocketFrame.Close, close.Payload);
        Assert.Equal("", await byApp.Client.ReadToEndAsync("the end of a connection that both sides closed"));

        using RawWebSocket byClient = await ConnectWebSocketAsync("/echo");
        await byClient.SendAsync(WebSocketFrame.Close, WebSocketFrame.ClosePayload(4001, "bye"));
        Assert.Equal(4001, (await byClient.ReadCloseAsync()).CloseCode);
        Assert.Equal("", await byClient.Client.ReadToEndAsync("the end of a connection that both sides closed"));
    }

    [Fact]
    public async Task WebSocket_ClientThatDoesNotAnswerTheCloseIsCutOff()
    {
        await using ConformanceProcess app = await StartAsync("WebSockets.CloseTimeout=2");
        using RawWebSocket client = await RawWebSocket.ConnectAsync(app.Port, "/close?code=4001");
        Assert.Equal(4001, (await client.ReadCloseAsync()).CloseCode);

        Assert.Equal("", await client.Client.ReadToEndAsync("the end of a connection whose close is not answered"));
    }

    [Fact]
    public async Task WebSocket_ServerThatStopsSaysSo()
    {
        await using ConformanceProcess app = await StartAsync();
        using RawWebSocket raw = await RawWebSocket.ConnectAsync(app.Port, "/echo");
        using WebSocketClient client = await WebSocketClient.ConnectAsync(app, Host.HasHttp2 ? WebSocketTransport.Http2Tls : WebSocketTransport.Http1, "/echo");
        await client.SendAsync("hello");
        Assert.Equal("hello", await client.ReceiveTextAsync());
        app.Terminate();

        WebSocketFrame close = await raw.ReadCloseAsync();
        Assert.Equal(1012, close.CloseCode);
        await raw.SendAsync(WebSocketFrame.Close, close.Payload);
        Assert.Equal(1012, (await client.ReceiveCloseAsync()).Code);
        Assert.Equal(0, await app.ExitAsync());
    }

    private async Task AssertDisconnectAsync(string id, int code, string reason)
    {
        JsonElement disconnect = await DisconnectOfAsync(App, id);
        Assert.Equal(code, disconnect.GetProperty("code").GetInt32());
        Assert.Equal(reason, disconnect.GetProperty("reason").GetString());
        AssertSendFailed(disconnect);
    }
}
