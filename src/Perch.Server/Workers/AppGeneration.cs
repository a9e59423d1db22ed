namespace Perch.Server.Workers;

/// <summary>
/// An app as it was at some time, in a folder of its own: the next one is built while workers still load from this one. The folder is
/// removed when the last of them has ended, by the supervisor, or by the workers where that has been killed.
/// </summary>
internal sealed class AppGeneration
{
    /// <summary>What the folder's name begins with: nothing else is ever removed.</summary>
    private const string Prefix = "perch-app-";

    private readonly string _folder;

    private AppGeneration(string folder, string assembly)
    {
        _folder = folder;
        Assembly = assembly;
    }

    /// <summary>The path of its assembly, in the folder.</summary>
    internal string Assembly { get; }

    /// <summary>Takes over what a build has made.</summary>
    /// <param name="assembly">The assembly, which is copied with all that lies beside and below it.</param>
    /// <exception cref="IOException">It cannot be copied.</exception>
    internal static AppGeneration CopyOf(string assembly)
    {
        // Only its owner may enter it, and so change what is loaded from it.
        string folder = Directory.CreateTempSubdirectory(Prefix).FullName;
        var generation = new AppGeneration(folder, Path.Combine(folder, Path.GetFileName(assembly)));
        try
        {
            Copy(new DirectoryInfo(Path.GetDirectoryName(assembly)!), folder);
            return generation;
        }
        catch
        {
            generation.Remove();
            throw;
        }
    }

    /// <summary>That of a worker.</summary>
    /// <param name="assembly">Its assembly, as the supervisor has named it.</param>
    internal static AppGeneration Of(string assembly) => new(Path.GetDirectoryName(assembly) ?? "", assembly);

    /// <summary>Removes its folder.</summary>
    internal void Remove()
    {
        if (!Path.GetFileName(_folder).StartsWith(Prefix, StringComparison.Ordinal))
        {
            // A variable of the environment can name any.
            return;
        }

        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody else does so at the same time; or it is left in the folder that is for such things.
        }
    }

    private static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (FileInfo file in from.EnumerateFiles())
        {
            file.CopyTo(Path.Combine(to, file.Name));
        }

        foreach (DirectoryInfo folder in from.EnumerateDirectories())
        {
            Copy(folder, Path.Combine(to, folder.Name));
        }
    }
}
