using Perch.Conformance.Hosts;
using Perch.Conformance.Suite;

namespace Perch.Conformance;

/// <summary>Kestrel's HTTP stack.</summary>
public sealed class OnKestrel(HostFixture fixture) : ConformanceSuite(fixture, new HostUnderTest("kestrel", Offers.OwnWebSocketEngine));
