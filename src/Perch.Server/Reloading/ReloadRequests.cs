using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Perch.Server.Reloading;

/// <summary>The reasons to load an app again: SIGHUP, and changes of the files that are watched, if any are.</summary>
internal sealed class ReloadRequests : IDisposable
{
    private readonly Channel<string> _reasons = Channel.CreateUnbounded<string>();
    private readonly Dictionary<string, FileSystemWatcher> _watchers = [];
    private readonly PosixSignalRegistration? _hangup;
    private readonly TimeSpan _delay;
    private readonly ILogger _logger;
    private WatchFilter? _filter;
    private bool _isTold;

    /// <param name="delay">How long nothing more must have come.</param>
    /// <param name="logger">Where to say that something cannot be watched.</param>
    internal ReloadRequests(TimeSpan delay, ILogger logger)
    {
        _delay = delay;
        _logger = logger;
        if (!OperatingSystem.IsWindows())
        {
            _hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
            {
                signal.Cancel = true;
                _reasons.Writer.TryWrite("SIGHUP has come");
            });
        }
    }

    /// <summary>Watches files, from now on; folders that are watched already stay so.</summary>
    /// <param name="options">What the settings say.</param>
    /// <param name="files">What is watched where they say nothing.</param>
    /// <returns>What is watched, for a person.</returns>
    /// <exception cref="GatewayServerStartException">There is no such folder, or the system watches nothing (more).</exception>
    internal string Watch(GatewayServerReload options, WatchedFiles files)
    {
        var filter = new WatchFilter(options, files);
        _filter = filter;
        foreach (string folder in filter.Folders.Where(folder => !_watchers.ContainsKey(folder) && !filter.Folders.Any(other => WatchFilter.IsBelow(folder, other))))
        {
            _watchers.Add(folder, Watch(folder));
        }

        return $"{string.Join(", ", filter.Folders)} for {string.Join(", ", files.Include.Concat(options.Include))}";
    }

    /// <summary>Waits until there is a reason, and no more has come for a while. If that is given up, reasons that have come are kept.</summary>
    /// <returns>The reason, as the beginning of a sentence.</returns>
    internal async Task<string> WaitAsync(CancellationToken cancellation)
    {
        HashSet<string> reasons = [await _reasons.Reader.ReadAsync(cancellation)];
        try
        {
            while (await MoreComesAsync(cancellation))
            {
                while (_reasons.Reader.TryRead(out string? reason))
                {
                    reasons.Add(reason);
                }
            }
        }
        catch (OperationCanceledException)
        {
            foreach (string reason in reasons)
            {
                Repeat(reason);
            }

            throw;
        }

        string more = reasons.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" (and {reasons.Count - 1} more)") : "";
        return reasons.First() + more;
    }

    /// <summary>A reason that came to nothing: it is there again.</summary>
    internal void Repeat(string reason) => _reasons.Writer.TryWrite(reason);

    public void Dispose()
    {
        _hangup?.Dispose();
        foreach (FileSystemWatcher watcher in _watchers.Values)
        {
            watcher.Dispose();
        }
    }

    private async Task<bool> MoreComesAsync(CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(_delay);
        try
        {
            return await _reasons.Reader.WaitToReadAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private FileSystemWatcher Watch(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new GatewayServerStartException($"{folder} cannot be watched: there is no such folder.");
        }

        var watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true };
        watcher.Created += (_, change) => OnNew(folder, change.FullPath);
        watcher.Changed += (_, change) => OnChange(folder, change.FullPath);
        watcher.Deleted += (_, change) => OnChange(folder, change.FullPath);
        watcher.Renamed += (_, change) =>
        {
            OnChange(folder, change.OldFullPath);
            OnNew(folder, change.FullPath);
        };
        watcher.Error += (_, error) => OnError(folder, error.GetException());
        try
        {
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (IOException exception)
        {
            watcher.Dispose();
            throw new GatewayServerStartException($"{folder} cannot be watched: {exception.Message}", exception);
        }
    }

    /// <summary>A folder that has come with files in it has no word of theirs.</summary>
    private void OnNew(string folder, string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                foreach (string file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories))
                {
                    OnChange(folder, file);
                }

                return;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has gone again.
        }

        OnChange(folder, path);
    }

    private void OnChange(string folder, string path)
    {
        if (_filter!.Counts(path))
        {
            _reasons.Writer.TryWrite($"{Path.GetRelativePath(folder, path)} has changed");
        }
    }

    private void OnError(string folder, Exception exception)
    {
        if (exception is InternalBufferOverflowException)
        {
            // What they were is lost; that there were some is known.
            _reasons.Writer.TryWrite($"much has changed in {folder}");
            return;
        }

        // There is an error for each folder that is beyond a limit.
        if (Interlocked.Exchange(ref _isTold, true) is false)
        {
            ReloadLog.NotWatched(_logger, folder, exception.Message);
        }
    }
}
