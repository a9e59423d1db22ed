using System.Globalization;
using Microsoft.Extensions.Logging;
using Perch.Python.Tests.Support;
using Xunit.Abstractions;

namespace Perch.Python.Tests.Soak;

/// <summary>Mixed traffic while workers are ended at random. Short here; <c>PERCH_SOAK_SECONDS</c> makes it longer: 600 before a release.</summary>
[Collection(nameof(RunsAlone))]
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int Clients = 16;
    private const int Workers = 3;

    /// <summary>What a heap may differ by between two times at which nothing runs: the pools of Kestrel and of sockets grow with each larger burst.</summary>
    private const long Slack = 16 << 20;

    private static TimeSpan Length =>
        TimeSpan.FromSeconds(int.TryParse(Environment.GetEnvironmentVariable("PERCH_SOAK_SECONDS"), CultureInfo.InvariantCulture, out int seconds) ? seconds : 12);

    [PythonFact]
    public async Task WorkersAreEndedAtRandom_EveryCallIsAnsweredOrAbortedAndMemoryIsLevel()
    {
        await using PythonServer server = await PythonServer.StartAsync("raw:app", options =>
        {
            options.Workers = Workers;
            options.HealthTimeout = TimeSpan.FromSeconds(1);
        }, level: LogLevel.Warning);

        // The first part fills the pools and the caches; the second one, three times as long, must not add to them.
        (long heap, int sockets) = await SoakAsync(server, Length / 4);
        (long laterHeap, _) = await SoakAsync(server, Length * 3 / 4);
        Assert.True(laterHeap - heap < Slack, $"The heap has grown from {heap:N0} to {laterHeap:N0} bytes.");

        // The host sees a little later that a client has closed.
        await Eventually.True(() => OpenSockets() <= sockets, $"no more sockets and pipes than the {sockets} before");
    }

    private async Task<(long Heap, int Sockets)> SoakAsync(PythonServer server, TimeSpan length)
    {
        using (var traffic = new MixedTraffic(server))
        using (var stop = new CancellationTokenSource(length))
        {
            Task<int> killer = Killer.RunAsync(server, stop.Token);
            await traffic.RunAsync(Clients, stop.Token);
            int ended = await killer;
            output.WriteLine($"{length.TotalSeconds} s, {ended} workers ended; {traffic.Summary}");
            Assert.Empty(traffic.Faults);
            Assert.True(traffic.Answered > 0, "No call was answered.");
        }

        await Eventually.True(() => server.App.ProcessIds.Count == Workers, "all the workers");
        await Eventually.True(() => server.App.ActiveCalls == 0, "the end of the calls whose clients have left");
        Assert.Equal("Hello, World!", await server.GetAsync("/"));
        long heap = GC.GetTotalMemory(forceFullCollection: true);
        int sockets = OpenSockets();
        output.WriteLine($"heap {heap:N0} bytes, {sockets} sockets and pipes");
        return (heap, sockets);
    }

    /// <summary>The sockets and pipes that this process has open: to clients, to workers, for their output.</summary>
    private static int OpenSockets() => Directory.GetFiles("/proc/self/fd")
        .Select(static file => new FileInfo(file).LinkTarget ?? "")
        .Count(static target => target.StartsWith("socket:", StringComparison.Ordinal) || target.StartsWith("pipe:", StringComparison.Ordinal));
}
