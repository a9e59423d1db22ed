using Perch.Server.Workers;

namespace Perch.Server.Reloading;

/// <summary>An app that workers load, and that changes.</summary>
internal interface IReloadableApp
{
    /// <summary>What of it is watched, as far as is known now.</summary>
    WatchedFiles Files { get; }

    /// <summary>Makes what workers are to load from what is there now.</summary>
    /// <exception cref="GatewayServerStartException">It cannot be made; the message says why.</exception>
    Task<AppGeneration> MakeAsync(CancellationToken cancellation);
}
