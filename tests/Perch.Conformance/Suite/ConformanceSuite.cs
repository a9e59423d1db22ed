using Perch.Conformance.Clients;
using Perch.Conformance.Hosts;

namespace Perch.Conformance.Suite;

/// <summary>What a host that has WebSockets must do: all of HTTP, and these.</summary>
/// <param name="fixture">The process that the tests of one host share.</param>
/// <param name="host">The host.</param>
public abstract partial class ConformanceSuite(HostFixture fixture, HostUnderTest host) : HttpConformanceSuite(fixture, host)
{
    /// <summary>Every way of a WebSocket.</summary>
    public static TheoryData<WebSocketTransport> Transports => [.. Enum.GetValues<WebSocketTransport>()];
}
