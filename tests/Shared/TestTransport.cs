using Microsoft.AspNetCore.Hosting;

namespace Perch.Tests.Shared;

/// <summary>
/// The transport of the hosts that tests make: ASP.NET Core's sockets, or event loops where <c>PERCH_TESTS_TRANSPORT</c> is <c>epoll</c>.
/// </summary>
internal static class TestTransport
{
    internal static IWebHostBuilder UseTestTransport(this IWebHostBuilder host) => Environment.GetEnvironmentVariable("PERCH_TESTS_TRANSPORT") switch
    {
        null or "" or "sockets" => host,
        "epoll" => host.UseEventLoopTransport(),
        var other => throw new InvalidOperationException($"PERCH_TESTS_TRANSPORT is sockets or epoll, not '{other}'."),
    };
}
