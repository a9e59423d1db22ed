namespace Perch.Server.Workers;

/// <summary>
/// An app as it was at some time, in a folder of its own: the next one is built while workers still load from this one. The folder is
/// removed when the last of them has ended, by the supervisor, or by the workers where that has been killed.
/// </summary>
/// <param name="Assembly">The path of its assembly, in the folder.</param>
internal sealed record AppGeneration(string Assembly)
{
    /// <summary>Takes over what a build has made.</summary>
    /// <param name="assembly">The assembly, which is copied with all that lies beside and below it.</param>
    /// <exception cref="IOException">It cannot be copied.</exception>
    internal static AppGeneration CopyOf(string assembly)
    {
        // Only its owner may enter it, and so change what is loaded from it.
        string folder = Directory.CreateTempSubdirectory("perch-app-").FullName;
        var generation = new AppGeneration(Path.Combine(folder, Path.GetFileName(assembly)));
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

    /// <summary>Removes its folder.</summary>
    internal void Remove()
    {
        try
        {
            Directory.Delete(Path.GetDirectoryName(Assembly)!, recursive: true);
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
