using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Perch.Cli.Tests.Apps;
using Perch.Conformance;
using Perch.Python.Workers;
using Perch.Tests.Shared;
using Perch.Tests.Shared.Processes;

namespace Perch.Cli.Tests.Commands;

/// <summary><c>perch run</c>, from its command line to its exit code.</summary>
public sealed class RunTests
{
    private const string SaysItsProcess = """
        import os
        async def app(scope, receive, send):
            assert scope["type"] == "http"
            await send({"type": "http.response.start", "status": 200})
            await send({"type": "http.response.body", "body": str(os.getpid()).encode()})
        """;

    private static readonly string Assembly = typeof(Members).Assembly.Location;

    [Theory]
    [InlineData("Method")]
    [InlineData("Make", "--factory")]
    public async Task AnAssembly_IsServed(string member, params string[] arguments)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(App(member), arguments);
        using var client = new HttpClient();
        Assert.Equal("Hello from a member", await client.GetStringAsync(perch.Address));
        Assert.Equal(0, await perch.StopAsync());
    }

    [Fact]
    public async Task AProject_IsBuiltAndServed()
    {
        // A folder of its own: the sample's is built by others at the same time.
        using var folder = new TemporaryFolder();
        string dll = typeof(GatewayApp).Assembly.Location;
        folder.Write("Mine.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup><Reference Include="{dll}" /></ItemGroup>
            </Project>
            """);
        folder.Write("Mine.cs", """
            public static class Mine
            {
                public static async System.Threading.Tasks.Task App(Perch.Scope scope, Perch.Receive receive, Perch.Send send)
                {
                    if (scope is not Perch.HttpScope) throw new Perch.UnsupportedScopeException(scope);
                    await send(new Perch.HttpFullResponse(200, [("content-type", "text/plain")], "built"u8.ToArray()));
                }
            }
            """);
        await using PerchProcess perch = await PerchProcess.StartAsync($"{folder.Path}/Mine.csproj:Mine.App");
        using var client = new HttpClient();
        Assert.Equal("built", await client.GetStringAsync(perch.Address));
    }

    [Fact]
    public async Task AProjectThatDoesNotBuild_EndsWith3()
    {
        using var folder = new TemporaryFolder();
        folder.Write("Mine.csproj", """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>""");
        folder.Write("Mine.cs", "this is no C#");
        (int exitCode, _, string errors) = await PerchProcess.RunAsync("run", $"{folder.Path}/Mine.csproj:Mine.App");
        Assert.Equal(3, exitCode);
        Assert.Contains("error CS", errors, StringComparison.Ordinal);
        Assert.EndsWith($"perch: The build of {folder.Path}/Mine.csproj failed.", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app", "perch: 'app' does not name an app. It is FILE:MEMBER, as in MyApp.dll:Namespace.Type.Member or main:app.")]
    [InlineData("my-app:App", "perch: 'my-app' is neither an assembly (MyApp.dll) nor a project (MyApp.csproj) nor a Python module (main).")]
    [InlineData("main.py:app", "perch: A Python app is named by its module: main:app.")]
    [InlineData("src/main.py:app", "perch: A Python app is named by its module: main:app --app-dir src.")]
    [InlineData("/nowhere/App.dll:A.B", "perch: There is no file /nowhere/App.dll.")]
    [InlineData("/nowhere/App.csproj:A.B", "perch: There is no file /nowhere/App.csproj.")]
    public async Task WhatIsNoApp_EndsWith3AndOneLine(string app, string line) =>
        Assert.Equal((3, "", line), await PerchProcess.RunAsync("run", app));

    [Fact]
    public async Task AFileThatIsNoAssembly_EndsWith3()
    {
        using var folder = new TemporaryFolder();
        folder.Write("App.dll", "no assembly");
        (int exitCode, _, string errors) = await PerchProcess.RunAsync("run", $"{folder.Path}/App.dll:A.B");
        Assert.Equal(3, exitCode);
        Assert.StartsWith($"perch: {folder.Path}/App.dll is not a .NET assembly that can be loaded", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("perch: --port takes a number from 0 to 65535, not '99999'.", "--port", "99999")]
    [InlineData("perch: PERCH_PORT takes a number from 0 to 65535, not 'x'.", "PERCH_PORT=x")]
    [InlineData("perch: --prot is no option; the nearest is --port. perch run --help lists what there is.", "--prot", "1")]
    [InlineData("perch: --prot is no option; the nearest is --port. perch run --help lists what there is.", "--prot=1")]
    [InlineData("perch: -p is no option. perch run --help lists what there is.", "-p", "8000")]
    [InlineData("perch: --workers takes a number above 0, and has nothing after it.", "--workers")]
    [InlineData("perch: --config has nothing after it. perch run --help lists what there is.", "--config")]
    [InlineData("perch: --access-log takes no value, not 'false'. It is --access-log or --no-access-log.", "--access-log=false")]
    [InlineData("perch: 'other:app' is one too many: perch run serves one app. perch run --help lists what there is.", "other:app")]
    [InlineData("perch: --host takes an IPv4 or IPv6 address or a name, not ''.", "--host", "")]
    [InlineData("perch: --forwarded-allow-ips takes an address, a network as 10.0.0.0/8, unix: or *, not '10.0.0'.", "--forwarded-allow-ips", "10.0.0")]
    [InlineData("perch: --env-file names a file that is not there: /nowhere.env.", "--env-file", "/nowhere.env")]
    [InlineData("perch: --server-header and --no-server-header cannot both be given.", "--server-header", "--no-server-header")]
    [InlineData("perch: --date-header is for --http perch and bare only.", "--no-date-header")]
    [InlineData("perch: --threads is for Python apps, and '{0}' is none.", "--threads", "3")]
    [InlineData("perch: --reload-dir takes a folder that is there, not '/nowhere'.", "--reload", "--reload-dir", "/nowhere")]
    [InlineData("perch: --reload-include takes a pattern of files, as *.html, not '['.", "--reload", "--reload-include", "[")]
    [InlineData("perch: PERCH_RELOAD_EXCLUDE takes a pattern of files, as *.html, not '[z-a]'.", "PERCH_RELOAD_EXCLUDE=[z-a]", "--reload")]
    [InlineData("perch: --reload-delay takes a number of seconds, not '-1'.", "--reload", "--reload-delay", "-1")]
    [InlineData("perch: PERCH_RELOAD takes true or false, not 'yes'.", "PERCH_RELOAD=yes")]
    [InlineData("perch: --ws-max-queue needs --ws perch.", "--ws", "system", "--ws-max-queue", "10")]
    [InlineData("perch: --config names a file that is not there: /nowhere.json.", "--config", "/nowhere.json")]
    [InlineData("perch: --app-dir takes a folder that is there, not '/nowhere'.", "--app-dir", "/nowhere")]
    public async Task AWrongSetting_EndsWith2AndOneLine(string line, params string[] arguments) =>
        Assert.Equal((2, "", line.Replace("{0}", App("Method"), StringComparison.Ordinal)), await PerchProcess.RunAsync(["run", App("Method"), .. arguments]));

    [Theory]
    [InlineData("perch: --interface takes auto, asgi3, asgi2 or wsgi, not 'asgi4'.", "--interface", "asgi4")]
    [InlineData("perch: --loop takes auto, asyncio or uvloop, not 'x'.", "PERCH_LOOP=x")]
    [InlineData("perch: --threads takes a number above 0, not '0'.", "--threads", "0")]
    public async Task AWrongSettingOfAPythonApp_EndsWith2AndOneLine(string line, params string[] arguments) =>
        Assert.Equal((2, "", line), await PerchProcess.RunAsync(["run", "main:app", .. arguments]));

    [Theory]
    [InlineData("perch: There is no app. It is FILE:MEMBER, as in perch run MyApp.dll:Namespace.Type.Member or perch run main:app. perch run --help lists what there is.", "run")]
    [InlineData("perch: There is no app. It is FILE:MEMBER, as in perch run MyApp.dll:Namespace.Type.Member or perch run main:app. perch run --help lists what there is.")]
    [InlineData("perch: rnu is no command; the nearest is run. perch run --help lists what there is.", "rnu")]
    [InlineData("perch: 'main' is no command, and does not name an app. It is FILE:MEMBER, as in MyApp.dll:Namespace.Type.Member or main:app. perch run --help lists what there is.", "main")]
    [InlineData("perch: --prot is no option; the nearest is --port. perch run --help lists what there is.", "--prot", "1", "main:app")]
    [InlineData("perch: --prot is no option; the nearest is --port. perch run --help lists what there is.", "--prot")]
    public async Task NoApp_EndsWith2(string line, params string[] arguments) => Assert.Equal((2, "", line), await PerchProcess.RunAsync(arguments));

    [Theory]
    [InlineData("no-such-host.invalid", "perch: The host 'no-such-host.invalid' has no address: ")]
    [InlineData("192.0.2.77", "perch: Cannot listen on 192.0.2.77:8000: this machine has no such address.")]
    public async Task AHostThatIsNotHere_EndsWith3(string host, string line)
    {
        (int exitCode, _, string errors) = await PerchProcess.RunAsync("run", App("Method"), "--host", host);
        Assert.Equal(3, exitCode);
        Assert.StartsWith(line, errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors);
    }

    [Fact]
    public async Task APortThatIsTaken_EndsWith3()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        string port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal((3, "", $"perch: Cannot listen on 127.0.0.1:{port}: the address is in use."), await PerchProcess.RunAsync("run", App("Method"), "--port", port));
    }

    [Fact]
    public async Task AFileInThePlaceOfAUnixSocket_EndsWith3_AndStays()
    {
        using var folder = new TemporaryFolder();
        folder.Write("app.sock", "text");
        string path = folder.File("app.sock");
        Assert.Equal(
            (3, "", $"perch: Cannot listen on unix:{path}: there is a file that is no socket."), await PerchProcess.RunAsync("run", App("Method"), "--uds", path));
        Assert.Equal(
            (3, "", $"perch: Cannot listen on unix:{folder.Path}: it is a folder."), await PerchProcess.RunAsync("run", App("Method"), "--uds", folder.Path));
        Assert.Equal("text", await File.ReadAllTextAsync(path));
    }

    [PythonFact]
    public async Task WhatIsNoPythonApp_EndsWith3AndOneLine()
    {
        using var folder = new TemporaryFolder();
        folder.Write("main.py", "def make(): return None\nfive = 5\n");
        Assert.Equal(
            (3, "", "perch: 'main:make' takes no arguments, as no app does. If it makes the app, --factory says so."),
            await PerchProcess.RunAsync("run", "main:make", "--app-dir", folder.Path, "--port", "0"));
        Assert.Equal(
            (3, "", "perch: The app 'main:five' cannot be called: its type is int."),
            await PerchProcess.RunAsync("run", "main:five", "--app-dir", folder.Path, "--port", "0"));
    }

    [Theory]
    [InlineData("kestrel")]
    [InlineData("perch")]
    [InlineData("bare")]
    public async Task AStartupThatFails_EndsWith3AndOneLine(string http) => Assert.Equal(
        (3, "", "perch: the database is away"),
        await PerchProcess.RunAsync("run", App("FailsAtStart"), "--port", "0", "--http", http));

    [Fact]
    public async Task WithDebugLogging_TheStackTraceIsThere()
    {
        (int exitCode, _, string errors) = await PerchProcess.RunAsync("run", App("FailsAtStart"), "--port", "0", "--log-level", "debug");
        Assert.Equal(3, exitCode);
        Assert.Contains("   at Perch.", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kestrel")]
    [InlineData("perch")]
    [InlineData("bare")]
    public async Task AShutdownThatFails_EndsWith1AndOneLine(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(App("FailsAtStop"), "--http", http);
        Assert.Equal(1, await perch.StopAsync());
        Assert.Equal("perch: the queue is not empty", perch.Errors);
    }

    [Fact]
    public async Task TheStartupPage_SaysWhatRunsWhere()
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(App("Method"), "--http", "perch");
        Assert.Collection(
            perch.Output,
            line => Assert.Matches(@"^listening on http://127\.0\.0\.1:\d+$", line),
            line => Assert.Equal($"app {App("Method")}, http perch over epoll, process {perch.Id}", line),
            line => Assert.Equal("Ctrl+C stops it", line));
    }

    [Fact]
    public async Task TheCommandLine_CountsBeforeTheEnvironment_BeforeTheFile()
    {
        using var folder = new TemporaryFolder();
        folder.Write("perch.json", """{ "Http": { "RootPath": "/file" }, "Binding": { "Port": 0, "Hosts": ["127.0.0.1", "::1"] } }""");
        string[] file = ["run", App("Method"), "--config", $"{folder.Path}/perch.json", "--limit-request-line", "0"];

        // A value that is refused says by its name where it is from.
        Assert.Contains("--root-path ", (await PerchProcess.RunAsync([.. file, "PERCH_ROOT_PATH=b", "--root-path", "a"])).Errors, StringComparison.Ordinal);
        Assert.Contains("PERCH_ROOT_PATH ", (await PerchProcess.RunAsync([.. file, "PERCH_ROOT_PATH=b"])).Errors, StringComparison.Ordinal);
        folder.Write("perch.json", """{ "Http": { "RootPath": "c" } }""");
        Assert.Contains("perch.json: Http:RootPath ", (await PerchProcess.RunAsync(file)).Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"Binding\": { \"Prot\": 1 } }", "perch: perch.json: Binding:Prot is no setting; the nearest is Binding:Port.")]
    [InlineData("nothing", "perch: perch.json is not the JSON object that --config takes: ")]
    public async Task AWrongFile_EndsWith2(string json, string line)
    {
        using var folder = new TemporaryFolder();
        folder.Write("perch.json", json);
        System.Diagnostics.ProcessStartInfo start = PerchProcess.StartInfo("run", App("Method"), "--config", "perch.json");
        start.WorkingDirectory = folder.Path;
        (int exitCode, _, string errors) = await PerchProcess.RunAsync(start);
        Assert.Equal(2, exitCode);
        Assert.StartsWith(line, errors, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task APythonApp_IsServedByItsWorkers_AndReadAgainOnHangup()
    {
        using var folder = new TemporaryFolder();
        const string App = """
            import os
            async def app(scope, receive, send):
                assert scope["type"] == "http"
                body = ("VERSION " + str(os.getpid())).encode()
                await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(body)).encode())]})
                await send({"type": "http.response.body", "body": body})
            """;
        folder.Write("main.py", App.Replace("VERSION", "first", StringComparison.Ordinal));
        await using PerchProcess perch = await PerchProcess.StartAsync("main:app", "--app-dir", folder.Path, "--workers", "2");
        using var client = new HttpClient();
        HashSet<string> answers = [];
        await Wait.Until(
            async () =>
            {
                foreach (string answer in await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.GetStringAsync(perch.Address))))
                {
                    answers.Add(answer);
                }

                return answers.Count == 2 ? answers : null;
            },
            "answers of both workers");
        Assert.All(answers, answer => Assert.StartsWith("first ", answer, StringComparison.Ordinal));
        folder.Write("main.py", App.Replace("VERSION", "second", StringComparison.Ordinal));
        perch.Signal(Signals.Hangup);
        await Wait.Until(
            async () => await client.GetStringAsync(perch.Address) is var answer && answer.StartsWith("second ", StringComparison.Ordinal) ? answer : null,
            "an answer of the new code");
        Assert.Equal(0, await perch.StopAsync());
    }

    [PythonFact]
    public async Task APythonApp_HasTheEventLoopsThatItsWorkersLeave()
    {
        using var folder = new TemporaryFolder();
        folder.Write("main.py", SaysItsProcess);
        int left = HostLoops.Beside(2, Environment.ProcessorCount);
        await using PerchProcess perch = await PerchProcess.StartAsync("main:app", "--app-dir", folder.Path, "--workers", "2");
        await ServesOnAsync(perch, left);
        await using PerchProcess other = await PerchProcess.StartAsync("main:app", "--app-dir", folder.Path, "PERCH_EVENT_LOOPS=3");
        await ServesOnAsync(other, 3);

        // A thread has its name a moment after its start: by now there is none without.
        Assert.Equal(left, ProcessTree.EventLoopsOf(perch.Id).Count());
        Assert.Equal(3, ProcessTree.EventLoopsOf(other.Id).Count());

        static async Task ServesOnAsync(PerchProcess perch, int loops)
        {
            using var client = new HttpClient();
            Assert.NotEmpty(await client.GetStringAsync(perch.Address));
            await Wait.Until(() => Task.FromResult(ProcessTree.EventLoopsOf(perch.Id).Count() == loops ? perch : null), $"{loops} event loops");
        }
    }

    [PythonFact]
    public async Task AnInterruptAfterTheFirstSignal_KillsThePythonWorkers()
    {
        using var folder = new TemporaryFolder();
        folder.Write("main.py", """
            import asyncio, os
            async def app(scope, receive, send):
                if scope["type"] == "lifespan":
                    await receive()
                    await send({"type": "lifespan.startup.complete"})
                    await receive()
                    open(os.environ["STOPPED"], "w").close()
                    await send({"type": "lifespan.shutdown.complete"})
                else:
                    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-worker", str(os.getpid()).encode())]})
                    await send({"type": "http.response.body", "body": b"", "more_body": True})
                    await asyncio.sleep(600)
            """);
        await using PerchProcess perch = await PerchProcess.StartAsync(
            "main:app", "--app-dir", folder.Path, "--port", $"{Ports.Free()}", $"STOPPED={folder.File("stopped")}");
        using var client = new HttpClient();
        using HttpResponseMessage response = await client.GetAsync(perch.Address, HttpCompletionOption.ResponseHeadersRead);
        string worker = response.Headers.GetValues("x-worker").Single();
        perch.Signal(Signals.Terminate);
        await perch.RefusesAsync();
        perch.Signal(Signals.Interrupt);
        Assert.Equal(0, await perch.ExitAsync());

        // Neither the request nor the app's shutdown was waited for.
        Assert.False(File.Exists(folder.File("stopped")));
        await Wait.Until(
            () => Task.FromResult(ProcessTree.IsRunning(int.Parse(worker, System.Globalization.CultureInfo.InvariantCulture)) ? null : worker), "the end of the worker");
        Assert.Contains($"Worker 1 (process {worker}) is killed: its host waits for nothing any more.", perch.All, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task APythonWorkerThatCannotBeStartedNow_IsTriedAgain()
    {
        using var folder = new TemporaryFolder();
        folder.Write("main.py", SaysItsProcess);

        // Where the sockets of the workers are.
        string temporary = folder.File("temporary");
        Directory.CreateDirectory(temporary);
        await using PerchProcess perch = await PerchProcess.StartAsync("main:app", "--app-dir", folder.Path, $"TMPDIR={temporary}");
        using var client = new HttpClient();
        string first = await client.GetStringAsync(perch.Address);
        Directory.Delete(temporary, recursive: true);
        Signals.Send(int.Parse(first, System.Globalization.CultureInfo.InvariantCulture), Signals.Kill);
        await perch.LineAsync("Worker 1 did not start: The worker cannot be started:");
        Directory.CreateDirectory(temporary);
        Assert.NotEqual(first, await client.GetStringAsync(perch.Address));
        Assert.Equal(0, await perch.StopAsync());
    }

    [PythonFact]
    public async Task ATemporaryDirectoryTooDeepForASocket_IsNotWhereTheWorkersMeet()
    {
        using var folder = new TemporaryFolder();
        folder.Write("main.py", SaysItsProcess);
        string deep = folder.File(new string('d', 120));
        Directory.CreateDirectory(deep);
        await using PerchProcess perch = await PerchProcess.StartAsync("main:app", "--app-dir", folder.Path, $"TMPDIR={deep}");
        using var client = new HttpClient();
        Assert.NotEmpty(await client.GetStringAsync(perch.Address));
        Assert.Equal(0, await perch.StopAsync());
    }

    [PythonFact]
    public async Task InterpreterInterfaceAndThreads_AreThoseOfTheEnvironment()
    {
        using var folder = new TemporaryFolder();
        string python = await LinkToPythonAsync(folder);
        folder.Write("main.py", WsgiThatSaysWhereItRuns);
        await using PerchProcess perch = await PerchProcess.StartAsync(
            "main:app", "--app-dir", folder.Path, $"PERCH_PYTHON={python}", "PERCH_INTERFACE=wsgi", "PERCH_THREADS=1");
        using var client = new HttpClient();
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => client.GetStringAsync(perch.Address)));
        Assert.All(answers, answer => Assert.Equal($"{python} wsgi_0", answer));
        Assert.Equal(0, await perch.StopAsync());
    }

    [PythonFact]
    public async Task TheInterpreterOfTheCommandLine_IsUsedBeforeThatOfTheEnvironment()
    {
        using var folder = new TemporaryFolder();
        string python = await LinkToPythonAsync(folder);
        folder.Write("main.py", WsgiThatSaysWhereItRuns);
        await using PerchProcess perch = await PerchProcess.StartAsync(
            "main:app", "--app-dir", folder.Path, "--interface", "wsgi", "--python", python, "PERCH_PYTHON=/nowhere/python3");
        using var client = new HttpClient();
        Assert.StartsWith($"{python} ", await client.GetStringAsync(perch.Address), StringComparison.Ordinal);
        Assert.Equal(0, await perch.StopAsync());
    }

    /// <summary>An interpreter that is nowhere else.</summary>
    private static async Task<string> LinkToPythonAsync(TemporaryFolder folder)
    {
        using var process = Process.Start(new ProcessStartInfo("python3", ["-c", "import os, sys; print(os.path.realpath(sys.executable))"]) { RedirectStandardOutput = true })!;
        string path = (await process.StandardOutput.ReadToEndAsync()).Trim();
        await process.WaitForExitAsync();
        string link = folder.File("other-python");
        File.CreateSymbolicLink(link, path);
        return link;
    }

    // By its signature it would be taken for ASGI.
    private const string WsgiThatSaysWhereItRuns = """
        import sys, threading, time
        def app(*arguments):
            environ, start_response = arguments
            time.sleep(0.2)
            start_response("200 OK", [])
            return [("%s %s" % (sys.executable, threading.current_thread().name)).encode()]
        """;

    [PythonFact]
    public Task Run_CanBeLeftOutBeforeTheApp() => RunsInShortAsync("main:app", "--port", "0");

    [PythonFact]
    public Task Run_CanBeLeftOutBeforeAnOption() => RunsInShortAsync("--port", "0", "main:app");

    private static async Task RunsInShortAsync(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        folder.Write("main.py", """
            async def app(scope, receive, send):
                assert scope["type"] == "http"
                await send({"type": "http.response.start", "status": 200})
                await send({"type": "http.response.body", "body": b"in short"})
            """);
        await using PerchProcess perch = await PerchProcess.StartAsync(PerchProcess.StartInfo([.. arguments, "--app-dir", folder.Path]));
        using var client = new HttpClient();
        Assert.Equal("in short", await client.GetStringAsync(perch.Address));
    }

    [PythonFact]
    public async Task InterfaceAndLoop_AreThoseOfThePythonApp()
    {
        using var folder = new TemporaryFolder();
        folder.Write("main.py", """
            async def app(scope, receive, send):
                raise NotImplementedError

            def takes_three(environ, start_response, more=None):
                start_response("200 OK", [("content-type", "text/plain")])
                return [b"by WSGI"]
            """);
        await using PerchProcess perch = await PerchProcess.StartAsync(
            "main:takes_three", "--app-dir", folder.Path, "--interface", "wsgi", "--loop", "asyncio", "--access-log");
        Assert.EndsWith("asyncio, wsgi.", await perch.LineAsync("has started"), StringComparison.Ordinal);
        using var client = new HttpClient();
        Assert.Equal("by WSGI", await client.GetStringAsync(perch.Address));
    }

    [PythonFact]
    public async Task Threads_AreAsManyAsRunAWsgiAppAtOnce()
    {
        using var folder = new TemporaryFolder();
        folder.Write("main.py", """
            import threading, time
            running = []

            def app(environ, start_response):
                running.append(threading.get_ident())
                time.sleep(0.05)
                body = str(len(running)).encode()
                running.remove(threading.get_ident())
                start_response("200 OK", [("content-length", str(len(body)))])
                return [body]
            """);
        await using PerchProcess perch = await PerchProcess.StartAsync("main:app", "--app-dir", folder.Path, "--threads", "1");
        using var client = new HttpClient();
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => client.GetStringAsync(perch.Address)));
        Assert.Equal(["1", "1", "1", "1"], answers);
    }

    [PythonFact]
    public async Task APythonThatIsNotThere_EndsWith3()
    {
        (int exitCode, _, string errors) = await PerchProcess.RunAsync("main:app", "--python", "/nowhere/python3", "--port", "0");
        Assert.Equal(3, exitCode);
        Assert.Contains("/nowhere/python3", errors, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task APythonWorkerThatHasServedItsRequests_IsReplaced()
    {
        using var folder = new TemporaryFolder();
        folder.Write("main.py", SaysItsProcess);
        await using PerchProcess perch = await PerchProcess.StartAsync(
            "main:app", "--app-dir", folder.Path, "--limit-max-requests", "5", "--limit-max-requests-jitter", "3", "--no-access-log");
        using var client = new HttpClient();
        string first = await client.GetStringAsync(perch.Address);
        await Wait.Until(async () => await client.GetStringAsync(perch.Address) is var answer && answer != first ? answer : null, "the answer of another worker");
        await perch.LineAsync($"Worker 1 (process {first}) has stopped.");
        Assert.Equal(0, await perch.StopAsync());
    }

    [PythonFact]
    public Task APythonModuleThatIsNotThere_EndsWith3() => IsNotThereAsync("auto");

    [PythonFact]
    public Task APythonModuleThatIsNotThere_EndsWith3WithoutLifespanToo() => IsNotThereAsync("off");

    private static async Task IsNotThereAsync(string lifespan)
    {
        using var folder = new TemporaryFolder();
        (int exitCode, _, string errors) = await PerchProcess.RunAsync("run", "nowhere:app", "--app-dir", folder.Path, "--port", "0", "--lifespan", lifespan);
        Assert.Equal(3, exitCode);
        Assert.Contains("nowhere", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AppDir_IsWhereTheFileIs()
    {
        string folder = Path.GetDirectoryName(Assembly)!;
        await using PerchProcess perch = await PerchProcess.StartAsync(App("Method")[(folder.Length + 1)..], "--app-dir", folder);
        using var client = new HttpClient();
        Assert.Equal("Hello from a member", await client.GetStringAsync(perch.Address));
    }

    [Fact]
    public async Task EnvFile_SetsWhatTheEnvironmentHasNot()
    {
        using var folder = new TemporaryFolder();
        folder.Write("app.env", "# comment\n\nexport PERCH_ROOT_PATH='/of/file'\nPERCH_LIMIT_REQUEST_LINE=none\n");
        string[] run = ["run", App("Method"), "--env-file", folder.File("app.env")];
        Assert.Equal((2, "", "perch: PERCH_LIMIT_REQUEST_LINE takes a number of bytes above 0, not 'none'."), await PerchProcess.RunAsync(run));
        Assert.Equal(
            (2, "", "perch: PERCH_LIMIT_REQUEST_LINE takes a number of bytes above 0, not 'own'."),
            await PerchProcess.RunAsync([.. run, "PERCH_LIMIT_REQUEST_LINE=own"]));
        folder.Write("app.env", "nonsense");
        Assert.Equal(
            (2, "", $"perch: {folder.File("app.env")}, line 1: NAME=value is expected, not 'nonsense'."), await PerchProcess.RunAsync(run));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("run", "--help")]
    public async Task TheHelp_NamesEverySetting_In80Columns(params string[] arguments)
    {
        (int exitCode, string output, _) = await PerchProcess.RunAsync(arguments);
        Assert.Equal(0, exitCode);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        Assert.All(Perch.Server.Settings.ServerSettings.All, setting => Assert.Contains($"\n  {setting.Option} ", output, StringComparison.Ordinal));
    }

    private static string App(string member) => $"{Assembly}:{typeof(Members).FullName}.{member}";
}
