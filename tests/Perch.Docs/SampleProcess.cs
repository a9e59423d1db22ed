using System.Collections.Concurrent;
using System.Diagnostics;

namespace Perch.Docs;

/// <summary>A sample that runs as its own process until the test ends.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private SampleProcess(Process process) => _process = process;

    /// <summary>Runs a project as the README does (<c>dotnet run --project</c>), without building it again, and waits for a line that it prints.</summary>
    internal static async Task<SampleProcess> RunAsync(string project, string untilLine, params string[] arguments)
    {
        ProcessStartInfo start = Repository.Command("dotnet", ["run", "--no-build", "-c", Repository.Configuration, "--project", project, "--", .. arguments]);
        var listening = new TaskCompletionSource();
        var sample = new SampleProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        void OnLine(object sender, DataReceivedEventArgs line)
        {
            sample._lines.Enqueue(line.Data ?? "");
            if (line.Data?.Contains(untilLine, StringComparison.Ordinal) == true)
            {
                listening.TrySetResult();
            }
        }

        sample._process.OutputDataReceived += OnLine;
        sample._process.ErrorDataReceived += OnLine;
        sample._process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException($"{project} has ended:\n{sample.Output}"));
        sample._process.Start();
        sample._process.BeginOutputReadLine();
        sample._process.BeginErrorReadLine();
        try
        {
            await listening.Task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            string output = sample.Output;
            await sample.DisposeAsync();
            throw new TimeoutException($"{project} did not print '{untilLine}' within {Patience.TotalSeconds:0} s:\n{output}");
        }

        return sample;
    }

    internal string Output => string.Join('\n', _lines);

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
    }
}
