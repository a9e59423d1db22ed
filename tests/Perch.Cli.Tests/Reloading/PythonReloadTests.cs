using Perch.Cli.Tests.Commands;
using Perch.Conformance;
using Perch.Tests.Shared.Processes;

namespace Perch.Cli.Tests.Reloading;

/// <summary><c>perch run main:app --reload</c>.</summary>
public sealed class PythonReloadTests : IDisposable
{
    private const string App = """
        import asyncio, os

        async def app(scope, receive, send):
            assert scope["type"] == "http"
            await send({"type": "http.response.start", "status": 200})
            if scope["path"] == "/slow":
                await send({"type": "http.response.body", "body": b"started ", "more_body": True})
                while not os.path.exists(scope["query_string"]):
                    await asyncio.sleep(0.02)
            await send({"type": "http.response.body", "body": b"VERSION"})
        """;

    private readonly TemporaryFolder _folder = new();
    private int _versions;

    public void Dispose() => _folder.Dispose();

    [PythonFact]
    public async Task AChangedModule_IsLoadedAgain_WhileWhatRunsIsFinished()
    {
        WriteVersion("one");
        await using PerchProcess perch = await StartAsync();
        Assert.Contains($"watches {_folder.Path} for *.py", perch.Output);
        using var client = new HttpClient();
        string go = _folder.File("go");
        using HttpResponseMessage slow = await client.GetAsync(new Uri(perch.Address, $"/slow?{go}"), HttpCompletionOption.ResponseHeadersRead);
        await using var poll = new Poll(perch.Address);
        WriteVersion("two");
        await poll.SeesAsync("two");

        // As editors do: another file, which takes the name of the first.
        WriteVersion("three", "main.py~new");
        File.Move(_folder.File("main.py~new"), _folder.File("main.py"), overwrite: true);
        await poll.SeesAsync("three");
        await poll.DisposeAsync();
        Assert.Equal(["one", "two", "three"], poll.Answers);
        await File.WriteAllTextAsync(go, "");
        Assert.Equal("started one", await slow.Content.ReadAsStringAsync());
        Assert.Equal(0, await perch.StopAsync());
    }

    [PythonFact]
    public async Task ASyntaxError_IsShownOnce_AndTheOldWorkersGoOn()
    {
        WriteVersion("one");
        await using PerchProcess perch = await StartAsync("--workers", "2");
        WriteVersion("two\"");
        await perch.LineAsync("The app is not loaded again, the old one goes on: Importing module 'main' failed.");
        await AnswerAsync(perch, "one");
        Assert.Single(perch.Errors.Split('\n'), line => line.StartsWith("SyntaxError: ", StringComparison.Ordinal));
        Assert.Equal(2, ProcessTree.ChildrenOf(perch.Id).Count);

        // At once, not after the pause that a limit which is still exceeded would have.
        WriteVersion("three");
        await AnswerAsync(perch, "three");
    }

    [PythonFact]
    public async Task AModuleThatHangs_MakesWayForTheNextChange()
    {
        WriteVersion("one");
        await using PerchProcess perch = await StartAsync();
        WriteHanging();
        await perch.LineAsync("it hangs");
        await AnswerAsync(perch, "one");
        WriteVersion("three");
        await AnswerAsync(perch, "three");
    }

    [PythonFact]
    public async Task AStopWhileANewWorkerStarts_LeavesNothingBehind()
    {
        WriteVersion("one");
        await using PerchProcess perch = await StartAsync();
        WriteHanging();
        await perch.LineAsync("it hangs");
        int[] processes = [.. ProcessTree.DescendantsOf(perch.Id)];
        Assert.Equal(2, processes.Length);
        Assert.Equal(0, await perch.StopAsync());
        Assert.DoesNotContain(processes, ProcessTree.IsRunning);
    }

    [PythonFact]
    public async Task AStopWhileTheFirstWorkerStarts_LeavesNothingBehind()
    {
        WriteHanging();
        await using PerchProcess perch = PerchProcess.Begin(StartInfo());
        await perch.LineAsync("it hangs");
        int[] processes = [.. ProcessTree.DescendantsOf(perch.Id)];
        Assert.Single(processes);
        Assert.Equal((0, "INFO:     [worker 1] it hangs"), (await perch.StopAsync(), perch.Errors));
        Assert.DoesNotContain(processes, ProcessTree.IsRunning);
    }

