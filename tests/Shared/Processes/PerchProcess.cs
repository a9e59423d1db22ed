using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Perch.Conformance;

namespace Perch.Tests.Shared.Processes;

/// <summary>The command <c>perch</c>, as the process that a user would have.</summary>
internal sealed class PerchProcess : IAsyncDisposable
{
    private const string Listening = "listening on ";

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PerchProcess(ProcessStartInfo start) => _process = new Process { StartInfo = start };

    /// <summary>The file of the command, of the configuration that the tests were built in.</summary>
    internal static string Command { get; } = RepositoryOutput("src/Perch.Cli", "perch.dll");

    internal int Id => _process.Id;

    /// <summary>The lines of standard output so far.</summary>
    internal IReadOnlyList<string> Output => [.. _output];

    /// <summary>Standard error so far, without what a pause of the machine adds.</summary>
    internal string Errors => string.Join('\n', _errors.Where(line => !HeartbeatWarning.Has(line)));

    /// <summary>Both, for what a test says when it fails.</summary>
    internal string All => $"output:\n{string.Join('\n', Output)}\nerrors:\n{string.Join('\n', _errors)}";

    /// <summary>The addresses that it printed.</summary>
    internal IReadOnlyList<string> Addresses =>
        [.. Output.Where(line => line.StartsWith(Listening, StringComparison.Ordinal)).Select(line => line[Listening.Length..])];

    /// <summary>The first of them.</summary>
    internal Uri Address => new(Addresses[0]);

    /// <summary>Starts <c>perch run</c> and waits until it listens. The port is one that is free, unless the arguments say where to listen.</summary>
    internal static async Task<PerchProcess> StartAsync(string app, params IEnumerable<string> arguments)
    {
        string[] all = [.. arguments];
        string[] port = Array.Exists(all, argument => argument is "--port" or "--uds" or "--fd") ? [] : ["--port", "0"];
        return await StartAsync(StartInfo(["run", app, .. port, .. all]));
    }

    /// <summary>Starts it as it is set up.</summary>
    internal static PerchProcess Begin(ProcessStartInfo start)
    {
        var perch = new PerchProcess(start);
        perch.Begin();
        return perch;
    }

    /// <summary>Starts it as it is set up, and waits until it listens.</summary>
    internal static async Task<PerchProcess> StartAsync(ProcessStartInfo start)
    {
        PerchProcess perch = Begin(start);
        try
        {
            Task exit = perch._process.WaitForExitAsync();
            if (await Wait.For(Task.WhenAny(perch._started.Task, exit), () => $"the end of the start-up page; {perch.All}") == exit)
            {
                throw new InvalidOperationException($"perch ended with {perch._process.ExitCode} before it listened; {perch.All}");
            }
        }
        catch
        {
            await perch.DisposeAsync();
            throw;
        }

        return perch;
    }

    /// <summary>Runs <c>perch</c> to its end.</summary>
    /// <returns>The exit code and what it wrote.</returns>
    internal static Task<(int ExitCode, string Output, string Errors)> RunAsync(params IEnumerable<string> arguments) => RunAsync(StartInfo(arguments));

    /// <summary>Runs it to its end, as it is set up.</summary>
    internal static async Task<(int ExitCode, string Output, string Errors)> RunAsync(ProcessStartInfo start)
    {
        await using PerchProcess perch = Begin(start);
        int exitCode = await perch.ExitAsync();
        return (exitCode, string.Join('\n', perch.Output), perch.Errors);
    }

    /// <summary>How the command is started; nothing of the tests' environment has a say.</summary>
    internal static ProcessStartInfo StartInfo(params IEnumerable<string> arguments)
    {
        string[] all = [.. arguments];
        string dotnet = System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(dotnet, ["exec", Command, .. all.Where(argument => !IsVariable(argument))])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("PERCH_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (string variable in all.Where(IsVariable))
        {
            string[] parts = variable.Split('=', 2);
            start.Environment[parts[0]] = parts[1];
        }

        return start;
    }

    /// <summary>Sends it a signal.</summary>
    internal void Signal(int signal) => Signals.Send(_process.Id, signal);

    /// <summary>Its exit code, once it has ended.</summary>
    internal async Task<int> ExitAsync()
    {
        await Wait.For(_process.WaitForExitAsync(), () => $"the end of perch; {All}");
        return _process.ExitCode;
    }

    /// <summary>Asks it to stop, and waits until it has.</summary>
    internal Task<int> StopAsync()
    {
        Signal(Signals.Terminate);
        return ExitAsync();
    }

    /// <summary>Waits for a line of its output or errors.</summary>
    internal Task<string> LineAsync(string text) => Wait.Until(
        () => Task.FromResult(_output.Concat(_errors).FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal))),
        $"a line with '{text}'");

    /// <summary>Waits until it does not listen any more.</summary>
    internal Task RefusesAsync() => Wait.Until(
        async () =>
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(Address.Host, Address.Port);
                return null;
            }
            catch (SocketException)
            {
                return this;
            }
        },
        "that it does not listen any more");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await Wait.For(_process.WaitForExitAsync(), "the end of a process that was killed");
        _process.Dispose();
    }

    /// <summary>Where a project of the repository was built, in the configuration that the tests were.</summary>
    internal static string RepositoryOutput(string project, string file)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return PublicApiLister.RepositoryFile($"{project}/bin/{output.Parent!.Name}/{output.Name}/{file}");
    }

    /// <summary><c>NAME=value</c> among the arguments is a variable of the environment.</summary>
    private static bool IsVariable(string argument) =>
        argument.Split('=', 2) is [var name, _] && name.All(character => char.IsAsciiLetterUpper(character) || character == '_');

    private void Begin()
    {
        _process.OutputDataReceived += (_, line) =>
        {
            Add(_output, line.Data);
            if (line.Data?.StartsWith("Ctrl+C", StringComparison.Ordinal) == true)
            {
                _started.TrySetResult();
            }
        };
        _process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private static void Add(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }
}
