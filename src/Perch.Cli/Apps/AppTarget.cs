namespace Perch.Cli.Apps;

/// <summary>What <c>APP</c> names.</summary>
/// <param name="File">The file, before the last colon.</param>
/// <param name="Member">The way to the app in it.</param>
internal sealed record AppTarget(string File, string Member)
{
    /// <summary>The file's path.</summary>
    /// <param name="directory">Where it is looked for; null for the current directory.</param>
    /// <exception cref="AppNotLoadedException">There is no such file.</exception>
    internal string PathIn(string? directory)
    {
        string path = Path.GetFullPath(File, Path.GetFullPath(directory ?? "."));
        return System.IO.File.Exists(path) ? path : throw new AppNotLoadedException($"There is no file {path}.");
    }

    /// <exception cref="AppNotLoadedException">There is no colon in it, or nothing on one side of it.</exception>
    internal static AppTarget Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || colon == text.Length - 1)
        {
            throw new AppNotLoadedException($"'{text}' does not name an app. It is FILE:MEMBER, as in MyApp.dll:Namespace.Type.Member or main:app.");
        }

        return new AppTarget(text[..colon], text[(colon + 1)..]);
    }
}
