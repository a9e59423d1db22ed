using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Perch.Tests.Shared.Processes;

namespace Perch.Conformance.Hosts;

/// <summary>The conformance app as a process of its own, on ports that it picked.</summary>
public sealed partial class ConformanceProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<int> _http = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> _https = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ConformanceProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => ReadLine(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

    /// <summary>The port without TLS.</summary>
    public int Port { get; private set; }

    /// <summary>The port with TLS.</summary>
    public int HttpsPort { get; private set; }

    /// <summary>The lines of its standard output.</summary>
    public IReadOnlyList<string> Output => [.. _output];

    /// <summary>What it wrote to standard error: its log, warnings and above, without what a pause of the machine adds.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>The memory that it holds now, in bytes.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The time that its code has run.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts the app and waits until it accepts.</summary>
    public static async Task<ConformanceProcess> StartAsync(HostUnderTest host, params string[] arguments)
    {
        string[] transport = host.Transport is { } name ? ["--transport", name] : [];
        var app = new ConformanceProcess(StartInfo(
            ConformanceApp.Find(host.Sample), ["--http", host.Http, "--ws", host.WebSockets, "--port", "0", "--https-port", "0", .. transport, .. arguments]));
        app._process.Start();
        app._process.BeginOutputReadLine();
        app._process.BeginErrorReadLine();
        try
        {
            Task exit = app._process.WaitForExitAsync();
            Task both = Task.WhenAll(app._http.Task, app._https.Task);
            if (await Wait.For(Task.WhenAny(both, exit), () => $"the app's 'listening on' lines; its errors: {app.Errors}") == exit)
            {
                throw new InvalidOperationException($"The app ended with status {app._process.ExitCode} before it listened: {app.Errors}");
            }
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        app.Port = await app._http.Task;
        app.HttpsPort = await app._https.Task;
        return app;
    }

    /// <summary>How the app is started, for whoever runs it to its end.</summary>
    internal static ProcessStartInfo StartInfo(string assembly, IEnumerable<string> arguments)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(dotnet, ["exec", assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("ASPNETCORE_ENVIRONMENT");
        start.Environment.Remove("DOTNET_ENVIRONMENT");
        return start;
    }

    /// <summary>Asks it to end.</summary>
    public void Terminate() => Signals.Terminate(_process.Id);

    /// <summary>Its exit status, once it has ended.</summary>
    public async Task<int> ExitAsync()
    {
        await Wait.For(_process.WaitForExitAsync(), () => $"the end of the app's process; its errors: {Errors}");
        return _process.ExitCode;
    }

    /// <summary>Ends the process, whatever it does.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await Wait.For(_process.WaitForExitAsync(), "the end of a process that was killed");
        _process.Dispose();
    }

    [GeneratedRegex(@"^listening on 127\.0\.0\.1:(\d+)( \(https\))?$")]
    private static partial Regex Listening();

    private void ReadLine(string? line)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        if (Listening().Match(line) is { Success: true } match)
        {
            int port = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            (match.Groups[2].Success ? _https : _http).TrySetResult(port);
        }
    }

    private void Keep(string? line)
    {
        if (line is not null && HeartbeatWarning.Has(line))
        {
            return;
        }

        lock (_errors)
        {
            _errors.AppendLine(line);
        }
    }
}
