using Perch.Server.Reloading;

namespace Perch.Server;

/// <summary>
/// When the command <c>perch run</c> loads its app again. Of the command alone, which knows where an app comes from; a program that has
/// its server in itself is started again by <c>dotnet watch</c>.
/// </summary>
public sealed class GatewayServerReload
{
    /// <summary>Whether the app is loaded again when its files change. Defaults to false, as uvicorn's <c>--reload</c>.</summary>
    public bool IsOn { get; set; }

    /// <summary>
    /// The folders that are watched, with all below them. Defaults to none: the app's own, and those of the projects that a project refers to.
    /// As uvicorn's <c>--reload-dir</c>, which defaults to the working directory.
    /// </summary>
    /// <exception cref="ArgumentException">A folder that is not there.</exception>
    public IReadOnlyList<string> Directories
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value.FirstOrDefault(static folder => !Directory.Exists(folder)) is { } missing
                ? throw new ArgumentException($"There is no folder '{missing}'.", nameof(value))
                : value;
        }
    } = [];

    /// <summary>
    /// Patterns of files that are watched beside those that the kind of app has by itself. <c>*</c>, <c>?</c> and <c>[a-z]</c> match within a name,
    /// <c>**</c> any number of folders; a pattern matches at any depth, and that of a folder all below it. Defaults to none, as uvicorn's
    /// <c>--reload-include</c>.
    /// </summary>
    /// <exception cref="ArgumentException">An empty pattern, or a bracket that is not closed.</exception>
    public IReadOnlyList<string> Include { get; set => field = Patterns(value); } = [];

    /// <summary>
    /// Patterns, as those of <see cref="Include"/>, of files that are not watched, whatever includes them. Defaults to none, as uvicorn's
    /// <c>--reload-exclude</c>.
    /// </summary>
    /// <exception cref="ArgumentException">An empty pattern, or a bracket that is not closed.</exception>
    public IReadOnlyList<string> Exclude { get; set => field = Patterns(value); } = [];

    /// <summary>
    /// How long nothing more must have changed before the app is loaded again: an editor writes a file in several steps, and several files
    /// after each other. Defaults to 0.25 s, as uvicorn's <c>--reload-delay</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than an hour.</exception>
    public TimeSpan Delay { get; set => field = OptionValue.Between(value, TimeSpan.Zero, TimeSpan.FromHours(1)); } = TimeSpan.FromSeconds(0.25);

    private static IReadOnlyList<string> Patterns(IReadOnlyList<string> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        foreach (string pattern in patterns)
        {
            _ = new Glob(pattern);
        }

        return patterns;
    }
}
