using System.Text;

namespace Perch.Testing.Tests.Docs;

/// <summary>The examples of docs/testing.md: each region stands there word for word.</summary>
public sealed class Examples
{
    private static async Task MyApp(Scope scope, Receive receive, Send send)
    {
        switch (scope)
        {
            case LifespanScope:
                await receive();
                scope.State["greeting"] = "Hello";
                await send(LifespanStartupComplete.Instance);
                await receive();
                await send(LifespanShutdownComplete.Instance);
                break;
            case WebSocketScope:
                await receive();
                await send(new WebSocketAccept("chat"));
                await send(WebSocketSend.Echo((WebSocketReceive)await receive()));
                await send(new WebSocketClose(4000, "done"));
                break;
            default:
                await receive();
                if (scope.Offers(ExtensionNames.Debug))
                {
                    await send(new HttpResponseDebug(new Dictionary<string, object?> { ["template"] = "hello.html" }));
                }

                await send(new HttpResponseStart(200, [("content-type", "text/plain")]));
                await send(new HttpResponseBody(Encoding.UTF8.GetBytes($"{scope.State["greeting"]}, World!")));
                break;
        }
    }

    #region client
    [Fact]
    public async Task The_app_greets()
    {
        await using GatewayTestClient client = await GatewayTestClient.StartAsync(MyApp);

        HttpResponseMessage response = await client.GetAsync("/");

        Assert.Equal("Hello, World!", await response.Content.ReadAsStringAsync());
        Assert.Equal("hello.html", response.GetExchange().DebugInfo!["template"]);
    }
    #endregion

    #region websocket
    [Fact]
    public async Task The_app_echoes()
    {
        await using GatewayTestClient client = await GatewayTestClient.StartAsync(MyApp);
        await using TestWebSocket socket = await client.ConnectWebSocketAsync("/echo", subprotocols: ["chat"]);

        await socket.SendTextAsync("hi");

        Assert.Equal("chat", socket.Subprotocol);
        Assert.Equal("hi", await socket.ReceiveTextAsync());
        Assert.Equal(4000, (await socket.ReceiveCloseAsync()).Code);
    }
    #endregion

    #region communicator
    [Fact]
    public async Task The_app_stops_when_the_client_leaves()
    {
        var scope = new HttpScope { Method = "POST", State = new Dictionary<string, object?> { ["greeting"] = "Hi" } };
        await using AppCommunicator app = AppCommunicator.Start(MyApp, scope);

        await app.SendToAppAsync(new HttpRequestBody("some"u8.ToArray(), moreBody: true));
        await app.ReceiveFromAppAsync<HttpResponseDebug>();
        await app.ReceiveFromAppAsync<HttpResponseStart>();
        await app.DisconnectAsync();
        await app.WaitForEndAsync();
    }
    #endregion

    #region lifespan
    [Fact]
    public async Task The_startup_fills_the_state()
    {
        await using LifespanManager lifespan = await LifespanManager.StartAsync(MyApp);

        using GatewayTestClient client = new GatewayApp(MyApp).CreateTestClient(new GatewayTestOptions { State = lifespan.State });

        Assert.Equal("Hello, World!", await client.GetStringAsync("/"));
    }
    #endregion
}
