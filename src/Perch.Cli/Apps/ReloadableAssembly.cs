using Perch.Server;
using Perch.Server.Reloading;
using Perch.Server.Workers;

namespace Perch.Cli.Apps;

/// <summary>An assembly that somebody else builds: it and those beside it are watched.</summary>
/// <param name="path">Its path.</param>
internal sealed class ReloadableAssembly(string path) : IReloadableApp
{
    public WatchedFiles Files { get; } = new([Path.GetDirectoryName(path)!], ["*.dll"], []);

    public Task<AppGeneration> MakeAsync(CancellationToken cancellation) => Task.Run(() => CopyOf(path), cancellation);

    /// <exception cref="GatewayServerStartException">It cannot be copied.</exception>
    internal static AppGeneration CopyOf(string assembly)
    {
        try
        {
            return AppGeneration.CopyOf(assembly);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GatewayServerStartException($"{assembly} cannot be copied with what lies beside it: {exception.Message}", exception);
        }
    }
}
