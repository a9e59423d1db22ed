using System.Net.Sockets;
using System.Text;

namespace Perch.Http.Tests.Connections;

/// <summary>What clients do with sockets.</summary>
internal static class Sockets
{
    internal static async Task SendAsync(this Socket socket, string text) => await socket.SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Reads as much as is expected, and compares.</summary>
    internal static async Task ExpectAsync(this Socket socket, string expected) => Assert.Equal(expected, await socket.ReadAsync(expected.Length));

    internal static Task<string> ReadToEndAsync(this Socket socket) => socket.ReadAsync(int.MaxValue);

    /// <summary>Reads as many bytes, or up to the end; a reset is an end as well.</summary>
    internal static async Task<string> ReadAsync(this Socket socket, int count)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[65536];
        while (text.Length < count)
        {
            int read;
            try
            {
                read = await socket.ReceiveAsync(buffer.AsMemory(0, Math.Min(buffer.Length, count - text.Length))).AsTask()
                    .Within($"more of the answer, or its end, after '{text}'");
            }
            catch (SocketException)
            {
                read = 0;
            }

            if (read == 0)
            {
                break;
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    /// <summary>The client is gone: a reset, not an end.</summary>
    internal static void Reset(this Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }
}
