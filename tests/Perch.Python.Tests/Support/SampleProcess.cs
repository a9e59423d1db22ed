using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Perch.Python.Tests.Support;

/// <summary>A sample as a process of its own, with a directory of its own for temporary files.</summary>
internal sealed partial class SampleProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SampleProcess(string sample, string[] arguments)
    {
        // tests/Perch.Python.Tests/bin/CONFIGURATION/FRAMEWORK
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        string root = output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        string assembly = Path.Combine(root, "samples", sample, "bin", output.Parent!.Name, output.Name, $"{sample}.dll");
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(dotnet, ["exec", assembly, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TMPDIR"] = Temporary;
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["VIRTUAL_ENV"] = "";
        start.Environment["PATH"] = $"/usr/bin:{start.Environment["PATH"]}";
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += OnLine;
        _process.ErrorDataReceived += OnLine;
    }

    internal string Temporary { get; } = Directory.CreateTempSubdirectory().FullName;

    internal HttpClient Client { get; } = new();

    internal string Output => string.Join('\n', _lines);

    /// <summary>The processes that it has started, and that run.</summary>
    internal int[] Children => [.. Directory.GetDirectories("/proc").Select(directory => Path.GetFileName(directory)).Where(name => name.All(char.IsAsciiDigit))
        .Where(name => ParentOf(name) == _process.Id).Select(name => int.Parse(name, System.Globalization.CultureInfo.InvariantCulture))];

    internal static async Task<SampleProcess> StartAsync(string sample, params string[] arguments)
    {
        var process = new SampleProcess(sample, arguments);
        process._process.Start();
        process._process.BeginOutputReadLine();
        process._process.BeginErrorReadLine();
        try
        {
            process.Client.BaseAddress = new Uri($"http://127.0.0.1:{await process._port.Task.Within("the address that the sample listens on")}");
            return process;
        }
        catch (TimeoutException exception)
        {
            await process.DisposeAsync();
            throw new TimeoutException(process.Output, exception);
        }
    }

    /// <summary>SIGKILL, to it alone.</summary>
    internal void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(Temporary, recursive: true);
    }

    private static int ParentOf(string process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private void OnLine(object sender, DataReceivedEventArgs line)
    {
        _lines.Enqueue(line.Data ?? "");
        if (Listening().Match(line.Data ?? "") is { Success: true } match)
        {
            _port.TrySetResult(int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [GeneratedRegex(@"listening on:? (?:http://)?127\.0\.0\.1:(\d+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Listening();
}
