using System.Buffers.Binary;
using System.Text;

namespace Perch.Conformance.Clients;

/// <summary>A WebSocket frame by frame, also with frames that no library would send.</summary>
internal sealed class RawWebSocket : IDisposable
{
    /// <summary>The example of RFC 6455 §1.3, with its answer.</summary>
    internal const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    internal const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private static readonly byte[] Mask = [0x37, 0xFA, 0x21, 0x3D];

    private RawWebSocket(RawClient client, RawResponse response)
    {
        Client = client;
        Response = response;
    }

    internal RawClient Client { get; }

    /// <summary>The answer to the handshake.</summary>
    internal RawResponse Response { get; }

    /// <summary>The request of a handshake.</summary>
    internal static string Handshake(string target, string fields = "") =>
        $"GET {target} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + $"Sec-WebSocket-Key: {Key}\r\nSec-WebSocket-Version: 13\r\n{fields}\r\n";

    /// <summary>Opens a WebSocket.</summary>
    internal static async Task<RawWebSocket> ConnectAsync(int port, string target, string fields = "")
    {
        RawClient client = await RawClient.ConnectAsync(port);
        await client.SendAsync(Handshake(target, fields));
        RawResponse response = await ResponseReader.ReadAsync(client);
        Assert.Equal(101, response.Status);
        Assert.Equal(Accept, response.Header("sec-websocket-accept"));
        return new RawWebSocket(client, response);
    }

    internal Task SendAsync(int opcode, string payload, bool fin = true) => SendAsync(opcode, Encoding.UTF8.GetBytes(payload), fin);

    internal Task SendAsync(int opcode, byte[] payload, bool fin = true) => Client.SendAsync(Encode(opcode, payload, fin));

    /// <summary>The bytes of a client's frame.</summary>
    internal static byte[] Encode(int opcode, byte[] payload, bool fin = true, bool masked = true)
    {
        using var frame = new MemoryStream();
        frame.WriteByte((byte)((fin ? 0x80 : 0) | opcode));
        byte bit = masked ? (byte)0x80 : (byte)0;
        Span<byte> length = stackalloc byte[8];
        switch (payload.Length)
        {
            case < 126:
                frame.WriteByte((byte)(bit | payload.Length));
                break;
            case <= ushort.MaxValue:
                frame.WriteByte((byte)(bit | 126));
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)payload.Length);
                frame.Write(length[..2]);
                break;
            default:
                frame.WriteByte((byte)(bit | 127));
                BinaryPrimitives.WriteUInt64BigEndian(length, (ulong)payload.Length);
                frame.Write(length);
                break;
        }

        if (!masked)
        {
            frame.Write(payload);
            return frame.ToArray();
        }

        frame.Write(Mask);
        for (int i = 0; i < payload.Length; i++)
        {
            frame.WriteByte((byte)(payload[i] ^ Mask[i & 3]));
        }

        return frame.ToArray();
    }

    /// <summary>The next frame of any kind.</summary>
    internal async Task<WebSocketFrame> ReadFrameAsync(string what)
    {
        byte[] head = await Client.ReadExactlyAsync(2, what);
        Assert.Equal(0, head[1] & 0x80);
        long length = head[1];
        if (length == 126)
        {
            length = BinaryPrimitives.ReadUInt16BigEndian(await Client.ReadExactlyAsync(2, what));
        }
        else if (length == 127)
        {
            length = BinaryPrimitives.ReadInt64BigEndian(await Client.ReadExactlyAsync(8, what));
        }

        return new WebSocketFrame(head[0] & 0x0F, await Client.ReadExactlyAsync((int)length, what), (head[0] & 0x80) != 0, (head[0] & 0x40) != 0);
    }

    /// <summary>The next message: its opcode and its payload, fragments joined. Pings are passed over.</summary>
    internal async Task<WebSocketFrame> ReadMessageAsync(string what = "a message")
    {
        using var payload = new MemoryStream();
        int opcode = 0;
        while (true)
        {
            WebSocketFrame frame = await ReadFrameAsync(what);
            if (frame.Opcode is WebSocketFrame.Ping or WebSocketFrame.Pong)
            {
                continue;
            }

            opcode = frame.Opcode == WebSocketFrame.Continuation ? opcode : frame.Opcode;
            payload.Write(frame.Payload);
            if (frame.Fin)
            {
                return new WebSocketFrame(opcode, payload.ToArray());
            }
        }
    }

    /// <summary>The server's close frame; messages before it are passed over.</summary>
    internal async Task<WebSocketFrame> ReadCloseAsync()
    {
        while (true)
        {
            WebSocketFrame frame = await ReadFrameAsync("a close frame");
            if (frame.Opcode == WebSocketFrame.Close)
            {
                return frame;
            }
        }
    }

    public void Dispose() => Client.Dispose();
}
