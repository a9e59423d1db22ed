using Perch.Conformance.Hosts;
using Perch.Conformance.Suite;

namespace Perch.Conformance;

/// <summary>Kestrel's HTTP stack, the app as the end of an ASP.NET Core pipeline.</summary>
public sealed class OnPipeline(HostFixture fixture) : ConformanceSuite(fixture, new HostUnderTest("pipeline", Offers.OwnWebSocketEngine));
