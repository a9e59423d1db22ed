using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Perch.Benchmarks.Cli;
using Perch.Benchmarks.Workloads;
using Perch.Python;
using Perch.Python.Workers;
using Perch.Tests.Shared.Processes;

namespace Perch.Benchmarks.Serving;

/// <summary>
/// The same Python apps on Perch's raw path, on Kestrel's HTTP stack and on uvicorn, each with the interpreter that the system's packages are
/// for. Perch's are over event loops, as the <c>perch</c> command's unless it is told otherwise.
/// </summary>
internal static class PythonServers
{
    private const string Interpreter = "/usr/bin/python3";
    private const string Module = "python_apps";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Why this machine cannot run them, or null.</summary>
    internal static string? Absence
    {
        get
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(Interpreter, ["-c", "import uvicorn, httptools, uvloop, websockets, starlette, fastapi"]) { RedirectStandardError = true })!;
                process.WaitForExit();
                return process.ExitCode == 0 ? null : $"{Interpreter} lacks uvicorn, httptools, uvloop, websockets, starlette or fastapi";
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return $"there is no {Interpreter}";
            }
        }
    }

    internal static Func<Workload, Task<RunningServer>> RawPath(int workers) => workload => RawPathAsync(workload, workers, hasLoops: true);

    /// <summary>The same over ASP.NET Core's sockets.</summary>
    internal static Func<Workload, Task<RunningServer>> RawPathOnSockets(int workers) => workload => RawPathAsync(workload, workers, hasLoops: false);

    internal static Func<Workload, Task<RunningServer>> Kestrel(int workers) => workload => KestrelAsync(workload, workers);

    internal static Func<Workload, Task<RunningServer>> Uvicorn(int workers) => workload => UvicornAsync(workload, workers);

    private static bool IsFactory(Workload workload) => workload is PythonWorkload;

    private static PythonApp Load(Workload workload, int workers) => PythonApp.Load($"{Module}:{workload.Name}", options =>
    {
        options.Python = Interpreter;
        options.AppDirectory = AppContext.BaseDirectory;
        options.Factory = IsFactory(workload);
        options.Workers = workers;
    });

    /// <summary>As many as the <c>perch</c> command would have.</summary>
    private static void UseLoops(WebApplicationBuilder builder, int workers) => builder.WebHost.UseEventLoopTransport(
        transport => transport.LoopCount = HostLoops.Beside(workers, Environment.ProcessorCount));

    private static Task<RunningServer> KestrelAsync(Workload workload, int workers)
    {
        WebApplicationBuilder builder = KestrelServers.NewBuilder();
        UseLoops(builder, workers);
        builder.WebHost.UseGatewayServer(Load(workload, workers), options => WebSocketServers.Configure(options.WebSockets));
        return KestrelServers.StartAsync(builder, _ => { });
    }

    private static async Task<RunningServer> RawPathAsync(Workload workload, int workers, bool hasLoops)
    {
        PythonApp python = Load(workload, workers);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new() { EnvironmentName = "Production" });
        if (hasLoops)
        {
            UseLoops(builder, workers);
        }

        builder.Services.AddGateway();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, http => http.UseGateway(python, options => WebSocketServers.Configure(options.WebSockets))));
        WebApplication app = builder.Build();
        await app.StartAsync();
        return new RunningServer(RunningServer.PortOf(app.Services.GetRequiredService<IServer>()), () => app.DisposeAsync().AsTask());
    }

    private static async Task<RunningServer> UvicornAsync(Workload workload, int workers)
    {
        int port = Ports.Free();
        string[] factory = IsFactory(workload) ? ["--factory"] : [];
        Process process = Process.Start(new ProcessStartInfo(
            Interpreter,
            [
                "-m", "uvicorn", $"{Module}:{workload.Name}", "--app-dir", AppContext.BaseDirectory, "--port", $"{port}", "--workers", $"{workers}",
                "--http", "httptools", "--loop", "uvloop", "--ws", "websockets", "--ws-per-message-deflate", "false", "--ws-ping-timeout", "3600", "--no-access-log", "--timeout-keep-alive", "3600", "--log-level", "warning", .. factory,
            ]))!;
        await AwaitListeningAsync(port, process);
        return new RunningServer(port, async () =>
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        });
    }

    private static async Task AwaitListeningAsync(int port, Process process)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (!process.HasExited && Stopwatch.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(50);
            }
            catch (SocketException exception)
            {
                throw new BenchmarkException("uvicorn does not listen.", exception);
            }
        }
    }
}