    [PythonFact]
    public async Task AnAppThatDoesNotStart_IsTriedAgainWhenItChanges()
    {
        _folder.Write("main.py", "raise SystemExit('no database')");
        await using PerchProcess perch = PerchProcess.Begin(StartInfo());
        await perch.LineAsync("The app has not started, and is tried again when it changes: ");
        WriteVersion("two");
        await perch.LineAsync("Ctrl+C stops it");
        await AnswerAsync(perch, "two");
        Assert.Equal(0, await perch.StopAsync());
    }

    [PythonFact]
    public async Task AChangeDuringAStartThatFails_IsTriedAtOnce()
    {
        string go = _folder.File("go");
        _folder.Write("main.py", $"import os, time\nprint('it starts')\nwhile not os.path.exists('{go}'):\n    time.sleep(0.02)\nraise SystemExit('no database')");
        await using PerchProcess perch = PerchProcess.Begin(StartInfo());
        await perch.LineAsync("it starts");
        WriteVersion("two");
        await perch.LineAsync("main.py has changed: the app is loaded again.");
        await File.WriteAllTextAsync(go, "");
        await perch.LineAsync("The app has not started, and is tried again when it changes: ");
        await perch.LineAsync("Ctrl+C stops it");
        await AnswerAsync(perch, "two");
    }

    [PythonFact]
    public async Task AnAppThatDoesNotStart_EndsWith0WhenItIsStopped()
    {
        _folder.Write("main.py", "raise SystemExit('no database')");
        await using PerchProcess perch = PerchProcess.Begin(StartInfo());
        await perch.LineAsync("The app has not started, and is tried again when it changes: ");
        Assert.Equal(0, await perch.StopAsync());
    }

    [PythonFact]
    public async Task ReloadInclude_WatchesOtherFilesAsWell()
    {
        WriteVersion("one");
        await using PerchProcess perch = await StartAsync("--reload-include", "*.html", "--reload-include", ".env");
        _folder.Write("page.html", "");
        await perch.LineAsync("page.html has changed: the app is loaded again.");
        _folder.Write(".env", "");
        await perch.LineAsync(".env has changed: the app is loaded again.");
        WriteVersion("two");
        await AnswerAsync(perch, "two");
    }

    [PythonFact]
    public async Task ReloadExclude_LeavesFilesOut()
    {
        Directory.CreateDirectory(_folder.File("tests"));
        Directory.CreateDirectory(_folder.File(".venv"));
        WriteVersion("one");
        await using PerchProcess perch = await StartAsync("PERCH_RELOAD_EXCLUDE=tests,*_made.py", "PERCH_RELOAD_DELAY=0");
        _folder.Write("tests/test.py", "");
        _folder.Write("all_made.py", "");
        _folder.Write(".venv/some.py", "");
        _folder.Write("text.txt", "");
        WriteVersion("two");
        await AnswerAsync(perch, "two");
        Assert.All(Reloads(perch), line => Assert.StartsWith("INFO:     main.py has changed", line, StringComparison.Ordinal));
    }

    [PythonFact]
    public async Task ReloadDir_IsWatchedInsteadOfTheAppsOwn()
    {
        using var other = new TemporaryFolder();
        using var another = new TemporaryFolder();
        WriteVersion("one");
        await using PerchProcess perch = await StartAsync("--reload-dir", other.Path, "--reload-dir", another.Path, "--reload-delay", "0");
        Assert.Contains($"watches {other.Path}, {another.Path} for *.py", perch.Output);
        WriteVersion("two");
        Directory.CreateDirectory(other.File("below"));
        other.Write("below/one.py", "");
        await perch.LineAsync("below/one.py has changed");
        another.Write("two.py", "");
        await perch.LineAsync("two.py has changed");
        await AnswerAsync(perch, "two");
        Assert.DoesNotContain(Reloads(perch), line => line.Contains("main.py", StringComparison.Ordinal));
    }

    [PythonFact]
    public async Task ReloadDir_MayBeBelowAnother()
    {
        Directory.CreateDirectory(_folder.File(".conf"));
        WriteVersion("one");
        await using PerchProcess perch = await StartAsync("--reload-dir", _folder.Path, "--reload-dir", _folder.File(".conf"));
        _folder.Write(".conf/some.py", "");
        await perch.LineAsync(".conf/some.py has changed: the app is loaded again.");
    }

