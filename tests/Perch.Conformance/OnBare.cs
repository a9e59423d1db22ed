using Perch.Conformance.Hosts;
using Perch.Conformance.Suite;

namespace Perch.Conformance;

/// <summary>Perch's own HTTP/1.1 on a bare listener, with no Kestrel server: no HTTP/2.</summary>
[TestCaseOrderer("Perch.Conformance.Hosts.Http1Only", "Perch.Conformance")]
public sealed class OnBare(HostFixture fixture)
    : ConformanceSuite(fixture, new HostUnderTest("bare", Offers.TrailersOverHttp1 | Offers.EarlyHints | Offers.UntouchedPaths | Offers.OwnWebSocketEngine, HasHttp2: false));
