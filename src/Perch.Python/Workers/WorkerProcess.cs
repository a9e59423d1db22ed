using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Perch.Python.Workers;

/// <summary>
/// A process that runs worker.py, and the connection to it. They meet at a Unix socket in a directory that nobody else can enter; it is
/// removed as soon as they have met, by the worker, or by the host where the worker does not get that far.
/// </summary>
internal sealed class WorkerProcess : IDisposable
{
    private const string DirectoryPrefix = "perch-";
    private const string SocketName = "worker.sock";

    /// <summary>The path of a socket has 108 bytes on Linux (unix(7)), 104 on macOS, the last of them 0.</summary>
    private const int LongestSocketPath = 103;

    private static readonly Lazy<string> Script = new(ReadScript);

    private readonly Process _process;
    private readonly Task _output;

    private WorkerProcess(Process process, Action<string> onLine)
    {
        _process = process;
        Id = process.Id;
        _output = Task.WhenAll(
            OutputLines.ReadAsync(process.StandardOutput.BaseStream, onLine),
            OutputLines.ReadAsync(process.StandardError.BaseStream, onLine));
    }

    internal int Id { get; }

    internal Socket Connection { get; private set; } = null!;

    /// <summary>The memory that it holds, in bytes; 0 if it has ended.</summary>
    internal long ResidentSet
    {
        get
        {
            try
            {
                _process.Refresh();
                return _process.WorkingSet64;
            }
            catch (InvalidOperationException)
            {
                return 0;
            }
        }
    }

    /// <summary>Starts a process and waits until it has connected.</summary>
    /// <exception cref="PythonAppException">It ended before, or could not be started.</exception>
    internal static async Task<WorkerProcess> StartAsync(
        PythonInterpreter interpreter, IReadOnlyDictionary<string, string> environment, Action<string> onLine, CancellationToken cancellation)
    {
        try
        {
            return await StartAndMeetAsync(interpreter, environment, onLine, cancellation);
        }
        catch (Exception exception) when (exception is IOException or SocketException or UnauthorizedAccessException)
        {
            // No room for the socket's directory, no descriptor left.
            throw new PythonAppException($"The worker cannot be started: {exception.Message}", exception);
        }
    }

    private static async Task<WorkerProcess> StartAndMeetAsync(
        PythonInterpreter interpreter, IReadOnlyDictionary<string, string> environment, Action<string> onLine, CancellationToken cancellation)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        string directory = CreateDirectory();
        string path = Path.Combine(directory, SocketName);
        WorkerProcess? process = null;
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen(1);
            process = new WorkerProcess(Start(interpreter, path, environment), onLine);
            await process.ConnectAsync(listener, cancellation);
            return process;
        }
        catch
        {
            process?.Kill();
            process?.Dispose();
            throw;
        }
        finally
        {
            Remove(directory, path);
        }
    }

    /// <summary>Ends when it has ended.</summary>
    internal Task WaitAsync() => _process.WaitForExitAsync();

    /// <summary>How it ended, once it has, and all its output has been read.</summary>
    internal async Task<string> ExitAsync()
    {
        await _process.WaitForExitAsync();
        await ReadRestAsync();
        return _process.ExitCode > 128 ? $"signal {_process.ExitCode - 128}" : $"exit status {_process.ExitCode}";
    }

    internal void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // It has ended by itself.
        }
    }

    public void Dispose()
    {
        Connection?.Dispose();
        _process.Dispose();
    }

    private static Process Start(PythonInterpreter interpreter, string path, IReadOnlyDictionary<string, string> environment)
    {
        // -u: what the app prints is to be seen when it prints it.
        var start = new ProcessStartInfo(interpreter.Path, ["-u", "-", path])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new PythonAppException($"{interpreter.Path} cannot be started: {exception.Message}", exception);
        }

        try
        {
            process.StandardInput.Write(Script.Value);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already; how, is told by whoever waits for its connection.
        }

        return process;
    }

    /// <summary>A directory that only its owner can enter: where temporary files are, or in /tmp where that is too deep for a socket.</summary>
    private static string CreateDirectory()
    {
        // Six characters are added to the prefix.
        int length = Encoding.UTF8.GetByteCount(Path.Combine(Path.GetTempPath(), DirectoryPrefix)) + 6 + 1 + SocketName.Length;
        if (length <= LongestSocketPath || OperatingSystem.IsWindows())
        {
            return Directory.CreateTempSubdirectory(DirectoryPrefix).FullName;
        }

        // Nobody else can have made it before: its name cannot be guessed.
        string name = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        return Directory.CreateDirectory($"/tmp/{DirectoryPrefix}{name}", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    private static void Remove(string directory, string path)
    {
        try
        {
            File.Delete(path);
            Directory.Delete(directory);
        }
        catch (IOException)
        {
            // The worker has removed it.
        }
    }

    private static string ReadScript()
    {
        using Stream resource = typeof(WorkerProcess).Assembly.GetManifestResourceStream("worker.py")!;
        using var reader = new StreamReader(resource, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private async Task ConnectAsync(Socket listener, CancellationToken cancellation)
    {
        using var accepting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<Socket> accept = listener.AcceptAsync(accepting.Token).AsTask();
        Task exit = _process.WaitForExitAsync(cancellation);
        if (await Task.WhenAny(accept, exit) == accept || accept.IsCompletedSuccessfully)
        {
            Connection = await accept;
            return;
        }

        await accepting.CancelAsync();
        await exit;
        throw new PythonAppException($"The worker ended before it had connected, with {await ExitAsync()}. What it printed stands in the log.");
    }

    /// <summary>A child of the worker's may hold its output open: that is not waited for.</summary>
    private async Task ReadRestAsync() =>
        await _output.WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
