namespace Perch.Server.Reloading;

/// <summary>
/// Which files count. What the settings exclude does not; of the rest, what they include does, and what the kind of app includes by itself,
/// except names that begin with a dot or a tilde (an editor's own). Folders that begin with a dot have none that count.
/// </summary>
internal sealed class WatchFilter
{
    private readonly Glob[] _ownInclude;
    private readonly Glob[] _ownExclude;
    private readonly Glob[] _include;
    private readonly Glob[] _excludeFolders;

    internal WatchFilter(GatewayServerReload options, WatchedFiles files)
    {
        _ownInclude = Globs(options.Include);
        _ownExclude = Globs(options.Exclude);
        _include = Globs(files.Include);
        _excludeFolders = Globs([".*", .. files.ExcludeFolders]);
    }

    /// <param name="folder">The folder that is watched: where it lies itself does not count.</param>
    /// <param name="path">A file in it, or below.</param>
    internal bool Counts(string folder, string path)
    {
        string full = Glob.Slashes(path);
        string inside = Glob.Slashes(Path.GetRelativePath(folder, path));
        string? parent = Path.GetDirectoryName(inside);
        return !Any(_ownExclude)
            && (string.IsNullOrEmpty(parent) || !Array.Exists(_excludeFolders, glob => glob.Matches(Glob.Slashes(parent))))
            && (Any(_ownInclude) || (Path.GetFileName(inside)[0] is not ('.' or '~') && Any(_include)));

        bool Any(Glob[] globs) => Array.Exists(globs, glob => glob.Matches(glob.IsRooted ? full : inside));
    }

    private static Glob[] Globs(IEnumerable<string> patterns) => [.. patterns.Select(static pattern => new Glob(pattern))];
}
