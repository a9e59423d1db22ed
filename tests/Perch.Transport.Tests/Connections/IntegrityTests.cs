using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Perch.Conformance;
using Perch.Transport.Tests.Support;

namespace Perch.Transport.Tests.Connections;

/// <summary>What is sent arrives, whole and in order, whoever is slow.</summary>
public sealed class IntegrityTests
{
    private const int Length = 2_000_000;

    [TheoryOnLoops]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BothDirectionsAtOnce_InPiecesOfAnySize(bool runsInline)
    {
        await using LoopHost host = await LoopHost.StartAsync(options =>
        {
            options.LoopCount = 2;
            options.InlineScheduling = runsInline;
        });
        List<Task> tasks = [];
        for (int seed = 0; seed < 6; seed++)
        {
            (Socket client, ConnectionContext server) = await host.ConnectAsync();
            byte[] up = Bytes(seed);
            byte[] down = Bytes(~seed);
            bool isServerSlow = seed % 3 == 1;
            bool isClientSlow = seed % 3 == 2;
            tasks.Add(ClientSendsAsync(client, up, new Random(seed)));
            tasks.Add(ClientReceivesAsync(client, down, new Random(seed), isClientSlow));
            tasks.Add(ServerWritesAsync(server, down, new Random(seed)));
            tasks.Add(ServerReadsAsync(server, up, new Random(seed), isServerSlow));
        }

        await Wait.For(Task.WhenAll(tasks), "the bytes of all connections");
    }

    [FactOnLoops]
    public async Task AThousandConnections_AreServedAtOnce()
    {
        await using LoopHost host = await LoopHost.StartAsync(options => options.LoopCount = 2);
        Task serving = host.ServeAsync(Peer.EchoAsync);
        Socket[] clients = new Socket[1000];
        for (int i = 0; i < clients.Length; i++)
        {
            clients[i] = await host.DialAsync();
        }

        for (int round = 0; round < 2; round++)
        {
            await Task.WhenAll(clients.Select((client, i) => client.SendAsync($"client {i:000}")));
            string[] answers = await Task.WhenAll(clients.Select(client => client.ReceiveTextAsync(10)));
            Assert.Equal(clients.Select((_, i) => $"client {i:000}"[..10]), answers);
            await Task.WhenAll(clients.Select((client, i) => $"client {i:000}".Length > 10 ? client.ReceiveTextAsync($"client {i:000}".Length - 10) : Task.FromResult("")));
        }

        for (int i = 0; i < clients.Length; i++)
        {
            clients[i].Dispose();
        }

        await host.Listener.UnbindAsync();
        await Wait.For(serving, "the end of a thousand connections");
    }

    private static byte[] Bytes(int seed)
    {
        byte[] bytes = new byte[Length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task ClientSendsAsync(Socket client, byte[] bytes, Random random)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            int count = Math.Min(random.Next(1, 100_000), bytes.Length - sent);
            await client.SendAllAsync(bytes.AsMemory(sent, count));
            sent += count;
        }

        client.Shutdown(SocketShutdown.Send);
    }

    private static async Task ClientReceivesAsync(Socket client, byte[] expected, Random random, bool isSlow)
    {
        byte[] buffer = new byte[100_000];
        for (int received = 0; ;)
        {
            int count = await client.ReceiveAsync(buffer.AsMemory(0, random.Next(1, buffer.Length)));
            Assert.True(expected.AsSpan(received, count).SequenceEqual(buffer.AsSpan(0, count)), $"the client's bytes differ after {received}");
            received += count;
            if (count == 0)
            {
                Assert.Equal(expected.Length, received);
                return;
            }

            await DawdleAsync(isSlow);
        }
    }

    private static async Task ServerReadsAsync(ConnectionContext server, byte[] expected, Random random, bool isSlow)
    {
        for (int received = 0; ;)
        {
            ReadResult result = await server.Transport.Input.ReadAsync();
            byte[] seen = result.Buffer.ToArray();
            Assert.True(expected.AsSpan(received, seen.Length).SequenceEqual(seen), $"the server's bytes differ after {received}");
            int count = result.IsCompleted ? seen.Length : random.Next(0, seen.Length + 1);
            received += count;
            SequencePosition consumed = result.Buffer.GetPosition(count);
            server.Transport.Input.AdvanceTo(consumed, random.Next(2) == 0 ? consumed : result.Buffer.End);
            if (result.IsCompleted)
            {
                Assert.Equal(expected.Length, received);
                return;
            }

            await DawdleAsync(isSlow);
        }
    }

    private static async Task ServerWritesAsync(ConnectionContext server, byte[] bytes, Random random)
    {
        PipeWriter output = server.Transport.Output;
        for (int written = 0; written < bytes.Length;)
        {
            int count = Math.Min(random.Next(1, random.Next(2) == 0 ? 3_000 : 60_000), bytes.Length - written);
            switch (random.Next(3))
            {
                case 0:
                    await output.WriteAsync(bytes.AsMemory(written, count));
                    break;
                case 1:
                    output.Write(bytes.AsSpan(written, count));
                    break;
                default:
                    bytes.AsSpan(written, count).CopyTo(output.GetSpan(count));
                    output.Advance(count);
                    await output.FlushAsync();
                    break;
            }

            written += count;
        }

        output.Complete();
    }

    private static async Task DawdleAsync(bool isSlow)
    {
        if (isSlow)
        {
            await Task.Delay(1);
        }
    }
}
