using Perch.Server.Reloading;

namespace Perch.Cli.Apps;

/// <summary>How an app is loaded again in the process that serves it.</summary>
/// <param name="RunAsync">Loads it, and says in a line why it does not start any more; null if it does. The token gives it up.</param>
/// <param name="Files">What is watched of it.</param>
internal sealed record AppReload(Func<CancellationToken, Task<string?>> RunAsync, WatchedFiles Files);
