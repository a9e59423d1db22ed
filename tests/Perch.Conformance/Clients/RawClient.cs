using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Perch.Conformance.Clients;

/// <summary>A socket, for tests where the bytes matter. Text is Latin-1: one char for each byte.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    private RawClient() { }

    /// <summary>The client's own port.</summary>
    internal int LocalPort => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    internal static async Task<RawClient> ConnectAsync(int port)
    {
        var client = new RawClient();
        await Wait.For(client._socket.ConnectAsync(IPAddress.Loopback, port), $"a connection to port {port}");
        return client;
    }

    internal Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    internal Task SendAsync(ReadOnlyMemory<byte> bytes) => Wait.For(SendWithoutLimitAsync(bytes), $"a write of {bytes.Length} bytes");

    /// <summary>Sends, for as long as the other side takes to read.</summary>
    internal async Task SendWithoutLimitAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await _socket.SendAsync(bytes)..];
        }
    }

    /// <summary>Sends a request of a method and a target, with a Host field, and reads its response.</summary>
    internal async Task<RawResponse> RequestAsync(string methodAndTarget, string fieldsAndBody = "\r\n")
    {
        await SendAsync($"{methodAndTarget} HTTP/1.1\r\nHost: localhost\r\n{fieldsAndBody}");
        return await ResponseReader.ReadAsync(this, isHead: methodAndTarget.StartsWith("HEAD ", StringComparison.Ordinal));
    }

    /// <summary>The next byte, or -1 at the end.</summary>
    internal async ValueTask<int> ReadByteAsync(string what) => _start < _end || await FillAsync(what) ? _buffer[_start++] : -1;

    /// <summary>Up to a number of bytes; none at the end.</summary>
    internal async ValueTask<int> ReadAsync(Memory<byte> destination, string what)
    {
        if (_start == _end && !await FillAsync(what))
        {
            return 0;
        }

        int count = Math.Min(destination.Length, _end - _start);
        _buffer.AsMemory(_start, count).CopyTo(destination);
        _start += count;
        return count;
    }

    /// <summary>Exactly a number of bytes.</summary>
    internal async Task<byte[]> ReadExactlyAsync(int count, string what)
    {
        byte[] bytes = new byte[count];
        for (int read = 0; read < count;)
        {
            int more = await ReadAsync(bytes.AsMemory(read), what);
            read += more > 0 ? more : throw new EndOfStreamException($"The connection ended after {read} of {count} bytes of {what}.");
        }

        return bytes;
    }

    /// <summary>A line without its CR LF.</summary>
    internal async Task<string> ReadLineAsync(string what)
    {
        var line = new StringBuilder();
        while (true)
        {
            int next = await ReadByteAsync(what);
            if (next < 0)
            {
                throw new EndOfStreamException($"The connection ended within {what}, after: '{line}'.");
            }

            line.Append((char)next);
            if (next == '\n')
            {
                return line.Length > 1 && line[^2] == '\r'
                    ? line.ToString(0, line.Length - 2)
                    : throw new InvalidDataException($"A bare LF ends a line of {what}: '{line}'.");
            }
        }
    }

    /// <summary>All that comes until the other side ends the connection, in whatever way.</summary>
    internal async Task<string> ReadToEndAsync(string what = "the end of the connection")
    {
        var text = new StringBuilder();
        byte[] bytes = new byte[64 * 1024];
        try
        {
            for (int read; (read = await ReadAsync(bytes, what)) > 0;)
            {
                text.Append(Encoding.Latin1.GetString(bytes, 0, read));
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
        {
            // A reset is an end.
        }

        return text.ToString();
    }

    /// <summary>Says that nothing more is sent.</summary>
    internal void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Leaves with a reset instead of an orderly end.</summary>
    internal void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask<bool> FillAsync(string what)
    {
        _start = 0;
        _end = await Wait.For(_socket.ReceiveAsync(_buffer), what);
        return _end > 0;
    }
}
