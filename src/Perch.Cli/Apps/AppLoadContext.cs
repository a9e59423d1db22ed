using System.Reflection;
using System.Runtime.Loader;

namespace Perch.Cli.Apps;

/// <summary>
/// The app's assemblies, from its own folder. What Perch itself is made of and the shared frameworks are the command's own: an app whose
/// <c>GatewayApp</c> came from another file would be no <c>GatewayApp</c> here.
/// </summary>
internal sealed class AppLoadContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
{
    private static readonly string Own = AppContext.BaseDirectory;
    private static readonly HashSet<string> Shared = FindShared();

    private readonly AssemblyDependencyResolver _resolver = new(path);

    protected override Assembly? Load(AssemblyName assemblyName) =>
        !Shared.Contains(assemblyName.Name!) && _resolver.ResolveAssemblyToPath(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null;

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } file ? LoadUnmanagedDllFromPath(file) : 0;

    /// <summary>The frameworks, and Perch; other assemblies in Perch's folder (its command-line parser) are its own affair.</summary>
    private static HashSet<string> FindShared()
    {
        string trusted = (string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "";
        return [.. trusted
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(static file => !file.StartsWith(Own, StringComparison.Ordinal) || Path.GetFileName(file).StartsWith("Perch", StringComparison.Ordinal))
            .Select(static file => Path.GetFileNameWithoutExtension(file))];
    }
}
