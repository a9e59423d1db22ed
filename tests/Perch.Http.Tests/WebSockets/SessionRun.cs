using System.Text;
using Microsoft.AspNetCore.Connections;
using Perch.Http.Tests.Connections;
using Perch.Http.WebSockets;
using Perch.Http.WebSockets.Compression;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.Tests.WebSockets;

/// <summary>A session with an app, on a connection without a socket; it is treated as a host treats it.</summary>
internal sealed class SessionRun
{
    /// <param name="app">The app; null for one that receives up to the disconnect.</param>
    /// <param name="options">Limits and time-outs. Defaults to none but the defaults.</param>
    /// <param name="deflate">What was agreed on.</param>
    /// <param name="client">The connection.</param>
    /// <param name="reusesEvents">Whether events are reused.</param>
    internal SessionRun(
        Func<WebSocketSession, Task>? app = null,
        WebSocketGatewayOptions? options = null,
        DeflateAgreement? deflate = null,
        MemoryConnection? client = null,
        bool reusesEvents = true)
    {
        Client = client ?? new MemoryConnection();
        Session = new WebSocketSession(
            Client.Transport, options ?? new(), deflate, Time, new CutConnection(() => Client.Abort(new ConnectionAbortedException("The session is cut."))), reusesEvents, Arrays);
        Unbound.Run(() =>
        {
            Session.Start();
            App = (app ?? ReceiveAllAsync)(Session);
            Served = ServeAsync();
        });
    }

    internal MemoryConnection Client { get; }

    internal FakeTime Time { get; } = new();

    internal CountedArrays Arrays { get; } = new();

    internal WebSocketSession Session { get; }

    /// <summary>The app's task.</summary>
    internal Task App { get; private set; } = Task.CompletedTask;

    /// <summary>The session and the app are over, and everything is given back.</summary>
    internal Task Served { get; private set; } = Task.CompletedTask;

    /// <summary>The events that <see cref="ReceiveAllAsync"/> has received.</summary>
    internal List<string> Received { get; } = [];

    /// <summary>The disconnect that it has received.</summary>
    internal WebSocketDisconnect? Disconnect { get; private set; }

    internal static async Task EchoAsync(WebSocketSession session)
    {
        while (await session.ReceiveAsync() is WebSocketReceive message)
        {
            await session.SendAsync(WebSocketSend.Echo(message));
        }
    }

    /// <summary>Reads the frames, and nothing else.</summary>
    internal Task ExpectAsync(params byte[][] frames) => Client.ExpectAsync(Encoding.Latin1.GetString([.. frames.SelectMany(frame => frame)]));

    /// <summary>The client reads to the end of the connection, and gets nothing more.</summary>
    internal async Task ExpectEndAsync()
    {
        Assert.Equal("", await Client.ReadToEndAsync());
        await AssertNothingIsLeftAsync();
    }

    internal async Task AssertNothingIsLeftAsync()
    {
        await Served.Within("the end of the session");
        Client.Close();
        Assert.Equal(0, Client.Pool.Rented);
        Assert.Equal(0, Arrays.Rented);
        Assert.Equal(0, Time.TimerCount);
    }

    /// <summary>The app's disconnect has this code.</summary>
    internal async Task AssertDisconnectAsync(int code, string reason = "")
    {
        await App.Within("the app's end");
        Assert.Equal((code, reason), (Disconnect!.Code, Disconnect.Reason));
    }

    private async Task ReceiveAllAsync(WebSocketSession session)
    {
        while (true)
        {
            switch (await session.ReceiveAsync())
            {
                case WebSocketReceive message:
                    Received.Add(message.Text ?? Convert.ToHexString(message.Data.Span));
                    break;
                case WebSocketDisconnect disconnect:
                    Disconnect = disconnect;
                    return;
            }
        }
    }

    private async Task ServeAsync()
    {
        Task ending = EndOutputAsync();
        Exception? failure = null;
        try
        {
            await App;
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        Session.OnAppEnded();
        await Session.CloseAsync(failure is null ? 1000 : 1011);
        await ending;
        Session.Dispose();
        await Client.Transport.Input.CompleteAsync();
    }

    private async Task EndOutputAsync()
    {
        await Session.Ended;
        await Client.Transport.Output.CompleteAsync();
    }
}