    [PythonFact]
    public async Task AnAppDirThatIsMissing_EndsItWith2AndOneLine()
    {
        string missing = _folder.File("nosuch");
        (int exitCode, _, string errors) = await PerchProcess.RunAsync("run", "main:app", "--app-dir", missing, "--reload", "--port", "0");
        Assert.Equal((2, $"perch: --app-dir takes a folder that is there, not '{missing}'."), (exitCode, errors));
    }

    [PythonFact]
    public async Task ReloadDelay_MakesOneOfSeveralChanges()
    {
        WriteVersion("one");
        await using PerchProcess perch = await StartAsync("--reload-delay", "8");
        WriteVersion("two");

        // Longer than the delay would be by itself.
        await Task.Delay(1000);
        _folder.Write("other.py", "");
        await AnswerAsync(perch, "two");
        Assert.Equal("INFO:     main.py has changed (and 1 more): the app is loaded again.", Assert.Single(Reloads(perch)));
    }

    [PythonFact]
    public async Task ASettingsFile_SetsReload()
    {
        WriteVersion("one");
        _folder.Write("perch.json", """{ "Reload": { "IsOn": true, "Include": ["*.txt", "*.html"] } }""");
        await using PerchProcess perch = await PerchProcess.StartAsync("main:app", "--app-dir", _folder.Path, "--config", _folder.File("perch.json"));
        Assert.Contains($"watches {_folder.Path} for *.py, *.txt, *.html", perch.Output);
    }

    [PythonFact]
    public async Task ReloadOfTheEnvironment_CanBeTurnedOff()
    {
        WriteVersion("one");
        await using PerchProcess perch = await PerchProcess.StartAsync("main:app", "--app-dir", _folder.Path, "PERCH_RELOAD=true", "--no-reload");
        Assert.DoesNotContain(perch.Output, line => line.StartsWith("watches", StringComparison.Ordinal));
    }

    [UserNamespaceFact]
    public async Task WhatTheSystemDoesNotWatch_IsSaid()
    {
        WriteVersion("one");
        (int exitCode, _, string errors) = await PerchProcess.RunAsync(UserNamespaceFactAttribute.With("max_inotify_instances", 0, StartInfo()));
        Assert.Equal(3, exitCode);
        Assert.StartsWith($"perch: {_folder.Path} cannot be watched: ", errors, StringComparison.Ordinal);
        for (int i = 0; i < 5; i++)
        {
            Directory.CreateDirectory(_folder.File($"folder{i}"));
        }

        await using PerchProcess perch = await PerchProcess.StartAsync(UserNamespaceFactAttribute.With("max_inotify_watches", 3, StartInfo()));
        await perch.LineAsync($"Not all of {_folder.Path} is watched; --reload-dir can name less: ");
    }

    private static string[] Reloads(PerchProcess perch) =>
        [.. perch.Errors.Split('\n').Where(line => line.Contains("is loaded again", StringComparison.Ordinal))];

    private static Task AnswerAsync(PerchProcess perch, string answer) => Wait.Until(
        async () =>
        {
            using var client = new HttpClient();
            return await client.GetStringAsync(perch.Address) == answer ? answer : null;
        },
        () => $"the answer {answer}; {perch.All}");

    /// <summary>Each is longer than the one before: Python takes a file of the same second and the same length for the one that it has compiled.</summary>
    private void WriteVersion(string version, string file = "main.py") =>
        _folder.Write(file, App.Replace("VERSION", version, StringComparison.Ordinal) + new string('\n', ++_versions * 10));

    private void WriteHanging() => _folder.Write("main.py", "import time\nprint('it hangs')\ntime.sleep(600)");

    private Task<PerchProcess> StartAsync(params string[] arguments) => PerchProcess.StartAsync(StartInfo(arguments));

    private System.Diagnostics.ProcessStartInfo StartInfo(params string[] arguments) =>
        PerchProcess.StartInfo(["run", "main:app", "--app-dir", _folder.Path, "--reload", "--port", "0", "--no-access-log", .. arguments]);
}
