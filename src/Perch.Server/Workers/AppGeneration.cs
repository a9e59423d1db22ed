using Microsoft.Win32.SafeHandles;

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
    private readonly SafeFileHandle? _use;

    private AppGeneration(string folder, string assembly, SafeFileHandle? use = null)
    {
        _folder = folder;
        _use = use;
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

    /// <summary>That of a worker, which uses it until it leaves it.</summary>
    /// <param name="assembly">Its assembly, as the supervisor has named it.</param>
    internal static AppGeneration Of(string assembly) => new(Path.GetDirectoryName(assembly) ?? "", assembly, TryLock(assembly, FileShare.Read));

    /// <summary>In a worker that ends after its supervisor: removes the folder, unless other workers use it still.</summary>
    internal void Leave()
    {
        _use?.Dispose();
        using SafeFileHandle? alone = TryLock(Assembly, FileShare.None);
        if (alone is not null)
        {
            Remove();
        }
    }

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

    /// <summary>flock(2): shared by all workers, or for one alone.</summary>
    /// <returns>Null if others have it, or there is no such file.</returns>
    private static SafeFileHandle? TryLock(string file, FileShare share)
    {
        try
        {
            return File.OpenHandle(file, FileMode.Open, FileAccess.Read, share);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (FileInfo file in from.EnumerateFiles())
        {
            CopyFile(file, Path.Combine(to, file.Name));
        }

        // An assembly may lie in the temporary folder itself, beside this copy and others.
        foreach (DirectoryInfo folder in from.EnumerateDirectories().Where(static folder => !folder.Name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            Copy(folder, Path.Combine(to, folder.Name));
        }
    }

    private static void CopyFile(FileInfo file, string to)
    {
        var target = (FileInfo)(file.ResolveLinkTarget(returnFinalTarget: true) ?? file);
        if (!target.Exists)
        {
            // A link to nothing, as editors lock files with; or it has gone since.
            return;
        }

        if (target.Length == 0)
        {
            // Sockets and named pipes have no length either, and to open one fails, or waits for ever.
            File.Create(to).Dispose();
            return;
        }

        target.CopyTo(to);
    }
}
