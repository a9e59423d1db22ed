using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Perch.Conformance;
using Perch.Server.Tests.Apps;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.WebSockets;

/// <summary>The settings of WebSockets.</summary>
public sealed class WebSocketTests
{
    // RFC 6455 §11.8.
    private const int Text = 1;
    private const int Ping = 9;
    private const int Pong = 10;

    public static TheoryData<string> Servers => ["kestrel", "perch", "bare"];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task WsMaxSize_BeyondIt_ClosesWith1009(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--ws-max-size", "10");
        using ClientWebSocket client = await ConnectAsync(perch);
        Assert.Equal("0123456789", await EchoAsync(client, "0123456789"));
        await client.SendAsync(new byte[11], WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, (await Wait.For(client.ReceiveAsync(new byte[100], CancellationToken.None), "the close")).CloseStatus);
    }

    [Theory]
    [InlineData("kestrel", "system")]
    [InlineData("kestrel", "perch")]
    public async Task Ws_AnEngine_Echoes(string http, string engine)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--ws", engine);
        using ClientWebSocket client = await ConnectAsync(perch);
        Assert.Equal("hello", await EchoAsync(client, "hello"));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task WsNone_ServesTheRequestAsAnyOther(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--ws", "none");
        Assert.StartsWith("HTTP/1.1 404 ", (await HandshakeAsync(perch)).Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WsSystem_IsForKestrelAlone() => Assert.Equal(
        (2, "", "perch: --ws system is for --http kestrel only."), await PerchProcess.RunAsync("run", TestApp.Name, "--http", "perch", "--ws", "system"));

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task WsPerMessageDeflate_IsAgreedTo_WhereItIsOn(string http)
    {
        const string Agreed = "sec-websocket-extensions: permessage-deflate";
        await using PerchProcess with = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--ws-per-message-deflate");
        Assert.Contains(Agreed, (await HandshakeAsync(with)).Answer, StringComparison.OrdinalIgnoreCase);
        await using PerchProcess without = await PerchProcess.StartAsync(TestApp.Name, "--http", http);
        Assert.DoesNotContain(Agreed, (await HandshakeAsync(without)).Answer, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task WsPingIntervalAndTimeout_CutASilentClientOff(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--ws-ping-interval", "1", "--ws-ping-timeout", "1");
        (_, NetworkStream stream) = await HandshakeAsync(perch);
        using var read = new MemoryStream();
        try
        {
            await Wait.For(stream.CopyToAsync(read), "the end of the connection");
        }
        catch (IOException)
        {
            // A reset is an end as well.
        }

        // RFC 6455 §5.2: FIN and the opcode of a ping, without a payload.
        Assert.Equal(0x89, read.ToArray()[0]);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task WsMaxQueue_IsReadAhead_AndNoMore(string http)
    {
        // The ping comes after the messages: its pong tells that they have been read, which nobody has received.
        await using PerchProcess enough = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--ws-max-queue", "10");
        using NetworkStream ahead = await SendMessagesAndPingAsync(enough);
        Assert.Equal(Pong, await ReadOpcodeAsync(ahead));

        await using PerchProcess few = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--ws-max-queue", "2");
        using NetworkStream behind = await SendMessagesAndPingAsync(few);
        using var client = new HttpClient();
        Assert.Equal("released", await client.GetStringAsync(new Uri(few.Address, "/release")));
        List<int> opcodes = [];
        while (opcodes.Count < 6)
        {
            opcodes.Add(await ReadOpcodeAsync(behind));
        }

        // An echo is first: the pong had to wait for the app.
        Assert.Equal(Text, opcodes[0]);
        Assert.Single(opcodes, Pong);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task AStop_ClosesWith1012(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http);
        using ClientWebSocket client = await ConnectAsync(perch);
        Assert.Equal("hello", await EchoAsync(client, "hello"));
        perch.Signal(Signals.Terminate);
        WebSocketReceiveResult close = await Wait.For(client.ReceiveAsync(new byte[100], CancellationToken.None), "the close");
        Assert.Equal(1012, (int?)close.CloseStatus);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        Assert.Equal(0, await perch.ExitAsync());
    }

    /// <summary>Five messages and a ping, to an app that does not receive.</summary>
    private static async Task<NetworkStream> SendMessagesAndPingAsync(PerchProcess perch)
    {
        (_, NetworkStream stream) = await HandshakeAsync(perch, "/held");

        // RFC 6455 §5.2, §5.3: FIN and the opcode, the mask's bit and the length, a mask that changes nothing.
        for (int message = 0; message < 5; message++)
        {
            await stream.WriteAsync(new byte[] { 0x80 | Text, 0x81, 0, 0, 0, 0, (byte)'x' });
        }

        await stream.WriteAsync(new byte[] { 0x80 | Ping, 0x80, 0, 0, 0, 0 });
        return stream;
    }

    private static async Task<int> ReadOpcodeAsync(NetworkStream stream)
    {
        byte[] head = new byte[2];
        await Wait.For(stream.ReadExactlyAsync(head).AsTask(), "a frame");
        await Wait.For(stream.ReadExactlyAsync(new byte[head[1]]).AsTask(), "the rest of a frame");
        return head[0] & 0x0F;
    }

    private static async Task<ClientWebSocket> ConnectAsync(PerchProcess perch)
    {
        var client = new ClientWebSocket();
        await Wait.For(client.ConnectAsync(new Uri($"ws://{perch.Address.Authority}/"), CancellationToken.None), "the handshake");
        return client;
    }

    private static async Task<string> EchoAsync(ClientWebSocket client, string text)
    {
        byte[] buffer = new byte[100];
        await client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        WebSocketReceiveResult received = await Wait.For(client.ReceiveAsync(buffer, CancellationToken.None), "the echo");
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    /// <summary>A handshake (RFC 6455 §4.1) that offers compression; the head of its answer.</summary>
    private static async Task<(string Answer, NetworkStream Stream)> HandshakeAsync(PerchProcess perch, string path = "/ws")
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(perch.Address.Host, perch.Address.Port);
        var stream = new NetworkStream(socket, ownsSocket: true);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
            + "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-extensions: permessage-deflate\r\n\r\n"));
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await Wait.For(stream.ReadExactlyAsync(one).AsTask(), "the head of the answer");
            head.Append((char)one[0]);
        }

        return (head.ToString(), stream);
    }
}
