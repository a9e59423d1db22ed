using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Perch.Conformance;

namespace Perch.Transport.Tests.Support;

/// <summary>What tests do with both ends of a connection.</summary>
internal static class Peer
{
    internal static Task SendAsync(this Socket client, string text) => SendAllAsync(client, Encoding.ASCII.GetBytes(text));

    internal static async Task SendAllAsync(this Socket client, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await Wait.For(client.SendAsync(bytes).AsTask(), "room for the client's bytes")..];
        }
    }

    /// <summary>So many bytes, or fewer if the end comes.</summary>
    internal static async Task<byte[]> ReceiveAsync(this Socket client, int count)
    {
        byte[] bytes = new byte[count];
        int received = 0;
        while (received < count)
        {
            int now = await Wait.For(client.ReceiveAsync(bytes.AsMemory(received)).AsTask(), $"bytes for the client, {received} of {count} are there");
            if (now == 0)
            {
                break;
            }

            received += now;
        }

        return bytes[..received];
    }

    internal static async Task<string> ReceiveTextAsync(this Socket client, int count) => Encoding.ASCII.GetString(await client.ReceiveAsync(count));

    /// <summary>Closes with a reset.</summary>
    internal static void Reset(this Socket client)
    {
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
    }

    internal static async Task<ReadResult> NextAsync(this PipeReader input, CancellationToken cancellation = default) =>
        await Wait.For(input.ReadAsync(cancellation).AsTask(), "a read's end");

    internal static async Task<FlushResult> EndOfAsync(ValueTask<FlushResult> flush) => await Wait.For(flush.AsTask(), "a flush's end");

    /// <summary>Reads and consumes so many bytes.</summary>
    internal static async Task<string> ReadTextAsync(this ConnectionContext server, int count)
    {
        ReadResult result = await Wait.For(server.Transport.Input.ReadAtLeastAsync(count).AsTask(), $"{count} bytes for the server");
        ReadOnlySequence<byte> bytes = result.Buffer.Slice(0, Math.Min(count, result.Buffer.Length));
        string text = Encoding.ASCII.GetString(bytes);
        server.Transport.Input.AdvanceTo(bytes.End);
        return text;
    }

    internal static async Task WriteTextAsync(this ConnectionContext server, string text) =>
        await EndOfAsync(server.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(text)));

    /// <summary>Writes until a flush waits. Returns what was written, and the flush.</summary>
    internal static (long Written, ValueTask<FlushResult> Flush) WriteUntilItWaits(this PipeWriter output)
    {
        byte[] bytes = new byte[64 * 1024];
        long written = 0;
        while (true)
        {
            ValueTask<FlushResult> flush = output.WriteAsync(bytes);
            written += bytes.Length;
            if (!flush.IsCompleted)
            {
                return (written, flush);
            }
        }
    }

    /// <summary>Gives back what it reads, until the end.</summary>
    internal static async Task EchoAsync(ConnectionContext connection)
    {
        while (true)
        {
            ReadResult result = await connection.Transport.Input.ReadAsync();
            foreach (ReadOnlyMemory<byte> piece in result.Buffer)
            {
                await connection.Transport.Output.WriteAsync(piece);
            }

            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    internal static async Task WhenClosed(ConnectionContext server)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = server.ConnectionClosed.Register(closed.SetResult);
        await Wait.For(closed.Task, "ConnectionClosed");
    }
}
