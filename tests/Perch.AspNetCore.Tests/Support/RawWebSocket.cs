using System.Buffers.Binary;
using System.Text;

namespace Perch.AspNetCore.Tests.Support;

/// <summary>A WebSocket client that sends frames as a test wants them (RFC 6455 §5.2), masked with zeros.</summary>
internal sealed class RawWebSocket : IDisposable
{
    private int _read;

    private RawWebSocket(RawClient client) => Client = client;

    internal RawClient Client { get; }

    internal string Head { get; private set; } = "";

    internal static string Handshake(string path = "/", string more = "") =>
        $"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n";

    internal static async Task<RawWebSocket> OpenAsync(TestServer server, string path = "/", string more = "")
    {
        RawWebSocket socket = new(await server.ConnectAsync());
        await socket.Client.SendAsync(Handshake(path, more));
        socket.Head = await socket.Client.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", socket.Head, StringComparison.Ordinal);
        socket._read = socket.Head.Length;
        return socket;
    }

    internal static byte[] Frame(int opcode, byte[] payload, bool final = true)
    {
        List<byte> frame = [(byte)((final ? 0x80 : 0) | opcode)];
        switch (payload.Length)
        {
            case < 126:
                frame.Add((byte)(0x80 | payload.Length));
                break;
            case <= ushort.MaxValue:
                frame.AddRange([0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length]);
                break;
            default:
                byte[] length = new byte[8];
                BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
                frame.AddRange([0x80 | 127, .. length]);
                break;
        }

        return [.. frame, 0, 0, 0, 0, .. payload];
    }

    internal Task SendAsync(int opcode, byte[] payload, bool final = true) => Client.SendAsync(Frame(opcode, payload, final));

    internal Task SendTextAsync(string text) => SendAsync(1, Encoding.UTF8.GetBytes(text));

    /// <summary>Reads the next frame, of less than 64 KiB.</summary>
    internal async Task<(int Opcode, byte[] Payload)> ReadAsync()
    {
        await NeedAsync(2);
        string all = Client.Received;
        int opcode = all[_read] & 0x0F;
        int length = all[_read + 1];
        int head = 2;
        if (length == 126)
        {
            await NeedAsync(4);
            all = Client.Received;
            length = (all[_read + 2] << 8) | all[_read + 3];
            head = 4;
        }

        await NeedAsync(head + length);
        byte[] payload = Encoding.Latin1.GetBytes(Client.Received.Substring(_read + head, length));
        _read += head + length;
        return (opcode, payload);
    }

    /// <summary>Reads up to the server's close frame, past pings.</summary>
    internal async Task<(int Code, string Reason)> ReadCloseAsync()
    {
        while (true)
        {
            (int opcode, byte[] payload) = await ReadAsync();
            if (opcode == 8)
            {
                return payload.Length == 0 ? (1005, "") : (BinaryPrimitives.ReadUInt16BigEndian(payload), Encoding.UTF8.GetString(payload.AsSpan(2)));
            }
        }
    }

    internal Task SendCloseAsync(int code, string reason = "") => SendAsync(8, [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);

    private async Task NeedAsync(int count)
    {
        while (Client.Received.Length < _read + count)
        {
            if (!await Client.ReadMoreAsync($"a frame, after {Client.Received.Length - _read} bytes of it"))
            {
                throw new EndOfStreamException("The server closed without a close frame.");
            }
        }
    }

    public void Dispose() => Client.Dispose();
}
