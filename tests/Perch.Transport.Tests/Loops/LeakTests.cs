using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Perch.Conformance;
using Perch.Transport.Loops;
using Perch.Transport.Tests.Support;

namespace Perch.Transport.Tests.Loops;

/// <summary>Nothing is left when all is over, whatever has happened to the connections.</summary>
[Collection(AloneCollection.Name)]
public sealed partial class LeakTests
{
    private const int NumberOfFiles = 7;

    [FactOnLoops]
    public async Task ConnectionsThatEndInEveryWayAtAnyMoment_LeaveNothing()
    {
        await EndInEveryWayAsync(seed: 0, rounds: 3);
        await UntilThreadsHaveEndedAsync();
        int descriptors = Descriptors();
        for (int seed = 1; seed <= 4; seed++)
        {
            await EndInEveryWayAsync(seed, rounds: 40);
        }

        await UntilThreadsHaveEndedAsync();
        await Wait.Until(
            () => Task.FromResult(Descriptors() <= descriptors ? "" : null),
            () => $"as few descriptors as before: {descriptors}, it is {Descriptors()}");

        // A block that was given back twice is there twice.
        var blocks = new HashSet<byte[]>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(blocks.Add(Blocks.Take()), "a block that two have");
        }
    }

    [FactOnLoops]
    public async Task ThreadsThatAppsBlocked_EndWithThem()
    {
        await using (LoopHost host = await LoopHost.StartAsync())
        {
            using var release = new ManualResetEventSlim();
            List<Task> apps = [];
            for (int i = 0; i < 5; i++)
            {
                (Socket client, ConnectionContext server) = await host.ConnectAsync();
                apps.Add(Apart.Start(() => BlockAsync(server)));
                await client.SendAsync("a");
                int taken = i + 1;
                await Wait.Until(() => Task.FromResult(host.Loggers.Count("LoopTakenOver") >= taken ? "" : null), "another thread for the loop");
            }

            release.Set();
            await Wait.For(Task.WhenAll(apps), "the apps");
            await Wait.Until(() => Task.FromResult(Threads() <= 2 ? "" : null), "the end of the threads but for the loop's and the watch's");

            async Task BlockAsync(ConnectionContext server)
            {
                await server.Transport.Input.ReadAsync();
                release.Wait(TimeSpan.FromSeconds(60));
            }
        }

        await UntilThreadsHaveEndedAsync();
    }

    [FactOnLoops]
    public async Task ListenerWithoutDescriptors_AcceptsWhenThereAreSome()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        Socket client = await host.DialAsync();
        await client.SendAsync("hello");
        Limits limits = default;
        Assert.Equal(0, GetLimit(NumberOfFiles, ref limits));
        Limits none = limits with { Soft = 0 };
        Task<ConnectionContext> accepting;
        Assert.Equal(0, SetLimit(NumberOfFiles, ref none));
        try
        {
            accepting = host.AcceptAsync();
            await Wait.Until(() => Task.FromResult(host.Loggers.Count("AcceptFailed") == 1 ? "" : null), "the failure in the log");
        }
        finally
        {
            Assert.Equal(0, SetLimit(NumberOfFiles, ref limits));
        }

        ConnectionContext server = await accepting;
        Assert.Equal("hello", await server.ReadTextAsync(5));
        Assert.Equal(1, host.Loggers.Count("AcceptFailed"));
    }

    [FactOnLoops]
    public async Task BindWithoutDescriptors_Fails_AndLeavesNothing()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        await host.Listener.DisposeAsync();
        await UntilThreadsHaveEndedAsync();
        int descriptors = Descriptors();
        Limits limits = default;
        Assert.Equal(0, GetLimit(NumberOfFiles, ref limits));
        try
        {
            // Not enough for the socket, then for the epoll, then for what wakes it.
            foreach (ulong free in FirstFree(3))
            {
                Limits few = limits with { Soft = free };
                Assert.Equal(0, SetLimit(NumberOfFiles, ref few));
                await Assert.ThrowsAnyAsync<Exception>(() => host.Factory.BindAsync(new IPEndPoint(IPAddress.Loopback, 0)).AsTask());
            }
        }
        finally
        {
            Assert.Equal(0, SetLimit(NumberOfFiles, ref limits));
        }

        await UntilThreadsHaveEndedAsync();
        await Wait.Until(
            () => Task.FromResult(Descriptors() <= descriptors ? "" : null),
            () => $"as few descriptors as before: {descriptors}, it is {Descriptors()}");
    }

    private static async Task EndInEveryWayAsync(int seed, int rounds)
    {
        var random = new Random(seed);
        await using LoopHost host = await LoopHost.StartAsync(options => options.LoopCount = 2);
        for (int round = 0; round < rounds; round++)
        {
            List<Task> tasks = [];
            for (int i = 0; i < 8; i++)
            {
                (Socket client, ConnectionContext server) = await host.ConnectAsync();
                int clientEnds = random.Next(4);
                int serverEnds = random.Next(4);
                int bytes = random.Next(3) == 0 ? 500_000 : 100;
                tasks.Add(Apart.Start(() => EchoUntilLostAsync(server)));
                tasks.Add(Task.Run(() => Talk(client, clientEnds, bytes)));
                tasks.Add(Task.Run(() => Disturb(server, serverEnds)));
            }

            await Wait.For(Task.WhenAll(tasks), $"the end of the connections of round {round}");
        }
    }

    private static async Task EchoUntilLostAsync(ConnectionContext server)
    {
        try
        {
            await Peer.EchoAsync(server);
        }
        catch (Exception exception) when (exception is IOException or ConnectionAbortedException or InvalidOperationException)
        {
            // As the test will have it.
        }
        finally
        {
            server.Abort();
            await server.DisposeAsync();
        }
    }

    private static void Talk(Socket client, int ends, int bytes)
    {
        try
        {
            client.SendTimeout = 1000;
            client.Send(new byte[bytes]);
            switch (ends)
            {
                case 0:
                    client.Shutdown(SocketShutdown.Send);
                    break;
                case 1:
                    client.Dispose();
                    break;
                case 2:
                    client.Reset();
                    break;
                default:
                    client.ReceiveTimeout = 1000;
                    _ = client.Receive(new byte[bytes]);
                    client.Dispose();
                    break;
            }
        }
        catch (SocketException)
        {
            client.Dispose();
        }
    }

    private static void Disturb(ConnectionContext server, int ends)
    {
        Thread.SpinWait(ends * 5_000);
        server.Transport.Input.CancelPendingRead();
        server.Transport.Output.CancelPendingFlush();
        switch (ends)
        {
            case 0:
                server.Abort();
                break;
            case 1:
                _ = server.DisposeAsync().AsTask();
                break;
            case 2:
                server.Transport.Input.Complete();
                break;
            default:
                break;
        }
    }

    private static async Task UntilThreadsHaveEndedAsync() =>
        await Wait.Until(() => Task.FromResult(Threads() == 0 ? "" : null), "the end of the loops' threads");

    private static int Threads() =>
        Directory.GetDirectories("/proc/self/task").Count(static task =>
        {
            try
            {
                return File.ReadAllText(task + "/comm").StartsWith("perch loop", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
        });

    private static int Descriptors() =>
        Directory.GetFileSystemEntries("/proc/self/fd").Count(static entry => Target(entry) is { } target && (
            target.StartsWith("socket:", StringComparison.Ordinal) || target.Contains("eventpoll", StringComparison.Ordinal) || target.Contains("eventfd", StringComparison.Ordinal)));

    private static string? Target(string entry) => new FileInfo(entry).LinkTarget;

    private static ulong[] FirstFree(int count) =>
        [.. Enumerable.Range(0, int.MaxValue).Where(static number => Target($"/proc/self/fd/{number}") is null).Take(count).Select(static number => (ulong)number)];

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, ref Limits limits);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, ref Limits limits);

    /// <summary>struct rlimit.</summary>
    private record struct Limits
    {
        internal ulong Soft;
        internal ulong Hard;
    }
}
