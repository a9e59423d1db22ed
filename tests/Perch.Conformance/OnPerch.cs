using Perch.Conformance.Hosts;
using Perch.Conformance.Suite;

namespace Perch.Conformance;

/// <summary>Perch's own HTTP/1.1 over Kestrel's connections; HTTP/2 is Kestrel's.</summary>
public sealed class OnPerch(HostFixture fixture)
    : ConformanceSuite(fixture, new HostUnderTest("perch", Offers.TrailersOverHttp1 | Offers.EarlyHints | Offers.UntouchedPaths | Offers.OwnWebSocketEngine));
