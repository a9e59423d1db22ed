using System.Diagnostics;
using System.Globalization;
using System.Net;
using Perch.Python.Tests.Support;
using Perch.Tests.Shared.Processes;

namespace Perch.Python.Tests.Apps;

/// <summary>Workers that die, hang, grow, or do not start.</summary>
public sealed class FaultTests
{
    [PythonFact]
    public async Task WorkerDies_Is502BeforeTheResponseAndTheOthersGoOn()
    {
        await using PythonServer server = await PythonServer.StartAsync(options => options.Workers = 2);
        Task<string> other = server.GetAsync("/wait?0.5");
        using HttpResponseMessage response = await server.Client.GetAsync(new Uri("/die", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("waited", await other);
        await server.Logs.Contains("died: exit status 7");
        await Eventually.True(() => server.App.ProcessIds.Count == 2, "a new worker");
    }

    [PythonFact]
    public async Task WorkerThatHasHungUpAndDoesNotEnd_GetsNoRequests()
    {
        await using PythonServer server = await PythonServer.StartAsync(options =>
        {
            options.Workers = 2;
            options.HealthTimeout = TimeSpan.FromMinutes(5);
            options.StopTimeout = TimeSpan.FromMinutes(5);
            options.QueueTimeout = TimeSpan.FromSeconds(1);
        });
        IReadOnlyList<int> workers = server.App.ProcessIds;
        using HttpResponseMessage response = await server.Client.GetAsync(new Uri("/hang-up", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.GetAsync("/pid")));
        int healthy = int.Parse(Assert.Single(answers.Distinct()), CultureInfo.InvariantCulture);
        Assert.Equal(workers, server.App.ProcessIds);
        using var silent = Process.GetProcessById(workers.Single(worker => worker != healthy));
        silent.Kill();
        await server.Logs.Contains("died: signal 9");
    }

    [PythonFact]
    public async Task WorkerDiesBesideAChildThatHasItsConnection_IsReplaced()
    {
        string path = Path.GetTempFileName();
        try
        {
            await using PythonServer server = await PythonServer.StartAsync();
            using HttpResponseMessage response = await server.Client.GetAsync(new Uri($"/die-beside-child?{path}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
            await server.Logs.Contains("died: exit status 7");
            Assert.Equal("Hello, World!", await server.GetAsync("/"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>As in uvicorn, it is not the request's.</summary>
    [PythonFact]
    public async Task SystemExitInATask_EndsTheWorkerAndTheNextOneServes()
    {
        await using PythonServer server = await PythonServer.StartAsync();
        using HttpResponseMessage response = await server.Client.GetAsync(new Uri("/exit-in-task", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        await server.Logs.Contains("died: exit status 5");
        Assert.Equal("Hello, World!", await server.GetAsync("/"));
    }

    [PythonFact]
    public async Task WorkerDiesAfterTheStart_AbortsTheConnection()
    {
        await using PythonServer server = await PythonServer.StartAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => server.Client.GetStringAsync(new Uri("/die-late", UriKind.Relative)));

        // Waits for the next worker.
        Assert.Equal("Hello, World!", await server.GetAsync("/"));
    }

    [PythonFact]
    public async Task WorkerIsKilled_IsReplaced()
    {
        await using PythonServer server = await PythonServer.StartAsync();
        int first = server.App.ProcessIds.Single();
        using (var process = Process.GetProcessById(first))
        {
            process.Kill();
        }

        await server.Logs.Contains("died: signal 9");
        Assert.Equal("Hello, World!", await server.GetAsync("/"));
        Assert.NotEqual(first, server.App.ProcessIds.Single());
    }

    [PythonFact]
    public async Task WorkerHangs_IsKilledAndItsRequestsAre502()
    {
        await using PythonServer server = await PythonServer.StartAsync(options => options.HealthTimeout = TimeSpan.FromSeconds(4));
        using HttpResponseMessage response = await server.Client.GetAsync(new Uri("/block", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        await server.Logs.Contains("has not answered for 4 s");
        Assert.Equal("Hello, World!", await server.GetAsync("/"));
    }

    [PythonFact]
    public async Task WorkerThatBlocksForLessThanTheTimeout_IsLeftAlone()
    {
        await using PythonServer server = await PythonServer.StartAsync(options => options.HealthTimeout = TimeSpan.FromSeconds(10));
        int worker = server.App.ProcessIds.Single();
        Assert.Equal("unblocked", await server.GetAsync("/block?1"));
        Assert.Equal(worker, server.App.ProcessIds.Single());
    }

    [PythonFact]
    public async Task WorkerThatGrows_IsReplacedWhileItServes()
    {
        await using PythonServer server = await PythonServer.StartAsync(options => options.WorkersMaxRss = 100 << 20);
        string first = await server.GetAsync("/pid");
        Task<string> running = server.GetAsync("/wait?0.3");
        Assert.Equal("grown", await server.GetAsync("/grow?150"));
        Assert.Equal("waited", await running);
        await server.Logs.Contains("is replaced: it holds");
        await Eventually.True(() => server.App.ProcessIds.SingleOrDefault() is > 0 and int next && $"{next}" != first, "a new worker");
    }

    [PythonFact]
    public async Task WorkerThatHasServedItsRequests_IsReplacedWithoutAFailure()
    {
        await using PythonServer server = await PythonServer.StartAsync(options =>
        {
            options.LimitMaxRequests = 20;
            options.HealthTimeout = TimeSpan.FromSeconds(4);
        });
        int first = server.App.ProcessIds.Single();
        await Eventually.True(() => server.GetAsync("/").Result == "Hello, World!" && server.App.ProcessIds.SingleOrDefault() is > 0 and int next && next != first, "a new worker");
        Assert.Empty(server.Logs.Errors);
    }

    [PythonFact]
    public async Task Jitter_AddsToTheRequestsThatAWorkerServes()
    {
        // By chance one of 100 million runs fails.
        await using PythonServer server = await PythonServer.StartAsync(options =>
        {
            options.LimitMaxRequests = 1;
            options.LimitMaxRequestsJitter = int.MaxValue;
        });
        int first = server.App.ProcessIds.Single();
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal("Hello, World!", await server.GetAsync("/"));
        }

        Assert.Equal(first, server.App.ProcessIds.Single());
        Assert.Equal(0, server.Logs.Count("is replaced"));
    }

    [PythonFact]
    public async Task WsgiThreadsThatBlock_DoNotKeepTheHostFromItsStop()
    {
        int worker;
        Task<HttpResponseMessage> blocked;
        await using (PythonServer server = await PythonServer.StartAsync("wsgi_block:app", options => options.StopTimeout = TimeSpan.FromSeconds(1)))
        {
            worker = server.App.ProcessIds.Single();
            blocked = server.Client.GetAsync(new Uri("/block", UriKind.Relative));
            await server.Logs.Contains("the thread blocks");

            // So long the host waits for its requests. Then it may say that not all has been stopped in time.
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            Exception? cut = await Record.ExceptionAsync(() => server.Web.StopAsync(patience.Token).Within("the host's stop"));
            Assert.True(cut is null or OperationCanceledException, $"{cut}");
        }

        await Assert.ThrowsAnyAsync<Exception>(() => blocked.Within("the end of the request"));
        await Eventually.True(() => !ProcessTree.IsRunning(worker), "the end of the worker");
    }

    [PythonFact]
    public async Task TerminatedWorker_IsReplacedAndDrained()
    {
        await using PythonServer server = await PythonServer.StartAsync(options => options.DrainTimeout = TimeSpan.FromSeconds(20));
        int first = server.App.ProcessIds.Single();
        Task<string> running = server.GetAsync("/wait?1");
        await Eventually.True(() => server.GetAsync("/").Result == "Hello, World!", "the request's start");
        Signals.Send(first, Signals.Terminate);
        await Eventually.True(() => server.App.ProcessIds.SingleOrDefault() is > 0 and int next && next != first, "a new worker");
        Assert.Equal("waited", await running);
        await server.Logs.Contains($"(process {first}) has stopped");
        Assert.Empty(server.Logs.Errors);
    }

    [PythonFact]
    public async Task Reload_ReadsTheAppAgainAndKeepsTheOldOneIfItIsBroken()
    {
        string directory = Directory.CreateTempSubdirectory().FullName;
        string file = Path.Combine(directory, "changing.py");
        try
        {
            await File.WriteAllTextAsync(file, Answering("one"));
            await using PythonServer server = await PythonServer.StartAsync("changing:app", options => options.AppDirectory = directory);
            Assert.Equal("one", await server.GetAsync("/"));
            await File.WriteAllTextAsync(file, Answering("three"));
            await server.App.ReloadAsync().Within("the reload");
            Assert.Equal("three", await server.GetAsync("/"));
            await File.WriteAllTextAsync(file, "def app(:");
            Task reload = server.App.ReloadAsync();
            PythonAppException exception = await Assert.ThrowsAsync<PythonAppException>(() => reload.Within("the reload"));
            Assert.Contains("SyntaxError", exception.Message, StringComparison.Ordinal);
            Assert.Equal("three", await server.GetAsync("/"));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [PythonFact]
    public async Task ReloadsThatNewerOnesGiveUp_AreNoFailedStarts()
    {
        string directory = Directory.CreateTempSubdirectory().FullName;
        string file = Path.Combine(directory, "slow.py");
        string starts = Path.Combine(directory, "starts");
        try
        {
            await File.WriteAllTextAsync(file, Answering("one"));
            await using PythonServer server = await PythonServer.StartAsync("slow:app", options => options.AppDirectory = directory);
            await File.WriteAllTextAsync(file, $"""
                import os, time
                with open("{starts}", "a") as file:
                    file.write("started\n")
                while os.path.exists("{starts}"):
                    time.sleep(0.01)
                {Answering("two")}
                """);
            int begun = 0;
            var giveUp = new CancellationTokenSource();
            Task reload = server.App.ReloadAsync(giveUp.Token);
            await StartAsync();
            using (var process = Process.GetProcessById(server.App.ProcessIds.Single()))
            {
                process.Kill();
            }

            // More often than a worker may fail to start.
            for (int i = 0; i < 6; i++)
            {
                var nextGiveUp = new CancellationTokenSource();
                Task next = server.App.ReloadAsync(nextGiveUp.Token);
                await GiveUpAsync();
                (giveUp, reload) = (nextGiveUp, next);
                await StartAsync();
            }

            await GiveUpAsync();
            await StartAsync();
            File.Delete(starts);
            Assert.Equal("two", await server.GetAsync("/"));
            Assert.Equal(0, server.Logs.Count("is given up"));

            Task StartAsync()
            {
                begun++;
                return Eventually.True(() => File.Exists(starts) && File.ReadAllLines(starts).Length == begun, "the start of a worker");
            }

            async Task GiveUpAsync()
            {
                await giveUp.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reload.Within("the end of a reload"));
                giveUp.Dispose();
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [PythonFact]
    public async Task Stop_RunsEachWorkersShutdownAndLeavesNothingBehind()
    {
        string mark = Path.GetTempFileName();
        try
        {
            int[] workers;
            await using (PythonServer server = await PythonServer.StartAsync(options =>
            {
                options.Workers = 2;
                options.Environment["SHUTDOWN_MARK"] = mark;
            }))
            {
                workers = [.. server.App.ProcessIds];
                Assert.Equal(2, workers.Length);
            }

            Assert.Equal(["stopped", "stopped"], await File.ReadAllLinesAsync(mark));
            Assert.All(workers, worker => Assert.False(File.Exists($"/proc/{worker}/stat")));
        }
        finally
        {
            File.Delete(mark);
        }
    }

    [PythonFact]
    public Task LifespanThatGivesAReceiveUp_ReceivesTheShutdownLater() => NotesAtStopAsync("looked about", "lifespan.shutdown");

    [PythonFact]
    public Task TasksOfTheApp_AreCancelledAfterItsShutdown() => NotesAtStopAsync("lifespan.shutdown", "the task was cancelled");

    private static async Task NotesAtStopAsync(string first, string second)
    {
        string notes = Path.GetTempFileName();
        try
        {
            await using (PythonServer server = await PythonServer.StartAsync("lives:app", options => options.Environment["NOTES"] = notes))
            {
                await Eventually.True(() => new FileInfo(notes).Length > 0, "the app's first note");
            }

            string text = await File.ReadAllTextAsync(notes);
            Assert.Contains($"{first}\n{second}\n", text, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(notes);
        }
    }

    private static string Answering(string text) => $$"""
        async def app(scope, receive, send):
            assert scope["type"] == "http"
            await send({"type": "http.response.start", "status": 200})
            await send({"type": "http.response.body", "body": b"{{text}}"})
        """;
}
