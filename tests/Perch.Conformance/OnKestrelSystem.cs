using Perch.Conformance.Hosts;
using Perch.Conformance.Suite;

namespace Perch.Conformance;

/// <summary>Kestrel's HTTP stack with ASP.NET Core's own WebSockets.</summary>
[TestCaseOrderer("Perch.Conformance.Hosts.WebSocketsOnly", "Perch.Conformance")]
public sealed class OnKestrelSystem(HostFixture fixture) : ConformanceSuite(fixture, new HostUnderTest("kestrel", WebSockets: "system"));
