using Perch.Conformance.Clients;
using Perch.Conformance.Hosts;

namespace Perch.Conformance.Suite;

/// <summary>RFC 6455 §7: clients that close, and clients that are gone, in every state.</summary>
public abstract partial class ConformanceSuite
{
    /// <summary>What a client has sent when it is gone.</summary>
    public static TheoryData<string, byte[], bool> StatesToLeaveIn
    {
        get
        {
            var data = new TheoryData<string, byte[], bool>();
            foreach (bool reset in new[] { true, false })
            {
                data.Add("nothing", [], reset);
                data.Add("part of a header", [0x82], reset);
                data.Add("part of a mask", [0x82, 0xFE, 1, 0, 1, 2], reset);
                data.Add("part of a payload", RawWebSocket.Encode(WebSocketFrame.Binary, new byte[300])[..100], reset);
                data.Add("part of a message", RawWebSocket.Encode(WebSocketFrame.Binary, new byte[300], fin: false), reset);
                data.Add("messages", [.. Encode(WebSocketFrame.Text, "one"), .. Encode(WebSocketFrame.Text, "two")], reset);
                data.Add("part of a close", RawWebSocket.Encode(WebSocketFrame.Close, WebSocketFrame.ClosePayload(1000))[..5], reset);
            }

            return data;
        }
    }

    /// <summary>The close codes that a client may send (§7.4.1, §7.4.2, and the registry).</summary>
    public static TheoryData<int> CodesOfClients => [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999];

    // §7.1.5: no close frame has come.
    [Theory]
    [MemberData(nameof(StatesToLeaveIn))]
    public async Task Leaving_InAnyStateIs1006(string state, byte[] sent, bool reset)
    {
        string id = NewId();
        using RawWebSocket client = await ConnectWebSocketAsync($"/echo?id={id}");
        await client.SendAsync(WebSocketFrame.Text, state);
        await client.ReadMessageAsync();
        await client.Client.SendAsync(sent);
        Leave(client.Client, reset);

        await AssertDisconnectAsync(id, 1006, "");
        Assert.DoesNotContain("Unhandled", App.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(CodesOfClients))]
    public async Task Leaving_WithACloseCodeIsAnsweredWithIt(int code)
    {
        string id = NewId();
        using RawWebSocket client = await ConnectWebSocketAsync($"/echo?id={id}");
        string reason = new('r', 123);
        await client.SendAsync(WebSocketFrame.Close, WebSocketFrame.ClosePayload(code, reason));

        Assert.Equal(code, (await client.ReadCloseAsync()).CloseCode);
        Assert.Equal("", await client.Client.ReadToEndAsync());
        await AssertDisconnectAsync(id, code, reason);
    }

    // §5.5.1: nothing is processed after a close.
    [Fact]
    public async Task Leaving_WhatFollowsTheCloseIsNotRead()
    {
        string id = NewId();
        using RawWebSocket client = await ConnectWebSocketAsync($"/echo?id={id}");
        await client.Client.SendAsync((byte[])
        [
            .. RawWebSocket.Encode(WebSocketFrame.Text, "part"u8.ToArray(), fin: false),
            .. RawWebSocket.Encode(WebSocketFrame.Close, WebSocketFrame.ClosePayload(3333, "done")),
            .. Encode(WebSocketFrame.Continuation, "more"),
            .. Encode(WebSocketFrame.Ping, "ping"),
        ]);

        Assert.Equal(3333, (await client.ReadFrameAsync("the answer to the close")).CloseCode);
        Assert.Equal("", await client.Client.ReadToEndAsync());
        await AssertDisconnectAsync(id, 3333, "done");
    }

    // §1.4: what the client had sent before it saw the server's close is of no use, and no fault.
    [Fact]
    public async Task Leaving_MessagesThatCrossTheServersCloseAreDropped()
    {
        using RawWebSocket client = await ConnectWebSocketAsync("/close?code=4001");
        await client.Client.SendAsync((byte[])[.. Encode(WebSocketFrame.Text, "one"), .. RawWebSocket.Encode(WebSocketFrame.Binary, new byte[100_000])]);
        Assert.Equal(4001, (await client.ReadCloseAsync()).CloseCode);
        await client.SendAsync(WebSocketFrame.Text, "two");
        await client.SendAsync(WebSocketFrame.Close, WebSocketFrame.ClosePayload(4001));

        Assert.Equal("", await client.Client.ReadToEndAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Leaving_AfterTheServersCloseHarmsNobody(bool reset)
    {
        using RawWebSocket client = await ConnectWebSocketAsync("/return");
        Assert.Equal(1000, (await client.ReadCloseAsync()).CloseCode);
        Leave(client.Client, reset);

        using RawWebSocket next = await ConnectWebSocketAsync("/echo");
        await next.SendAsync(WebSocketFrame.Text, "still there");
        Assert.Equal("still there"u8.ToArray(), (await next.ReadMessageAsync()).Payload);
    }
}
