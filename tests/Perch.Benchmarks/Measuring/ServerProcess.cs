using System.Diagnostics;
using System.Globalization;
using System.Net;
using Perch.Benchmarks.Cli;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Measuring;

/// <summary>A server in a process of its own, on the server's core: this executable's <c>serve</c>.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private IReadOnlyList<int> _workers = [];

    private ServerProcess(ServerKind kind, Process process)
    {
        Kind = kind;
        _process = process;
    }

    internal ServerKind Kind { get; }

    internal IPEndPoint EndPoint { get; private set; } = null!;

    /// <summary>CPU time that it has used, in nanoseconds, its workers included.</summary>
    internal long Cpu => CpuClock.Of(_process) + WorkersCpu;

    /// <summary>CPU time of its workers alone.</summary>
    internal long WorkersCpu => _workers.Sum(CpuClock.OfProcess);

    /// <summary>The private bytes in memory of the largest of its workers; 0 without one.</summary>
    internal long WorkerBytes => _workers.Select(MemoryUse.PrivateBytesOf).DefaultIfEmpty().Max();

    /// <summary>Starts it; <see cref="AwaitListening"/> waits until it serves.</summary>
    internal static ServerProcess Start(ServerKind kind, string workload)
    {
        string executable = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(executable).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        string[] self = isHost ? [Environment.GetCommandLineArgs()[0]] : [];
        var start = new ProcessStartInfo(executable, [.. self, "serve", kind.Name, workload]) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // A child inherits the affinity of the thread that starts it, so that its runtime counts one core from the beginning.
        Cores.Pin(Cores.ForServer);
        try
        {
            return new ServerProcess(kind, Process.Start(start)!);
        }
        finally
        {
            Cores.Pin(Cores.ForLoad);
        }
    }

    internal void AwaitListening()
    {
        string line = ReadLine("where it listens");
        EndPoint = line.StartsWith("listening ", StringComparison.Ordinal) && int.TryParse(line.AsSpan(10), CultureInfo.InvariantCulture, out int port)
            ? new IPEndPoint(IPAddress.Loopback, port)
            : throw new BenchmarkException($"{Kind.Name}: the server does not listen but says '{line}'.");
        _workers = ProcessTree.Below(_process.Id);
    }

    internal Mark Mark()
    {
        long[] numbers = Ask("mark", "what it has allocated");
        return new(numbers[0], (int)numbers[1]);
    }

    /// <summary>What its memory holds after a full collection.</summary>
    internal MemoryUse Memory()
    {
        long[] numbers = Ask("memory", "what it holds in memory");
        return new(numbers[0], numbers[1]);
    }

    private long[] Ask(string line, string what)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
        return [.. ReadLine(what).Split(' ').Select(part => long.Parse(part, CultureInfo.InvariantCulture))];
    }

    private string ReadLine(string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return _process.StandardOutput.ReadLineAsync(patience.Token).AsTask().GetAwaiter().GetResult()
                ?? throw new BenchmarkException($"{Kind.Name}: the server process has ended instead of saying {what}.");
        }
        catch (OperationCanceledException exception)
        {
            throw new BenchmarkException($"{Kind.Name}: the server process has not said {what} for {Patience.TotalSeconds} seconds.", exception);
        }
    }

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
            {
                _process.Kill();
            }
        }
        catch (IOException)
        {
            // It has ended already.
        }

        _process.Dispose();
    }
}
