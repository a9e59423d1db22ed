namespace Perch.Server.Reloading;

/// <summary>What is watched of a kind of app, where nobody says otherwise.</summary>
/// <param name="Folders">The folders.</param>
/// <param name="Include">Patterns of files.</param>
/// <param name="ExcludeFolders">Patterns of folders that tools write, and not people.</param>
internal sealed record WatchedFiles(IReadOnlyList<string> Folders, IReadOnlyList<string> Include, IReadOnlyList<string> ExcludeFolders);
