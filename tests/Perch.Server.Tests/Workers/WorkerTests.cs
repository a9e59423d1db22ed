using Perch.Conformance;
using Perch.Server.Tests.Apps;
using Perch.Server.Tests.Support;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Workers;

/// <summary>Several processes on one port.</summary>
public sealed class WorkerTests
{
    private const long Enough = 20_000;

    /// <summary>A client that is held up, as all is on a busy machine, is no client that idles.</summary>
    private static readonly string[] Patient = ["--timeout-keep-alive", "60"];

    [Theory]
    [InlineData("kestrel", "epoll")]
    [InlineData("perch", "epoll")]
    [InlineData("bare", "epoll")]
    [InlineData("kestrel", "sockets")]
    [InlineData("perch", "sockets")]
    public async Task ARollingRestartUnderLoad_FailsNoRequest(string http, string transport)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(
            TestApp.Name, ["--http", http, "--transport", transport, "--workers", "2", "--no-access-log", .. Patient]);
        int[] old = [.. ProcessTree.ChildrenOf(perch.Id)];
        Assert.Equal(2, old.Length);
        await using var load = new Load(perch.Address);
        await Wait.Until(() => Task.FromResult(load.Count > Enough / 4 ? load : null), "answers of the old workers");
        perch.Signal(Signals.Hangup);
        await Wait.Until(() => Task.FromResult(ProcessTree.ChildrenOf(perch.Id).Intersect(old).Any() ? null : load), "the end of the old workers");
        long atTheEnd = load.Count;
        await Wait.Until(() => Task.FromResult(load.Count > Math.Max(Enough, atTheEnd + 1000) ? load : null), "answers of the new workers");
        await load.EndAsync();
        Assert.Empty(load.Failures);
        Assert.Contains(load.Processes, process => !old.Contains(process));
        Assert.Equal(2, ProcessTree.ChildrenOf(perch.Id).Count);
        Assert.Equal(0, await perch.StopAsync());
    }

    [Theory]
    [InlineData("kestrel", "epoll")]
    [InlineData("perch", "epoll")]
    [InlineData("bare", "epoll")]
    [InlineData("kestrel", "sockets")]
    [InlineData("perch", "sockets")]
    [InlineData("bare", "sockets")]
    public async Task AStopUnderLoad_LosesNoRequestThatWasAccepted(string http, string transport)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, ["--http", http, "--transport", transport, "--no-access-log", .. Patient]);
        await using var load = new Load(perch.Address);
        await Wait.Until(() => Task.FromResult(load.Count > 1000 ? load : null), "answers");
        perch.Signal(Signals.Terminate);
        Assert.Equal(0, await perch.ExitAsync());
        await load.EndAsync();

        // Who comes when nobody listens is refused, and knows it; a connection that was taken has its answer.
        Assert.DoesNotContain(load.Failures, failure => !failure.Contains("refused", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task AWorkerThatCrashes_IsReplaced()
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "WEB_CONCURRENCY=2");
        int[] before = [.. ProcessTree.ChildrenOf(perch.Id)];
        Assert.Equal(2, before.Length);
        Signals.Send(before[0], Signals.Kill);
        await perch.LineAsync($"Worker {before[0]} ended with 137 and is replaced.");
        await Wait.Until(
            () => Task.FromResult(ProcessTree.ChildrenOf(perch.Id) is { Count: 2 } now && now.Contains(before[1]) && !now.Contains(before[0]) ? now : null), "another worker");
    }

    [Fact]
    public async Task AWorkerThatIsSilent_IsReplaced()
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--workers", "2", "--timeout-worker-healthcheck", "4");
        int stopped = ProcessTree.ChildrenOf(perch.Id)[0];
        Signals.Send(stopped, Signals.Suspend);
        await perch.LineAsync($"Worker {stopped} has said nothing for 4 s: it is killed and replaced.");
        await Wait.Until(() => Task.FromResult(ProcessTree.ChildrenOf(perch.Id) is { Count: 2 } now && !now.Contains(stopped) ? now : null), "another worker");
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task AWorkerWithTooMuchMemory_IsReplaced(string workers)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--workers", workers, "--workers-max-rss", "300000000");
        int[] before = [.. ProcessTree.ChildrenOf(perch.Id)];
        string large = await Clients.RawAsync(perch.Address, Clients.Get("/hold?400000000"));
        int grown = int.Parse(large[(large.LastIndexOf('\n') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains(grown, before);
        await perch.LineAsync($"Worker {grown} has ");
        await Wait.Until(
            () => Task.FromResult(ProcessTree.ChildrenOf(perch.Id) is var now && now.Count == before.Length && !now.Contains(grown) ? now : null), "another worker");
    }

    [Fact]
    public async Task AWorkerThatHasServedItsRequests_IsReplaced()
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, ["--workers", "2", "--limit-max-requests", "100", "--no-access-log", .. Patient]);
        int[] before = [.. ProcessTree.ChildrenOf(perch.Id)];
        await using var load = new Load(perch.Address);
        await Wait.Until(() => Task.FromResult(ProcessTree.ChildrenOf(perch.Id).Intersect(before).Any() ? null : load), "the end of both workers");
        await Wait.Until(() => Task.FromResult(load.Processes.Except(before).Any() ? load : null), "answers of new workers");
        await load.EndAsync();
        Assert.Empty(load.Failures);
        Assert.Equal("", perch.Errors);
        Assert.Equal(0, await perch.StopAsync());
    }

    [Fact]
    public async Task TtinAndTtou_AddAndRemoveOne()
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--workers", "2");
        perch.Signal(Signals.BackgroundRead);
        await Wait.Until(() => Task.FromResult(ProcessTree.ChildrenOf(perch.Id) is { Count: 3 } three ? three : null), "a third worker");
        perch.Signal(Signals.BackgroundWrite);
        await Wait.Until(() => Task.FromResult(ProcessTree.ChildrenOf(perch.Id) is { Count: 2 } two ? two : null), "two workers");
        using var client = new HttpClient();
        Assert.Equal("Hello, World!", await client.GetStringAsync(perch.Address));
    }

    [Theory]
    [InlineData("Fails", "perch: the database is away")]
    [InlineData("Nothing", "perch: Perch.Server.Tests.Apps.TestApp has no member Nothing; ")]
    public async Task AWorkerThatDoesNotStart_EndsItWith3AndOneLine(string member, string line)
    {
        string app = TestApp.NameOf(member);
        (int exitCode, string output, string errors) = await PerchProcess.RunAsync("run", app, "--port", "0", "--workers", "2");
        Assert.Equal((3, ""), (exitCode, output));
        Assert.StartsWith(line, errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors);
    }

    [Fact]
    public async Task WhenTheirParentIsKilled_TheWorkersEnd()
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--workers", "2");
        int[] workers = [.. ProcessTree.ChildrenOf(perch.Id)];
        perch.Signal(Signals.Kill);
        await Wait.Until(() => Task.FromResult(Array.Exists(workers, ProcessTree.IsRunning) ? null : workers), "the end of the workers");
    }

    [Fact]
    public async Task AnInterruptOfTheTerminal_WhichAllGet_FinishesWhatRuns()
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--workers", "2");
        using var client = new HttpClient();
        using HttpResponseMessage response = await client.GetAsync(new Uri(perch.Address, "/slow?1000"), HttpCompletionOption.ResponseHeadersRead);
        foreach (int worker in ProcessTree.ChildrenOf(perch.Id))
        {
            Signals.Send(worker, Signals.Interrupt);
        }

        perch.Signal(Signals.Interrupt);
        Assert.Equal("started finished", await response.Content.ReadAsStringAsync());
        Assert.Equal(0, await perch.ExitAsync());
    }

    [Fact]
    public async Task AfterAHangup_AWorkerThatDoesNotStart_LeavesTheOldOnes()
    {
        using var folder = new TemporaryFolder();
        folder.Write("may-start", "");
        await using PerchProcess perch = await PerchProcess.StartAsync(
            TestApp.NameOf(nameof(TestApp.StartsWhileTheFileIsThere)), "--workers", "2", $"TEST_FILE={folder.File("may-start")}");
        int[] old = [.. ProcessTree.ChildrenOf(perch.Id)];
        File.Delete(folder.File("may-start"));
        perch.Signal(Signals.Hangup);
        await perch.LineAsync("The workers are not replaced, the new one did not start: the file is away");
        await Wait.Until(() => Task.FromResult(ProcessTree.ChildrenOf(perch.Id).SequenceEqual(old) ? old : null), "the old workers, and no other");
        using var client = new HttpClient();
        Assert.Equal("Hello, World!", await client.GetStringAsync(perch.Address));

        // Who asked may ask again.
        folder.Write("may-start", "");
        perch.Signal(Signals.Hangup);
        await Wait.Until(() => Task.FromResult(ProcessTree.ChildrenOf(perch.Id) is { Count: 2 } now && !now.Intersect(old).Any() ? now : null), "two new workers");
        Assert.Equal(0, await perch.StopAsync());
    }
}
