using System.Runtime.CompilerServices;
using Perch.Http.Tests.Connections;
using Perch.Http.WebSockets;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.Tests.WebSockets;

/// <summary>The steady state allocates nothing but the event that the app makes for each message that it sends.</summary>
public sealed class SessionAllocationTests
{
#if DEBUG
    /// <summary>Code that is not optimised boxes and copies more.</summary>
    private const int Allowed = 1000;
#else
    private const int Allowed = 0;
#endif

    [Theory]
    [InlineData(1, 5)]
    [InlineData(16, 5)]
    [InlineData(1, 1000)]
    [InlineData(1, 5000)]
    [InlineData(1, 60_000)]
    public void EchoAllocatesNothing(int pipelined, int length)
    {
        var client = new MemoryConnection();
        var app = new Echo();
        using var session = new WebSocketSession(client.Transport, new WebSocketGatewayOptions(), deflate: null, new FakeTime(), new CutConnection(() => { }));
        byte[] bytes = [.. Enumerable.Repeat(Frames.Client(Opcode.Binary, new byte[length]), pipelined).SelectMany(frame => frame)];
        long least = long.MaxValue;
        int rounds = 0;

        // The first round compiles; behind the others the runtime may compile again, and collect what a pool keeps.
        Unbound.Run(() =>
        {
            session.Start();
            app.Start(session);
            for (; rounds < 2 || (rounds < 10 && least > 0); rounds++)
            {
                least = Math.Min(least, Exchange(200));
            }
        });
        Assert.Equal(200 * rounds * pipelined, app.Messages);
        Assert.InRange(least, 0, 200L * pipelined * Allowed);

        long Exchange(int times)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < times; i++)
            {
                client.Exchange(bytes);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    /// <summary>Not async: in a Debug build that allocates.</summary>
    private sealed class Echo
    {
        private readonly Action _onReceived;
        private WebSocketSession? _session;
        private ValueTaskAwaiter<GatewayEvent> _receiving;

        internal Echo() => _onReceived = OnReceived;

        internal int Messages { get; set; }

        internal void Start(WebSocketSession session)
        {
            _session = session;
            Receive();
        }

        private void OnReceived()
        {
            Answer((WebSocketReceive)_receiving.GetResult());
            Receive();
        }

        private void Receive()
        {
            while (Take(_session!.ReceiveAsync()))
            {
            }
        }

        /// <summary>False if there is nothing to take yet.</summary>
        private bool Take(ValueTask<GatewayEvent> receiving)
        {
            _receiving = receiving.GetAwaiter();
            if (!_receiving.IsCompleted)
            {
                _receiving.UnsafeOnCompleted(_onReceived);
                return false;
            }

            Answer((WebSocketReceive)_receiving.GetResult());
            return true;
        }

        private void Answer(WebSocketReceive message)
        {
            Messages++;
            AssertDone(_session!.SendAsync(WebSocketSend.Echo(message)));
        }

        private static void AssertDone(ValueTask sending)
        {
            Assert.True(sending.IsCompletedSuccessfully);
            sending.GetAwaiter().GetResult();
        }
    }
}
