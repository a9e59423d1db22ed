using System.Net.Sockets;
using Perch.Python.Bridge;
using Perch.Python.Marshal;
using Perch.Python.Tests.Support;

namespace Perch.Python.Tests.Bridge;

/// <summary>A worker that sends what no worker sends harms nobody but itself.</summary>
public class LinkTests
{
    [Fact]
    public async Task RandomFrames_EndTheConnectionOrAreReadAndNothingElse()
    {
        var random = new Random(7);
        for (int round = 0; round < 300; round++)
        {
            await RunAsync(Frame(random));
        }
    }

    [Theory]
    [InlineData("5b010000002903e909000000e90700000073")]
    [InlineData("5b01000000280300000069630000006900000000690100000000")]
    [InlineData("4e")]
    [InlineData("5b00000000ff")]
    public async Task FrameOfAnotherShape_IsAnErrorOfTheWorker(string hex) =>
        Assert.IsType<MarshalException>(await RunAsync(Convert.FromHexString(hex)));

    [Fact]
    public async Task LargeBodies_StandBehindTheEventsOfTheirFrame()
    {
        (Socket host, Socket worker) = Pair();
        using Socket other = worker;
        using var link = new WorkerLink(new SocketTransport(host), new Silent());
        Task run = link.RunAsync();
        WorkerStream stream = link.Open(isWebSocket: false)!;
        byte[] frame = [.. Bodies(stream.Id, 4, 0, 3), .. "oneatwo"u8];
        await worker.SendAsync(BitConverter.GetBytes(frame.Length));
        await worker.SendAsync(frame);
        List<string> bodies = [];
        while (bodies.Count < 3)
        {
            if (stream.TryTake(out Incoming incoming))
            {
                bodies.Add(System.Text.Encoding.ASCII.GetString(incoming.Data.Span));
                stream.Done(incoming);
            }
            else
            {
                await stream.WaitAsync().AsTask().WaitAsync(Eventually.Limit);
            }
        }

        Assert.Equal(["onea", "", "two"], bodies);
        stream.Leave(isComplete: false);
        worker.Shutdown(SocketShutdown.Both);
        await run;
    }

    [Theory]
    [InlineData(5, 4)]
    [InlineData(3, 4)]
    [InlineData(-1, 4)]
    [InlineData(int.MaxValue, 4)]
    [InlineData(int.MinValue, 0)]
    public async Task LargeBodyThatIsNotThere_IsAnErrorOfTheWorker(int size, int there) =>
        Assert.IsType<MarshalException>(await RunAsync([.. Bodies(1, size), .. new byte[there]]));

    [Fact]
    public async Task EndOfAStreamThatIsNotThere_IsAnErrorOfTheWorker() =>
        Assert.IsType<MarshalException>(await RunAsync(Convert.FromHexString("5b01000000" + "2803000000" + "6909000000" + "6907000000" + "4e")));

    [Fact]
    public async Task StreamsOfAWorkerThatIsGone_AreTold()
    {
        (Socket host, Socket worker) = Pair();
        using var link = new WorkerLink(new SocketTransport(host), new Silent());
        Task run = link.RunAsync();
        WorkerStream stream = link.Open(isWebSocket: false)!;
        worker.Dispose();
        await stream.WaitAsync().AsTask().WaitAsync(Eventually.Limit);
        Assert.True(stream.TryTake(out Incoming incoming));
        Assert.Equal(IncomingKind.Lost, incoming.Kind);
        await run;
        Assert.Null(link.Open(isWebSocket: false));
        Assert.Equal(1, link.Lost);
        stream.Leave(isComplete: false);
        Assert.Equal(0, link.Active);
    }

