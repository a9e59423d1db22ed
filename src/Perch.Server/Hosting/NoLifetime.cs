using Microsoft.Extensions.Hosting;

namespace Perch.Server.Hosting;

/// <summary>The host listens to no signals: the server does, which has more to do at a stop than a host.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
