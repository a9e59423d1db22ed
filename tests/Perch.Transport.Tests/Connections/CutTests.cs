using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Perch.Conformance;
using Perch.Transport.Tests.Support;

namespace Perch.Transport.Tests.Connections;

/// <summary>A peer that leaves after each byte of what it sends, in each way, in each state of the server.</summary>
public sealed class CutTests
{
    private static readonly byte[] Message = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

    public enum Server
    {
        Reads,
        HasNotReadYet,
        Writes,
    }

    [TheoryOnLoops]
    [InlineData(Server.Reads, false)]
    [InlineData(Server.Reads, true)]
    [InlineData(Server.HasNotReadYet, false)]
    [InlineData(Server.HasNotReadYet, true)]
    [InlineData(Server.Writes, false)]
    [InlineData(Server.Writes, true)]
    public async Task CutAtEveryByte_IsSeenAsWhatItIs(Server state, bool byReset)
    {
        await using LoopHost host = await LoopHost.StartAsync();
        for (int cut = 0; cut <= Message.Length; cut++)
        {
            (Socket client, ConnectionContext server) = await host.ConnectAsync();
            ValueTask<FlushResult>? flush = state == Server.Writes ? server.Transport.Output.WriteUntilItWaits().Flush : null;
            Task<(byte[] Bytes, bool WasReset)>? reading = state == Server.HasNotReadYet ? null : ReadAllAsync(server);
            for (int i = 0; i < cut; i++)
            {
                client.Send(Message.AsSpan(i, 1));
            }

            if (byReset)
            {
                client.Reset();
            }
            else
            {
                client.Shutdown(SocketShutdown.Send);
            }

            (byte[] bytes, bool wasReset) = await Wait.For(reading ?? ReadAllAsync(server), $"the end after {cut} bytes");
            Assert.Equal(byReset, wasReset);
            Assert.Equal(Message[..bytes.Length], bytes);
            Assert.True(byReset || bytes.Length == cut, $"{bytes.Length} of {cut} bytes");
            await Peer.WhenClosed(server);
            if (flush is { } waits)
            {
                client.Dispose();
                Assert.True((await Peer.EndOfAsync(waits)).IsCompleted);
            }

            await Wait.For(server.DisposeAsync().AsTask(), "the end of DisposeAsync");
        }
    }

    private static async Task<(byte[] Bytes, bool WasReset)> ReadAllAsync(ConnectionContext server)
    {
        List<byte> bytes = [];
        try
        {
            while (true)
            {
                ReadResult result = await server.Transport.Input.ReadAsync();
                bytes.AddRange(result.Buffer.ToArray());
                server.Transport.Input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    return ([.. bytes], false);
                }
            }
        }
        catch (ConnectionResetException)
        {
            return ([.. bytes], true);
        }
    }
}
