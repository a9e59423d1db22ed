using Perch.Conformance;
using Perch.Tests.Shared.Processes;

namespace Perch.Cli.Tests.Reloading;

/// <summary><c>perch run Mine.dll:… --reload</c>.</summary>
public sealed class AssemblyReloadTests(BuiltApp built) : IClassFixture<BuiltApp>
{
    [Fact]
    public async Task AChangedAssembly_IsLoadedAgain_WhileWhatRunsIsFinished()
    {
        using var app = new ReloadedApp();
        built.Write(app, '1');
        await using PerchProcess perch = await app.StartAsync(BuiltApp.In(app));
        Assert.Contains($"watches {app.Folder} for *.dll", perch.Output);
        using var client = new HttpClient();
        using HttpResponseMessage slow = await client.GetAsync(new Uri(perch.Address, $"/slow?{app.Go}"), HttpCompletionOption.ResponseHeadersRead);
        await using var poll = new Poll(perch.Address);
        built.Write(app, '2');
        await poll.SeesAsync("version 2");
        built.WriteInto(app, '3');
        await poll.SeesAsync("version 3");
        await poll.DisposeAsync();
        Assert.Equal(["version 1", "version 2", "version 3"], poll.Answers);
        await File.WriteAllTextAsync(app.Go, "");
        Assert.Equal("started version 1", await slow.Content.ReadAsStringAsync());
        Assert.Equal(0, await perch.StopAsync());
        Assert.Empty(app.Left);
    }

    [Fact]
    public async Task AllWorkers_AreReplaced()
    {
        using var app = new ReloadedApp();
        built.Write(app, '1');
        await using PerchProcess perch = await app.StartAsync(BuiltApp.In(app), "--workers", "2");
        int[] before = [.. ProcessTree.ChildrenOf(perch.Id)];
        Assert.Equal(2, before.Length);
        built.Write(app, '2');
        await Wait.Until(
            () => Task.FromResult(ProcessTree.ChildrenOf(perch.Id) is { Count: 2 } now && !now.Intersect(before).Any() ? now : null), "two other workers");
        await ReloadedApp.AnswerAsync(perch, '2');
    }

    [Fact]
    public async Task Hangup_LoadsItAgain()
    {
        using var app = new ReloadedApp();
        built.Write(app, '1');
        await using PerchProcess perch = await app.StartAsync(BuiltApp.In(app), "--reload-exclude", "*.dll");
        built.Write(app, '2');
        perch.Signal(Signals.Hangup);
        await ReloadedApp.AnswerAsync(perch, '2');
    }

    [Fact]
    public async Task ASuccessorThatDoesNotStart_IsShownOnce_AndTheOldAppGoesOn()
    {
        using var app = new ReloadedApp();
        built.Write(app, '1');
        await using PerchProcess perch = await app.StartAsync(BuiltApp.In(app), "--workers", "2");
        built.Write(app, 'F');
        await perch.LineAsync("The workers are not replaced, the new one did not start: the database is away");
        await ReloadedApp.AnswerAsync(perch, '1');
        built.Write(app, '3');
        await ReloadedApp.AnswerAsync(perch, '3');
        Assert.Single(perch.Errors.Split('\n'), line => line.Contains("the database is away", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ASuccessorThatHangs_MakesWayForTheNextChange()
    {
        using var app = new ReloadedApp();
        built.Write(app, '1');
        await using PerchProcess perch = await app.StartAsync(BuiltApp.In(app));
        built.Write(app, 'H');
        await perch.LineAsync("it hangs");
        await ReloadedApp.AnswerAsync(perch, '1');
        built.Write(app, '3');
        await ReloadedApp.AnswerAsync(perch, '3');
    }

    [Theory]
    [InlineData(Signals.Terminate)]
    [InlineData(Signals.Interrupt)]
    public async Task AStopWhileASuccessorStarts_LeavesNothingBehind(int signal)
    {
        using var app = new ReloadedApp();
        built.Write(app, '1');
        await using PerchProcess perch = await app.StartAsync(BuiltApp.In(app));
        built.Write(app, 'H');
        await perch.LineAsync("it hangs");
        int[] processes = [.. ProcessTree.DescendantsOf(perch.Id)];
        Assert.Equal(2, processes.Length);
        perch.Signal(signal);
        Assert.Equal(0, await perch.ExitAsync());
        Assert.DoesNotContain(processes, ProcessTree.IsRunning);
        Assert.Empty(app.Left);
    }

    [Fact]
    public async Task WhenTheCommandIsKilled_WorkersAndTheirFolders_AreGone()
    {
        using var app = new ReloadedApp();
        built.Write(app, '1');
        await using PerchProcess perch = await app.StartAsync(BuiltApp.In(app));
        built.Write(app, 'H');
        await perch.LineAsync("it hangs");
        int[] processes = [.. ProcessTree.DescendantsOf(perch.Id)];
        Assert.Equal(2, app.Left.Length);
        perch.Signal(Signals.Kill);
        await Wait.Until(() => Task.FromResult(Array.Exists(processes, ProcessTree.IsRunning) || app.Left.Length > 0 ? null : processes), "the end of the workers");
    }

    [Fact]
    public async Task WhenTheCommandIsKilled_TheFolderStays_UntilTheLastWorkerEnds()
    {
        using var app = new ReloadedApp();
        built.Write(app, '1');
        await using PerchProcess perch = await app.StartAsync(BuiltApp.In(app), "--workers", "2");
        int[] workers = [.. ProcessTree.ChildrenOf(perch.Id)];
        using var client = new HttpClient();
        using HttpResponseMessage slow = await client.GetAsync(new Uri(perch.Address, $"/slow?{app.Go}"), HttpCompletionOption.ResponseHeadersRead);
        perch.Signal(Signals.Kill);
        await Wait.Until(() => Task.FromResult(workers.Count(ProcessTree.IsRunning) == 1 ? workers : null), "the end of the worker that idles");
        string[] left = app.Left;
        await File.WriteAllTextAsync(app.Go, "");
        Assert.Single(left);
        Assert.Equal("started version 1", await slow.Content.ReadAsStringAsync());
        await Wait.Until(() => Task.FromResult(app.Left.Length > 0 ? null : workers), "the end of the folder");
    }

    [Theory]
    [InlineData('F', "The app has not started, and is tried again when it changes: the database is away")]
    [InlineData('H', "it hangs")]
    public async Task AnAppThatDoesNotStart_IsTriedAgainWhenItChanges(char version, string line)
    {
        using var app = new ReloadedApp();
        built.Write(app, version);
        await using PerchProcess perch = PerchProcess.Begin(app.StartInfo(BuiltApp.In(app)));
        await perch.LineAsync(line);
        built.Write(app, '2');
        await perch.LineAsync("Ctrl+C stops it");
        await ReloadedApp.AnswerAsync(perch, '2');
        Assert.Equal(0, await perch.StopAsync());
    }
}
