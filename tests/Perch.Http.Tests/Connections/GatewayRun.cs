using Microsoft.AspNetCore.Connections;
using Perch.Http.Connections;

namespace Perch.Http.Tests.Connections;

/// <summary>A gateway with one connection in memory, its clock, its log and its counters. The answers have no date and no server field.</summary>
internal sealed class GatewayRun
{
    private int _running;

    internal GatewayRun(GatewayApp app, Action<HttpGatewayOptions>? configure = null, MemoryConnection? client = null, ConnectionDelegate? handOn = null)
    {
        var options = new HttpGatewayOptions { DateHeader = false, ServerHeader = false };
        configure?.Invoke(options);
        App = app;
        Gateway = new HttpGateway(CountedAsync, options, lifespan: null, new HttpGatewayLog(Log, Rejections), Time, showsErrors: false);
        Gateway.ConnectionEnded = engine => HeadsHeld += engine.HoldsMemory ? 1 : 0;
        Client = client ?? new MemoryConnection();
        Served = Serve(Client, handOn);
    }

    internal HttpGateway Gateway { get; }

    internal MemoryConnection Client { get; }

    internal FakeTime Time { get; } = new();

    internal LogSink Log { get; } = new();

    internal RejectionCounts Rejections { get; } = new();

    /// <summary>The connection's task.</summary>
    internal Task Served { get; }

    /// <summary>The calls of the app that have not ended.</summary>
    internal int Running => Volatile.Read(ref _running);

    /// <summary>The connections that ended and did not give back the memory of their head.</summary>
    internal int HeadsHeld { get; private set; }

    /// <summary>How often the app was called.</summary>
    internal int Calls { get; private set; }

    private GatewayApp App { get; }

    /// <summary>Serves one more connection.</summary>
    internal Task Serve(MemoryConnection client, ConnectionDelegate? handOn = null)
    {
        Task? served = null;
        Unbound.Run(() => served = Gateway.OnConnectionAsync(client, handOn));
        return served!;
    }

    /// <summary>The connection is over, and nothing of it is left.</summary>
    internal async Task AssertGoneAsync()
    {
        await Served.Within("the end of the connection");
        Client.ReadNow();
        Assert.Equal(0, Gateway.Count);
        Assert.Equal(0, Running);
        Assert.Equal(0, Time.TimerCount);
    }

    private Task CountedAsync(Scope scope, Receive receive, Send send)
    {
        Calls++;
        Interlocked.Increment(ref _running);
        Task? run;
        try
        {
            run = App(scope, receive, send);
        }
        catch
        {
            Interlocked.Decrement(ref _running);
            throw;
        }

        if (run is null || run.IsCompleted)
        {
            Interlocked.Decrement(ref _running);
            return run!;
        }

        return UncountAsync(run);
    }

    private async Task UncountAsync(Task run)
    {
        try
        {
            await run;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
