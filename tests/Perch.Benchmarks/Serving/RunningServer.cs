using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Perch.Benchmarks.Serving;

/// <summary>A server that listens.</summary>
/// <param name="Port">Its port on 127.0.0.1.</param>
/// <param name="StopAsync">Stops it.</param>
internal sealed record RunningServer(int Port, Func<Task> StopAsync)
{
    internal static int PortOf(IServer server) =>
        new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
}
