namespace Perch.Server.Reloading;

/// <summary>
/// Which files count. What the settings exclude does not; of the rest, what they include does, and what the kind of app includes by itself,
/// except names that begin with a dot or a tilde (an editor's own). Folders that begin with a dot have none that count, unless they are
/// named as ones to watch.
/// </summary>
internal sealed class WatchFilter
{
    private readonly Glob[] _ownInclude;
    private readonly Glob[] _ownExclude;
    private readonly Glob[] _include;
    private readonly Glob[] _excludeFolders;

    internal WatchFilter(GatewayServerReload options, WatchedFiles files)
    {
        IReadOnlyList<string> folders = options.Directories.Count > 0 ? options.Directories : files.Folders;
        Folders = [.. folders.Select(static folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))).Distinct()];
        _ownInclude = Globs(options.Include);
        _ownExclude = Globs(options.Exclude);
        _include = Globs(files.Include);
        _excludeFolders = Globs([".*", .. files.ExcludeFolders]);
    }

    /// <summary>The folders that are watched, one of which may be below another: where they lie themselves does not count.</summary>
    internal IReadOnlyList<string> Folders { get; }

    internal static bool IsBelow(string path, string folder) => path.StartsWith(
        Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <param name="path">The whole path of a file.</param>
    internal bool Counts(string path)
    {
        string full = Glob.Slashes(path);
        string[] inside = [.. Folders.Where(folder => IsBelow(path, folder)).Select(folder => Glob.Slashes(Path.GetRelativePath(folder, path)))];
        return !Array.Exists(inside, file => Any(_ownExclude, full, file)) && Array.Exists(inside, file => Includes(full, file));
    }

    private static bool Any(Glob[] globs, string full, string inside) => Array.Exists(globs, glob => glob.Matches(glob.IsRooted ? full : inside));

    private bool Includes(string full, string inside)
    {
        string? parent = Path.GetDirectoryName(inside);
        return (string.IsNullOrEmpty(parent) || !Array.Exists(_excludeFolders, glob => glob.Matches(Glob.Slashes(parent))))
            && (Any(_ownInclude, full, inside) || (Path.GetFileName(inside)[0] is not ('.' or '~') && Any(_include, full, inside)));
    }

    private static Glob[] Globs(IEnumerable<string> patterns) => [.. patterns.Select(static pattern => new Glob(pattern))];
}