    [Fact]
    public async Task RequestThatTheWorkerHasNotHeardOf_LeavesNoStream()
    {
        (Socket host, Socket worker) = Pair();
        using Socket other = worker;
        using var link = new WorkerLink(new SocketTransport(host), new Silent());
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => HttpCall.RunAsync(link.Open(isWebSocket: false)!, new HttpScope(), Fail, _ => default));
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => WebSocketCall.RunAsync(link.Open(isWebSocket: true)!, new WebSocketScope(), Fail, _ => default));
        Assert.Equal(0, link.Active);

        static ValueTask<GatewayEvent> Fail() => throw new InvalidTimeZoneException();
    }

    [Fact]
    public async Task FailureOfAnAppWhoseClientHasLeft_IsTold()
    {
        (Socket host, Socket worker) = Pair();
        using Socket other = worker;
        var told = new Silent();
        using var link = new WorkerLink(new SocketTransport(host), told);
        WorkerStream stream = link.Open(isWebSocket: false)!;
        stream.Post(new Incoming(IncomingKind.Response, new HttpResponseStart(200)));
        stream.Post(new Incoming(IncomingKind.End, "the traceback"));
        await Assert.ThrowsAsync<ClientDisconnectedException>(() => HttpCall.RunAsync(
            stream, new HttpScope(), () => new(new HttpRequestBody(default)), _ => throw new ClientDisconnectedException()));
        Assert.Equal(["the traceback"], told.LateFailures);
    }

    /// <summary>A frame of body events that have the sizes of bodies.</summary>
    private static byte[] Bodies(int stream, params int[] sizes)
    {
        using var buffer = new ByteBuffer();
        var writer = new MarshalWriter(buffer);
        writer.WriteList(sizes.Length);
        foreach (int size in sizes)
        {
            writer.WriteTuple(4);
            writer.WriteInt32((int)WorkerEvent.Body);
            writer.WriteInt32(stream);
            writer.WriteInt32(size);
            writer.WriteBoolean(true);
        }

        return buffer.Written.ToArray();
    }

    /// <summary>Mostly well-formed events, some of which are cut or changed.</summary>
    private static byte[] Frame(Random random)
    {
        using var buffer = new ByteBuffer();
        var writer = new MarshalWriter(buffer);
        int events = random.Next(1, 4);
        writer.WriteList(events);
        for (int i = 0; i < events; i++)
        {
            int items = random.Next(2, 7);
            writer.WriteTuple(items);
            writer.WriteInt32(random.Next(0, 18));
            writer.WriteInt32(random.Next(0, 3));
            for (int item = 2; item < items; item++)
            {
                Write(writer, random);
            }
        }

        byte[] frame = buffer.Written.ToArray();
        if (random.Next(2) == 0)
        {
            frame[random.Next(frame.Length)] = (byte)random.Next(256);
        }

        return frame;
    }

    private static void Write(MarshalWriter writer, Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                writer.WriteNone();
                break;
            case 1:
                writer.WriteBoolean(random.Next(2) == 0);
                break;
            case 2:
                writer.WriteInt32(random.Next(-10, 1000));
                break;
            case 3:
                writer.WriteBytes("bytes"u8);
                break;
            case 4:
                writer.WriteText("text");
                break;
            default:
                writer.WriteTuple(3);
                writer.WriteInt32(random.Next(0, 1000));
                writer.WriteBytes("x-name"u8);
                writer.WriteBytes("value"u8);
                break;
        }
    }

    private static async Task<Exception?> RunAsync(byte[] frame)
    {
        (Socket host, Socket worker) = Pair();
        using (worker)
        {
            using var link = new WorkerLink(new SocketTransport(host), new Silent());
            WorkerStream[] streams = [link.Open(isWebSocket: false)!, link.Open(isWebSocket: true)!];
            Task run = link.RunAsync();
            await worker.SendAsync(BitConverter.GetBytes(frame.Length));
            await worker.SendAsync(frame);
            worker.Shutdown(SocketShutdown.Both);
            Exception? failure = await Record.ExceptionAsync(() => run.WaitAsync(Eventually.Limit));
            Assert.True(failure is null or MarshalException, $"{Convert.ToHexString(frame)}: {failure}");
            foreach (WorkerStream stream in streams)
            {
                stream.Leave(isComplete: false);
            }

            return failure;
        }
    }

    private static (Socket Host, Socket Worker) Pair()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "s");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        var worker = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        worker.Connect(new UnixDomainSocketEndPoint(path));
        Socket host = listener.Accept();
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        return (host, worker);
    }

    private sealed class Silent : IWorkerEvents
    {
        internal List<string> LateFailures { get; } = [];

        public void OnReady(string pythonVersion, string loop, string appInterface) { }

        public void OnFailed(string message, string details) { }

        public void OnStopped(string? failure) { }

        public void OnPong() { }

        public void OnLeaving() { }

        public void OnLateFailure(string traceback) => LateFailures.Add(traceback);
    }
}
