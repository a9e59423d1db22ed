using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Perch.AspNetCore.Tests.Support;

/// <summary>A client that sends bytes as a test wants them, as Latin-1 text.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly StringBuilder _received = new();

    private RawClient(Socket socket)
    {
        Socket = socket;
        LocalName = socket.LocalEndPoint?.ToString() ?? "";
    }

    internal Socket Socket { get; }

    /// <summary>The client's address, as the server knows it.</summary>
    internal string LocalName { get; }

    /// <summary>All that has come so far.</summary>
    internal string Received => _received.ToString();

    internal static Task<RawClient> ConnectAsync(int port) => ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));

    internal static async Task<RawClient> ConnectAsync(EndPoint server)
    {
        bool isUnix = server.AddressFamily == AddressFamily.Unix;
        var socket = new Socket(server.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        if (!isUnix)
        {
            socket.NoDelay = true;
        }

        await socket.ConnectAsync(server).For("a connection to the server");
        return new RawClient(socket);
    }

    internal Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    internal async Task SendAsync(byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            sent += await Socket.SendAsync(bytes.AsMemory(sent)).For("room for what the client sends");
        }
    }

    /// <summary>Reads up to a text, which must come; gives what came up to its end.</summary>
    internal async Task<string> ReadUntilAsync(string text, int from = 0)
    {
        while (true)
        {
            int at = Received.IndexOf(text, Math.Min(from, Received.Length), StringComparison.Ordinal);
            if (at >= 0)
            {
                return Received[..(at + text.Length)];
            }

            if (!await ReadMoreAsync($"'{text}', after '{Received}'"))
            {
                throw new EndOfStreamException($"The server closed before '{text}'; it sent: '{Received}'.");
            }
        }
    }

    internal Task<string> ReadHeadAsync() => ReadUntilAsync("\r\n\r\n");

    /// <summary>Reads until the server closes, well or with a reset.</summary>
    internal async Task<string> ReadToEndAsync()
    {
        try
        {
            while (await ReadMoreAsync($"the end of the connection, after '{Received}'"))
            {
            }
        }
        catch (SocketException)
        {
            // A reset is an end too.
        }

        return Received;
    }

    internal async Task<bool> ReadMoreAsync(string what)
    {
        byte[] buffer = new byte[16 * 1024];
        int count = await Socket.ReceiveAsync(buffer.AsMemory()).For(what);
        _received.Append(Encoding.Latin1.GetString(buffer, 0, count));
        return count > 0;
    }

    /// <summary>Leaves with a reset, as a process that dies.</summary>
    internal void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Dispose();
    }

    public void Dispose() => Socket.Dispose();
}
